import type { Component, Placement } from "../model/component.ts";
import type { Fate, Platform, Region } from "../model/model.ts";
import { coversPlace } from "../model/survival.ts";
import type { Reliability } from "../model/reliability.ts";
import { invariant } from "../problem/problem.ts";
import { type Ratio, ratio, seconds } from "../units/units.ts";
import { commonCauseEvents } from "./common-cause.ts";
import { graphLongRun } from "./frequency.ts";
import { type EventSubject, GraphBuilder, type Node, negated } from "./graph-builder.ts";
import { alwaysFailing, type Law, type LongRun, neverFailing } from "./law.ts";
import { longRunOf } from "./long-run.ts";
import { solved } from "./solve.ts";

// What makes one place of a component fail: what it stands on, or too few of its replicas.

/** A place that fails when its region, a zone too many, a shared fate or too many replicas do. */
export function placeFails(
  builder: GraphBuilder,
  platform: Platform,
  { component, placement, failureShare }: PlaceOf,
): Node {
  const region = regionOf(platform, placement);
  const name = placeName(component, placement);
  return builder.or(`${name} is down`, [
    regionFails(builder, region),
    ...servingFates(platform, component, region).map((fate) => fateFails(builder, fate)),
    ...replicasFail(builder, region, { component, placement, failureShare }),
  ]);
}

export interface PlaceOf {
  readonly component: Component;
  readonly placement: Placement;
  /** How often its replicas fail, over those of a place that serves. */
  readonly failureShare: number;
}

export function placeName({ name }: Component, { region, cell }: Placement): string {
  return `${name} in ${cell ?? region}`;
}

function regionOf({ regions }: Platform, placement: Placement): Region {
  const region = regions.find(({ name }) => name === placement.region);
  invariant(region !== undefined, `a place stands in a declared region, got ${placement.region}`);
  return region;
}

function regionFails(builder: GraphBuilder, { name, failure }: Region): Node {
  const subject = { kind: "region", region: name } as const;
  return builder.event(`region ${name}`, { ...alternating(failure), scope: "region", subject });
}

export function fateFails(builder: GraphBuilder, { name, failure, covers }: Fate): Node {
  const scope = covers.providers.length > 0 ? "provider" : "dependency";
  const subject = { kind: "fate", fate: name } as const;
  return builder.event(`fate ${name}`, { ...alternating(failure), scope, subject });
}

interface Alternating {
  readonly law: Law;
  readonly errorFactor: number;
}

/** Every place of a region asks for its events: one law for one declaration, so that they are known to be alike at a glance. */
const knownLaws = new WeakMap<Reliability, Alternating>();

function alternating(reliability: Reliability): Alternating {
  const known = knownLaws.get(reliability);
  if (known !== undefined) return known;
  const { mtbf, mttr, repair, errorFactor } = reliability;
  const made: Alternating = { law: { kind: "alternating", mtbf, mttr, repair }, errorFactor };
  knownLaws.set(reliability, made);
  return made;
}

/** The fates that stop a place of a component from serving while they are down. */
function servingFates(platform: Platform, component: Component, region: Region): readonly Fate[] {
  return platform.fates.filter((fate) => fate.stops === "serving" && coversPlace(fate, component, region));
}

/** The fates that keep a place from being switched to while they are down. */
export function recoveryFates(
  platform: Platform,
  component: Component,
  placement: Placement,
): readonly Fate[] {
  const region = regionOf(platform, placement);
  return platform.fates.filter((fate) => fate.stops === "recovery" && coversPlace(fate, component, region));
}

/** Somebody else's service is depended on; one's own replicas fail within a zone. */
function scopeOf({ api }: Component): "dependency" | "zone" {
  return api === null ? "zone" : "dependency";
}

function replicasOf({ component, placement }: PlaceOf): EventSubject {
  return { kind: "replicas", component: component.name, placement };
}

/** Too few of its replicas work, each failing by itself or several for one cause. */
function replicasFail(builder: GraphBuilder, region: Region, of: PlaceOf): readonly Node[] {
  const { commonCause } = of.component;
  if (of.failureShare === 0) return [];
  if (commonCause?.kind === "greek-letters" && of.placement.replicas > 1) {
    const several = { ...of, letters: commonCause.letters };
    return builder.causes === "told-apart"
      ? [severalForOneCause(builder, region, several)]
      : causesAddedUp(builder, region, several);
  }
  return [...allForOneCause(builder, of), ...tooFewReplicas(builder, region, of)];
}

