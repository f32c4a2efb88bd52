import type { Component, Placement } from "../../model/component.ts";
import type { Region } from "../../model/model.ts";
import type { Reliability } from "../../model/reliability.ts";
import { type Ratio, ratio } from "../../units/units.ts";
import { graphLongRun } from "../frequency.ts";
import { GraphBuilder, type Node } from "../graph-builder.ts";
import { alwaysFailing, type LongRun, neverFailing } from "../law.ts";
import { longRunOf } from "../long-run.ts";
import { replicasLongRun } from "../replicas.ts";
import { solved } from "../solve.ts";
import {
  allForOneCauseLaw,
  isIn,
  isTooFew,
  type PlaceOf,
  placeName,
  replicasIn,
  replicasLaw,
  zonesOf,
} from "./replica-laws.ts";
import { severalForOneCause } from "./several-causes.ts";
import { replicasOf, scopeOf, zoneFails, zoneName } from "./strikes.ts";

/**
 * That too many replicas of a place are down, for whatever causes, as one event for all sets of zones that are lost. Which causes they
 * are cannot be asked any more; how likely and how often they come to that is the same, in a graph that is far smaller.
 */
export function replicasByZones(builder: GraphBuilder, region: Region, of: PlaceOf): readonly Node[] {
  const { component, placement } = of;
  const runs = runsByZones(region, of);
  if (runs.every((run) => run === neverFailing)) return [];
  const zones = zonesOf(placement).map(({ name }) => zoneFails(builder, region, name).index);
  const law = { kind: "constant", unavailability: ratio((runs[0] as LongRun).unavailability) } as const;
  return [
    builder.event(`${placeName(component, placement)}: too few replicas`, {
      ...{ law, scope: scopeOf(component), errorFactor: placement.failure.errorFactor },
      ...{ subject: replicasOf(of), byZones: { zones, runs } },
    }),
  ];
}

/** That too many replicas of a place are down, by set of zones that are lost, the lowest bit the first of `zonesOf`. */
export function runsByZones(region: Region, of: PlaceOf): readonly LongRun[] {
  const byPlace = knownPlaces.get(of.component) ?? new WeakMap<Placement, Map<number, readonly LongRun[]>>();
  knownPlaces.set(of.component, byPlace);
  const byShare = byPlace.get(of.placement) ?? new Map<number, readonly LongRun[]>();
  byPlace.set(of.placement, byShare);
  const runs = byShare.get(of.failureShare) ?? workedOut(region, of);
  byShare.set(of.failureShare, runs);
  return runs;
}

const knownPlaces = new WeakMap<Component, WeakMap<Placement, Map<number, readonly LongRun[]>>>();

function workedOut(region: Region, of: PlaceOf): readonly LongRun[] {
  const { commonCause } = of.component;
  if (commonCause?.kind === "greek-letters" && of.placement.replicas > 1)
    return runsOfSeveralCauses(region, { ...of, letters: commonCause.letters });
  const zones = zonesOf(of.placement);
  const cause = allForOneCauseLaw(of);
  const together = cause === null ? neverFailing : longRunOf(cause);
  return Array.from({ length: 2 ** zones.length }, (_, set): LongRun => {
    const lost = replicasIn(zones, set);
    if (isTooFew(of, lost)) return alwaysFailing;
    return either(oneByOne(of, lost), together);
  });
}

/** Replicas that fail each by itself. Most places of a platform are alike: each law is worked out once. */
function oneByOne(of: PlaceOf, lost: number): LongRun {
  const law = replicasLaw(of, lost);
  if (law === null) return neverFailing;
  const { failure } = of.placement;
  const known = knownRuns.get(failure) ?? new Map<string, LongRun>();
  knownRuns.set(failure, known);
  const key = `${law.units} ${law.required} ${law.active} ${law.crews} ${law.mtbf}`;
  const run = known.get(key) ?? replicasLongRun(law);
  known.set(key, run);
  return run;
}

const knownRuns = new WeakMap<Reliability, Map<string, LongRun>>();

/** Failed while one of two that have nothing to do with each other is. */
export function either(one: LongRun, other: LongRun): LongRun {
  if (one === neverFailing) return other;
  if (other === neverFailing) return one;
  return {
    unavailability: one.unavailability + one.availability * other.unavailability,
    availability: one.availability * other.availability,
    failuresPerHour:
      one.failuresPerHour === null || other.failuresPerHour === null
        ? null
        : one.availability * other.failuresPerHour + other.availability * one.failuresPerHour,
  };
}

function runsOfSeveralCauses(
  region: Region,
  of: PlaceOf & { readonly letters: readonly Ratio[] },
): readonly LongRun[] {
  const part = new GraphBuilder();
  const top = part.literal(severalForOneCause(part, region, of));
  const graph = solved({ events: part.events, gates: part.gates() }, top);
  const zones = zonesOf(of.placement);
  return Array.from({ length: 2 ** zones.length }, (_, set) => {
    const states = new Map(
      zones.map(({ name }, at) => [zoneName(region, name), isIn(set, at) ? alwaysFailing : neverFailing]),
    );
    const runs = part.events.map((event) => states.get(event.name) ?? longRunOf(event.law));
    const run = graphLongRun(graph, runs);
    return run.availability === 0 ? alwaysFailing : run;
  });
}
