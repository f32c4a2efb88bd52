import type { Component, Need, Placement } from "../model/component.ts";
import { reachableFrom } from "../model/reachable.ts";
import { type FailureScope, type Journey, type Model, the } from "../model/model.ts";
import { invariant } from "../problem/problem.ts";
import { type Ratio, ratio, type Seconds } from "../units/units.ts";
import { type Design, designNode, type Designs } from "./designs.ts";
import type { FaultGraph, Literal } from "./fault-graph.ts";
import { type Causes, GraphBuilder, type Node, type PlatformEvent } from "./graph-builder.ts";
import { switchOver } from "./switch-over.ts";
import { placeFails } from "./place/place-graph.ts";
import { placeRun } from "./place/place-run.ts";
import { placeName } from "./place/replica-laws.ts";
import { fateFails, recoveryFates } from "./place/strikes.ts";

/** What makes each journey of a platform fail, as one fault graph: what journeys share is in it once. */
export interface PlatformGraph extends FaultGraph {
  readonly events: readonly PlatformEvent[];
  readonly journeys: readonly JourneyTops[];
}

export interface JourneyTops {
  readonly journey: string;
  /** The users of each cell, or all of them; the shares add up to 1. */
  readonly users: readonly UserTops[];
  /** Whether each region could carry the journey by itself: nodes that count its own places alone. */
  readonly regions: readonly { readonly region: string; readonly fails: Literal }[];
  /** The scopes of its objectives. */
  readonly scopes: readonly FailureScope[];
}

export interface UserTops {
  readonly cell: string | null;
  readonly share: Ratio;
  /** Nothing answers. */
  readonly fails: Literal;
  /** Nothing answers, or something that it does without, or does worse without, is gone. */
  readonly falls: Literal;
}

/** Mean time from the failure of the place that serves until another serves in its stead, by component: from the recovery engine. */
export type SwitchoverTimes = (component: string) => Seconds;

/**
 * The fault graph of a platform.
 *
 * A place is down with its region, its zones, the fates that stop it, or too few replicas. A component is down with too many of its
 * places; where one serves and others stand by, it is also down while it switches over, or while nothing can be switched. It needs
 * each of its hard needs, or one of that need's fallbacks. That a switch-over is going on is an event of its own, as frequent as the
 * failures of the place that serves: against the exact chain of states (cases B of the tests) the whole is too large by at most
 * twice the shares of time that a place, and the component, are down.
 *
 * @param designs components that may be built in several ways: see `designs.ts`
 * @param causes "added-up" is for `TopRuns` alone
 */
export function platformGraph(
  model: Model,
  switchoverTimes: SwitchoverTimes,
  {
    designs = new Map(),
    causes = "told-apart",
  }: { readonly designs?: Designs; readonly causes?: Causes } = {},
): PlatformGraph {
  const parts = new PlatformParts(model, switchoverTimes, { designs, causes });
  const journeys = [...model.journeys.values()].map((journey) => ({
    journey,
    users: usersOf(model, journey).map(({ cell, share }) => ({
      ...{ cell, share },
      fails: parts.componentFails(journey.entry, { kind: "users", cell }),
      falls: parts.journeyFalls(journey, cell),
    })),
    regions: regionsOf(model, journey).map((region) => ({
      region,
      fails: parts.componentFails(journey.entry, { kind: "region", region }),
    })),
  }));
  const { builder } = parts;
  return {
    events: builder.events,
    gates: builder.gates(),
    journeys: journeys.map(({ journey, users, regions }) => ({
      journey: journey.name,
      users: users.map(({ fails, falls, ...user }) => ({
        ...user,
        fails: builder.literal(fails),
        falls: builder.literal(falls),
      })),
      regions: regions.map(({ region, fails }) => ({ region, fails: builder.literal(fails) })),
      scopes: journey.objectives.map(({ scope }) => scope),
    })),
  };
}

/** For whom a component is asked: users (of a cell, or `null`: any), or a region that is to do by itself. */
type View =
  | { readonly kind: "users"; readonly cell: string | null }
  | { readonly kind: "region"; readonly region: string };

