import { chanceOf } from "../availability/chance.ts";
import { type Design, ruledOutName } from "../availability/designs.ts";
import { longRunOf } from "../availability/long-run.ts";
import { platformGraph } from "../availability/platform-graph.ts";
import { type SolvedGraph, solved } from "../availability/solve.ts";
import type { Component } from "../model/component.ts";
import { type FailureScope, isCounted, type Model } from "../model/model.ts";
import type { PredictionSettings } from "../prediction/prediction.ts";
import type { Parsed, Problem } from "../problem/problem.ts";
import { switchoverTimes } from "../recovery/switchover.ts";
import type { Seconds } from "../units/units.ts";
import type { Partial } from "./search.ts";
import type { Chosen } from "./weighing.ts";

/** How much of the time each journey is down, by design: one fault graph, of which each design is one pass. */
export interface Downtime {
  /**
   * Share of time, in the order of the journeys. Where a component is open (`null`) it is one that no design under it goes below.
   *
   * @param scope failures that strike more widely never come; "dependency" counts all
   */
  readonly of: (picks: Partial, scope?: FailureScope) => readonly number[];
}

interface User {
  readonly share: number;
  readonly graph: SolvedGraph;
}

/** @returns a problem where the graph would take more work than `stepsMax` allows */
export function downtimeOf(
  model: Model,
  chosen: readonly Chosen[],
  { detection, stepsMax }: PredictionSettings,
): Parsed<Downtime> {
  const alone = (component: Component): Seconds =>
    switchoverTimes(
      { ...model, components: new Map([[component.name, component]]) },
      detection,
    )(component.name);
  const designs = new Map(
    chosen.map(({ name, variants }): readonly [string, readonly Design[]] => [
      name,
      variants.map(({ component }) => ({ component, switchover: alone(component) })),
    ]),
  );
  const graph = platformGraph(model, switchoverTimes(model, detection), designs);
  const journeys = graph.journeys.map(({ journey, users }) => ({
    journey,
    users: users.map(({ share, fails }): User => ({ share, graph: solved(graph, fails, stepsMax) })),
  }));
  const hard = journeys.find(({ users }) => users.some((user) => !user.graph.isExact));
  if (hard !== undefined) return { ok: false, problems: [tooHard(hard.journey)] };
  const runs = graph.events.map(({ law }) => longRunOf(law));
  const chances = (scope: FailureScope): { readonly failed: Float64Array; readonly works: Float64Array } => {
    const counts = graph.events.map((event) => isCounted(event.scope, scope));
    return {
      failed: Float64Array.from(runs, (run, at) => (counts[at] === true ? run.unavailability : 0)),
      works: Float64Array.from(runs, (run, at) => (counts[at] === true ? run.availability : 1)),
    };
  };
  const scopes: readonly FailureScope[] = ["zone", "region", "provider", "dependency"];
  const byScope = new Map(scopes.map((scope) => [scope, chances(scope)]));
  const events = ruledOutEvents(graph.events, chosen);
  return {
    ok: true,
    value: {
      of: (picks, scope = "dependency") => {
        const { failed, works } = byScope.get(scope) ?? chances(scope);
        for (const [component, variants] of events.entries()) {
          const pick = picks[component] ?? null;
          for (const [variant, event] of variants.entries()) {
            if (event === undefined) continue;
            const isOut = pick !== null && pick !== variant;
            failed[event] = isOut ? 1 : 0;
            works[event] = isOut ? 0 : 1;
          }
        }
        return journeys.map(({ users }) =>
          users.reduce((sum, user) => sum + user.share * chanceOf(user.graph, { failed, works }).failed, 0),
        );
      },
    },
  };
}

/** By component and variant; `undefined` where no journey needs the component. */
function ruledOutEvents(
  events: readonly { readonly name: string }[],
  chosen: readonly Chosen[],
): readonly (readonly (number | undefined)[])[] {
  const numbers = new Map(events.map(({ name }, at) => [name, at]));
  return chosen.map(({ name, variants }) => variants.map((_, at) => numbers.get(ruledOutName(name, at))));
}

function tooHard(journey: string): Problem {
  return {
    code: "optimise/too-hard",
    what: `the fault graph of journey "${journey}" with all alternatives takes more work than is allowed`,
    where: null,
    why: "designs are weighed by one graph that holds them all, and a guess in its place would rank them wrongly",
    mend: "list fewer alternatives about components that the journey needs, or places in fewer zones",
  };
}