/** A cause that takes all replicas of a place at once: the share `beta` of each one's failures. */
function allForOneCause(builder: GraphBuilder, of: PlaceOf): readonly Node[] {
  const { component, placement } = of;
  const beta = betaOf(of);
  if (beta === 0) return [];
  const { mtbf, mttr, repair, errorFactor } = placement.failure;
  const law: Law = { kind: "alternating", mtbf: seconds(mtbf / (beta * of.failureShare)), mttr, repair };
  return [
    builder.event(`${placeName(component, placement)}: all replicas for one cause`, {
      ...{ law, errorFactor, scope: scopeOf(component), subject: replicasOf(of) },
    }),
  ];
}

function betaOf({ component, placement }: PlaceOf): number {
  return component.commonCause?.kind === "beta" && placement.replicas > 1 ? component.commonCause.beta : 0;
}

/** Multiple Greek letters: every set of replicas has a cause of its own, so each replica is told apart. */
function severalForOneCause(
  builder: GraphBuilder,
  region: Region,
  of: PlaceOf & { readonly letters: readonly Ratio[] },
): Node {
  const { component, placement, failureShare } = of;
  const { replicas, required, zones, failure } = placement;
  const name = placeName(component, placement);
  const names = Array.from({ length: replicas }, (_, at) => `${name}: replica ${at + 1}`);
  const letters = [...of.letters, ...new Array<Ratio>(replicas).fill(ratio(0))].slice(0, replicas - 1);
  const { mtbf, mttr, repair, errorFactor } = failure;
  const { events, failing } = commonCauseEvents({
    names,
    law: { kind: "alternating", mtbf: seconds(mtbf / failureShare), mttr, repair },
    sharing: { kind: "multiple-greek-letters", letters },
  });
  const subject = replicasOf(of);
  const nodes = events.map(({ name: cause, law }) =>
    builder.event(cause, { law, errorFactor, scope: scopeOf(component), subject }),
  );
  const members = failing.map((which, at) => {
    const zone = zones[at % Math.max(1, zones.length)];
    return builder.or(`${names[at] ?? name} is down`, [
      ...which.flatMap((event) => nodes[event] ?? []),
      ...(zone === undefined ? [] : [zoneFails(builder, region, zone)]),
    ]);
  });
  return builder.atLeast(`${name}: too few replicas`, replicas - required + 1, members);
}

/**
 * The same with one event for each set of zones that is lost: that too many replicas are down, for whatever causes. Which causes they
 * are cannot be asked any more; how likely and how often they come to that is the same, in a graph that is far smaller.
 */
function causesAddedUp(
  builder: GraphBuilder,
  region: Region,
  of: PlaceOf & { readonly letters: readonly Ratio[] },
): readonly Node[] {
  const part = new GraphBuilder();
  const top = part.literal(severalForOneCause(part, region, of));
  const graph = solved({ events: part.events, gates: part.gates() }, top);
  const zones = zonesOf(of.placement).map((zone) => zone.name);
  const name = placeName(of.component, of.placement);
  return Array.from({ length: 2 ** zones.length }, (_, lost) => lost).flatMap((lost): readonly Node[] => {
    const down = zones.filter((_, at) => isIn(lost, at));
    const states = new Map(
      zones.map((zone, at) => [zoneName(region, zone), isIn(lost, at) ? alwaysFailing : neverFailing]),
    );
    const run = graphLongRun(
      graph,
      part.events.map((event) => states.get(event.name) ?? longRunOf(event.law)),
    );
    if (run.unavailability === 0) return [];
    const state = zones.map((zone, at) => {
      const node = zoneFails(builder, region, zone);
      return isIn(lost, at) ? node : negated(node);
    });
    const words = down.length === 0 ? "" : ` without ${down.join(" and ")}`;
    // An event that is always failed would say nothing of how often the place fails.
    if (run.availability === 0) return [builder.and(`${name} loses ${down.join(" and ")}`, state)];
    const few = builder.event(`${name}: too few replicas for all causes${words}`, {
      ...{ law: lawOf(run), scope: scopeOf(of.component), errorFactor: of.placement.failure.errorFactor },
      subject: replicasOf(of),
    });
    return [builder.and(`${name}: too few replicas${words}`, [few, ...state])];
  });
}

/** A law that comes to the same in the long run. */
function lawOf({ unavailability, availability, failuresPerHour }: LongRun): Law {
  if (failuresPerHour === null || failuresPerHour === 0) {
    return { kind: "constant", unavailability: ratio(Math.min(1, unavailability)) };
  }
  const share = (part: number) => seconds((part / failuresPerHour) * 3_600);
  return {
    kind: "alternating",
    mtbf: share(availability),
    mttr: share(unavailability),
    repair: { kind: "exponential" },
  };
}