class PlatformParts {
  readonly builder: GraphBuilder;
  readonly #model: Model;
  readonly #switchoverTimes: SwitchoverTimes;
  readonly #designs: Designs;
  readonly #components = new Map<string, Node>();
  readonly #places = new Map<string, Node>();

  constructor(
    model: Model,
    switchoverTimes: SwitchoverTimes,
    { designs, causes }: { readonly designs: Designs; readonly causes: Causes },
  ) {
    this.#model = model;
    this.#switchoverTimes = switchoverTimes;
    this.#designs = designs;
    this.builder = new GraphBuilder(causes);
  }

  /** Follows hard needs, in which reading has found no circle. Deepest first, without recursion: chains may be long. */
  componentFails(name: string, view: View): Node {
    const waiting = [name];
    for (let next = waiting.at(-1); next !== undefined; next = waiting.at(-1)) {
      const component = the(this.#model.components, next);
      const missing = hardTargets(component).filter((target) => !this.#components.has(keyOf(target, view)));
      if (missing.length > 0 && !this.#components.has(keyOf(next, view))) {
        waiting.push(...missing);
        continue;
      }
      waiting.pop();
      if (!this.#components.has(keyOf(next, view))) {
        this.#components.set(keyOf(next, view), this.#oneComponent(component, view));
      }
    }
    return this.#known(name, view);
  }

  journeyFalls(journey: Journey, cell: string | null): Node {
    const view: View = { kind: "users", cell };
    const missed = reachableFrom(this.#model, journey.entry).map((name) =>
      this.#gone(the(this.#model.components, name), view),
    );
    return this.builder.or(`${journey.name} is down or less than whole${ofCell(cell)}`, missed);
  }

  #known(name: string, view: View): Node {
    const node = this.#components.get(keyOf(name, view));
    invariant(node !== undefined, `${name} is asked for after it is made`);
    return node;
  }

  #oneComponent(component: Component, view: View): Node {
    const needs = component.needs.filter((need) => need.strength === "hard");
    return this.builder.or(`${component.name} is down${ofView(view)}`, [
      this.#gone(component, view),
      ...needs.map((need) => this.#needFails(component, need, view)),
    ]);
  }

  /** Its own places are down, whatever else it needs. */
  #gone(component: Component, view: View): Node {
    const own = component.placements.some(({ cell }) => cell !== null) ? view : withoutCell(view);
    const key = keyOf(component.name, own);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const name = `${component.name} has no place that serves${ofView(own)}`;
    const designs = this.#designs.get(component.name);
    const node =
      designs === undefined
        ? this.builder.or(name, this.#placesFail(this.#today(component), own))
        : designNode(this.builder, designs, (design) => this.builder.or(name, this.#placesFail(design, own)));
    this.#places.set(key, node);
    return node;
  }

  #today(component: Component): Design {
    return { component, switchover: this.#switchoverTimes(component.name) };
  }

  #needFails({ name }: Component, need: Need, view: View): Node {
    const nodes = [need.component, ...need.fallbacks].map((each) => this.#known(each, view));
    return this.builder.and(`nothing gives ${name} its ${need.component}${ofView(view)}`, nodes);
  }

  #placesFail(design: Design, view: View): readonly Node[] {
    const { component } = design;
    const placements = placementsFor(component, view);
    const name = `too many places of ${component.name} are down${ofView(view)}`;
    if (view.kind === "region" || placements.length === 1) {
      const nodes = placements.map((placement) => this.#placeFails(component, placement, 1));
      return [this.builder.and(name, nodes)];
    }
    if (component.pattern === "active-active") {
      const nodes = placements.map((placement) => this.#placeFails(component, placement, 1));
      const least = Math.max(1, placements.length - component.placesRequired + 1);
      return [
        this.builder.atLeast(name, least, nodes),
        ...this.#switching(design, view, { serving: placements, standbys: [] }),
      ];
    }
    return this.#standbyFails(design, placements, { name, view });
  }

  /** One place serves; another can take over unless it is down itself, or what would switch to it is. */
  #standbyFails(
    design: Design,
    placements: readonly Placement[],
    { name, view }: { readonly name: string; readonly view: View },
  ): readonly Node[] {
    const { component } = design;
    const [serving, ...others] = placements;
    if (serving === undefined) return [];
    const first = this.#placeFails(component, serving, 1);
    const rest = others.map((placement) =>
      this.builder.or(`${placeName(component, placement)} cannot take over`, [
        this.#placeFails(component, placement, component.standby.failureShare),
        ...recoveryFates(this.#model.platform, component, placement).map((fate) =>
          fateFails(this.builder, fate),
        ),
      ]),
    );
    return [
      this.builder.and(name, [first, ...rest]),
      ...this.#switching(design, view, { serving: [serving], standbys: others }),
    ];
  }

  #switching(
    { component, switchover: time }: Design,
    view: View,
    of: { readonly serving: readonly Placement[]; readonly standbys: readonly Placement[] },
  ): readonly Node[] {
    const failuresPerHour = of.serving.map(
      (placement) =>
        placeRun(this.#model.platform, { component, placement, failureShare: 1 }).failuresPerHour ?? 0,
    );
    const law = switchOver({ component, failuresPerHour, standbys: of.standbys, time });
    if (law === null) return [];
    const name = `${component.name} is switching over${ofView(view)}`;
    const subject = {
      kind: "switch-over",
      component: component.name,
      target: of.standbys[0] ?? null,
    } as const;
    return [this.builder.event(name, { law, scope: "region", errorFactor: 1, subject })];
  }

  #placeFails(component: Component, placement: Placement, failureShare: Ratio | 1): Node {
    const make = (): Node =>
      placeFails(this.builder, this.#model.platform, { component, placement, failureShare });
    if (!this.#designs.has(component.name)) return this.builder.once(placement, String(failureShare), make);
    // Designs have copies of a place that is the same in them.
    const { name, crews, commonCause } = component;
    const key = JSON.stringify([name, crews, commonCause, placement, failureShare]);
    const known = this.#places.get(key) ?? make();
    this.#places.set(key, known);
    return known;
  }
}

function keyOf(component: string, view: View): string {
  return view.kind === "users" ? `${component} ${view.cell ?? ""}` : `${component} in ${view.region}`;
}

function ofCell(name: string | null): string {
  return name === null ? "" : ` for ${name}`;
}

function ofView(view: View): string {
  return ofCell(view.kind === "users" ? view.cell : view.region);
}

function withoutCell(view: View): View {
  return view.kind === "users" ? { kind: "users", cell: null } : view;
}

/** What a component cannot work without, and what stands in for it. */
function hardTargets({ needs }: Component): readonly string[] {
  return needs
    .filter((need) => need.strength === "hard")
    .flatMap((need) => [need.component, ...need.fallbacks]);
}

function placementsFor(component: Component, view: View): readonly Placement[] {
  if (view.kind === "region") {
    const own = component.placements.filter((placement) => placement.region === view.region);
    // What does not stand in the region is reached elsewhere, as on any day.
    return own.length > 0 ? own : component.placements;
  }
  const own = component.placements.filter(({ cell }) => cell === null || cell === view.cell);
  return own.length > 0 ? own : component.placements;
}

/** The users of each cell where what the journey needs stands in cells; else all of them. */
function usersOf(
  model: Model,
  journey: Journey,
): readonly { readonly cell: string | null; readonly share: Ratio }[] {
  const isCellular = reachableFrom(model, journey.entry).some((name) =>
    the(model.components, name).placements.some(({ cell }) => cell !== null),
  );
  if (!isCellular) return [{ cell: null, share: ratio(1) }];
  return model.platform.cells.map(({ name, share }) => ({ cell: name, share }));
}

/** The regions in which the journey's entry stands. */
function regionsOf(model: Model, journey: Journey): readonly string[] {
  const { placements } = the(model.components, journey.entry);
  return [...new Set(placements.map(({ region }) => region))];
}
