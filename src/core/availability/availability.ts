import { type FailureScope, widestScope } from "../model/model.ts";
import type { Bounds } from "./bounds.ts";
import { type Outages, outagesOf } from "./frequency.ts";
import type { LongRun } from "./law.ts";
import type { JourneyTops, PlatformGraph, UserTops } from "./platform-graph.ts";
import { type AskedTops, TopRuns } from "./top-runs.ts";

/** How often a journey is up, for a user of it: where cells have their own, for a user taken at random. */
export interface JourneyAvailability {
  readonly journey: string;
  readonly run: LongRun;
  readonly outages: Outages;
  /** Share of time that something that it makes use of is gone, or all of it. */
  readonly lessThanWhole: LongRun;
  /** For the scope of each objective, the share of time that it is down when failures of wider scopes never come. */
  readonly withinScope: ReadonlyMap<FailureScope, number>;
  readonly users: readonly { readonly cell: string | null; readonly share: number; readonly run: LongRun }[];
  /** How often each region could not carry it by itself. */
  readonly regions: readonly { readonly region: string; readonly run: LongRun }[];
}

/** Its graph would have taken more work than was allowed. */
export interface Unsolved {
  readonly journey: string;
  readonly run: null;
  /** Between what its unavailability lies. */
  readonly unavailability: Bounds;
  /** The same for the scope of each objective, when failures of wider scopes never come. */
  readonly bounds: ReadonlyMap<FailureScope, Bounds>;
}

/**
 * Every journey of a platform.
 *
 * @param stepsMax work allowed for one question
 * @param toldApart the same platform with every cause told apart, for those that need it; left out: this one is
 */
export function journeyAvailabilities(
  platform: PlatformGraph,
  stepsMax: number,
  toldApart: () => PlatformGraph = () => platform,
): readonly (JourneyAvailability | Unsolved)[] {
  const runs = new TopRuns(askedOf(platform), { stepsMax, toldApart: () => askedOf(toldApart()) });
  return platform.journeys.map((journey) => journeyAvailability(runs, journey));
}

function askedOf(faults: PlatformGraph): AskedTops {
  const userTops = faults.journeys.flatMap(({ users }) =>
    users.flatMap(({ fails, falls }) => [fails, falls]),
  );
  const regionTops = faults.journeys.flatMap(({ regions }) => regions.map(({ fails }) => fails));
  // Apart, since a component as a whole is no module for those who ask for a region of it.
  return { faults, tops: [userTops, regionTops] };
}

function journeyAvailability(runs: TopRuns, tops: JourneyTops): JourneyAvailability | Unsolved {
  const { journey, users, regions } = tops;
  const byScope = <Value>(value: (scope: FailureScope) => Value): ReadonlyMap<FailureScope, Value> =>
    new Map(tops.scopes.map((scope) => [scope, value(scope)]));
  const failing = users.map(({ cell, share, fails }) => ({ cell, share, run: runs.run(fails) }));
  const falling = users.map(({ share, falls }) => ({ share, run: runs.run(falls) }));
  const byRegion = regions.map(({ region, fails }) => ({ region, run: runs.run(fails) }));
  if (!areKnown(failing) || !areKnown(falling) || !areKnown(byRegion)) {
    const boundsWithin = (scope: FailureScope): Bounds => mixedBounds(runs, users, scope);
    const unavailability = boundsWithin(widestScope);
    return { journey, run: null, unavailability, bounds: byScope(boundsWithin) };
  }
  const run = mixed(failing);
  const within = (scope: FailureScope): number =>
    users.reduce((sum, { share, fails }) => sum + share * (runs.run(fails, scope)?.unavailability ?? 0), 0);
  return {
    ...{ journey, run, outages: outagesOf(run) },
    lessThanWhole: mixed(falling),
    withinScope: byScope(within),
    users: failing,
    regions: byRegion,
  };
}

function areKnown<Asked extends { readonly run: LongRun | null }>(
  all: readonly Asked[],
): all is readonly (Asked & { readonly run: LongRun })[] {
  return all.every(({ run }) => run !== null);
}

/** What it comes to for a user taken at random. */
function mixed(users: readonly { readonly share: number; readonly run: LongRun }[]): LongRun {
  const sum = (value: (run: LongRun) => number): number =>
    users.reduce((total, { share, run }) => total + share * value(run), 0);
  const isKnown = users.every(({ run }) => run.failuresPerHour !== null);
  return {
    unavailability: sum((run) => run.unavailability),
    availability: sum((run) => run.availability),
    failuresPerHour: isKnown ? sum((run) => run.failuresPerHour ?? 0) : null,
  };
}

function mixedBounds(runs: TopRuns, users: readonly UserTops[], scope: FailureScope): Bounds {
  const bounds = users.map(({ share, fails }) => ({ share, ...runs.bounds(fails, scope) }));
  return {
    lower: bounds.reduce((sum, { share, lower }) => sum + share * lower, 0),
    upper: bounds.reduce((sum, { share, upper }) => sum + share * upper, 0),
  };
}