/**
 * Too few replicas, in whichever zones are left. For each set of zones that leaves enough replicas to serve there is an event: that
 * too many of those replicas are down. Only the one for the zones that are left just then counts, so that the events may be taken as
 * independent of one another and the whole is exact, whatever the replicas' law.
 */
function tooFewReplicas(builder: GraphBuilder, region: Region, of: PlaceOf): readonly Node[] {
  const { component, placement } = of;
  const zones = zonesOf(placement).map((zone) => ({ ...zone, node: zoneFails(builder, region, zone.name) }));
  const name = placeName(component, placement);
  const dead = (lost: number): boolean => unitsLeft(of, replicasIn(zones, lost)) < requiredOf(of);
  return Array.from({ length: 2 ** zones.length }, (_, lost) => lost).flatMap((lost): readonly Node[] => {
    const down = zones.filter((_, at) => isIn(lost, at));
    const words = down.map((zone) => zone.name).join(" and ");
    if (dead(lost)) {
      // A set that holds a smaller one which is enough by itself adds nothing.
      const isLeast = down.every((_, at) => !dead(withoutNth(lost, at)));
      return isLeast
        ? [
            builder.and(
              `${name} loses ${words}`,
              down.map((zone) => zone.node),
            ),
          ]
        : [];
    }
    const law = replicasLaw(of, replicasIn(zones, lost));
    if (law === null) return [];
    const few = builder.event(`${name}: too few replicas${words === "" ? "" : ` without ${words}`}`, {
      ...{ law, scope: scopeOf(component), errorFactor: placement.failure.errorFactor },
      subject: replicasOf(of),
    });
    const up = zones.filter((_, at) => !isIn(lost, at)).map((zone) => negated(zone.node));
    const state = `${name}: too few replicas, ${words === "" ? "all zones" : `without ${words}`}`;
    return [builder.and(state, [few, ...down.map((zone) => zone.node), ...up])];
  });
}

/** The replicas in zones of a set. */
function replicasIn(zones: readonly { readonly replicas: number }[], set: number): number {
  return zones.reduce((sum, zone, at) => sum + (isIn(set, at) ? zone.replicas : 0), 0);
}

/**
 * Replicas that are left to one user when so many are lost with their zones. Of a shuffle shard the unluckiest user counts: all
 * that is lost was of the user's own shard.
 */
function unitsLeft({ component, placement }: PlaceOf, lost: number): number {
  const own = component.shuffleShard === null ? placement.replicas : shardSize(component, placement);
  return Math.max(0, own - lost) + placement.spares;
}

function requiredOf({ component, placement }: PlaceOf): number {
  return component.shuffleShard === null ? placement.required : 1;
}

function shardSize({ shuffleShard }: Component, { replicas }: Placement): number {
  return Math.min(replicas, shuffleShard?.size ?? replicas);
}

/** `null`: they never fail by themselves. */
function replicasLaw(of: PlaceOf, lost: number): Law | null {
  const { component, placement, failureShare } = of;
  const own = (1 - betaOf(of)) * failureShare;
  if (own === 0) return null;
  const { failure, spares } = placement;
  const units = unitsLeft(of, lost);
  const required = requiredOf(of);
  return {
    kind: "replicas",
    units,
    required,
    active: Math.max(units - spares, required),
    spareFailureShare: ratio(0),
    crews: component.crews ?? units,
    mtbf: seconds(failure.mtbf / own),
    mttr: failure.mttr,
    repair: failure.repair,
  };
}

function zoneFails(builder: GraphBuilder, { name, zoneFailure }: Region, zone: string): Node {
  const subject = { kind: "zone", region: name, zone } as const;
  return builder.event(zoneName({ name }, zone), { ...alternating(zoneFailure), scope: "zone", subject });
}

function zoneName({ name }: Pick<Region, "name">, zone: string): string {
  return `zone ${name}/${zone}`;
}

/** The zones that hold replicas, and how many each: they are dealt out in turn. */
function zonesOf({
  zones,
  replicas,
}: Placement): readonly { readonly name: string; readonly replicas: number }[] {
  return zones
    .map((name, at) => ({ name, replicas: Math.ceil((replicas - at) / zones.length) }))
    .filter((zone) => zone.replicas > 0);
}

function isIn(set: number, at: number): boolean {
  return Math.floor(set / 2 ** at) % 2 === 1;
}

/** The set without its nth member, from the lowest. */
function withoutNth(set: number, nth: number): number {
  let seen = 0;
  for (let at = 0; 2 ** at <= set; at += 1) {
    if (!isIn(set, at)) continue;
    if (seen === nth) return set - 2 ** at;
    seen += 1;
  }
  return set;
}
