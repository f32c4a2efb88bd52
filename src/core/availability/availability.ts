import type { FailureScope } from "../model/model.ts";
import { chanceOf } from "./chance.ts";
import type { Chances } from "./chances.ts";
import { graphLongRun, type Outages, outagesOf } from "./frequency.ts";
import type { Literal } from "./fault-graph.ts";
import type { LongRun } from "./law.ts";
import { longRunOf } from "./long-run.ts";
import { isCounted, type JourneyTops, type PlatformGraph, type UserTops } from "./platform-graph.ts";
import { type SolvedGraph, solved } from "./solve.ts";

/** How often a journey is up, for a user of it: where cells have their own, for a user taken at random. */
export interface JourneyAvailability {
  readonly journey: string;
  readonly run: LongRun;
  readonly outages: Outages;
  /** Share of time that something that it makes use of is gone, or all of it. */
  readonly lessThanWhole: LongRun;
  /** Share of time that it is down when failures of wider scopes never come. */
  readonly withinScope: Readonly<Record<FailureScope, number>>;
  readonly users: readonly { readonly cell: string | null; readonly share: number; readonly run: LongRun }[];
  /** How often each region could not carry it by itself. */
  readonly regions: readonly { readonly region: string; readonly run: LongRun }[];
}

/** Every journey of a platform. @param stepsMax work allowed for one module of one question */
export function journeyAvailabilities(
  platform: PlatformGraph,
  stepsMax: number,
): readonly (JourneyAvailability | Unsolved)[] {
  const runs = platform.events.map(({ law }) => longRunOf(law));
  const asked: Asked = { platform, runs, stepsMax, solvedTops: new Map() };
  return platform.journeys.map((journey) => journeyAvailability(asked, journey));
}

/** Its graph would have taken more work than was allowed. */
export interface Unsolved {
  readonly journey: string;
  readonly run: null;
}

interface Asked {
  readonly platform: PlatformGraph;
  readonly runs: readonly LongRun[];
  readonly stepsMax: number;
  readonly solvedTops: Map<Literal, SolvedGraph>;
}

function journeyAvailability(
  asked: Asked,
  { journey, users, regions }: JourneyTops,
): JourneyAvailability | Unsolved {
  const isSolved = [
    ...users.flatMap(({ fails, falls }) => [fails, falls]),
    ...regions.map(({ fails }) => fails),
  ]
    .map((top) => solvedTop(asked, top))
    .every((graph) => graph.isExact);
  if (!isSolved) return { journey, run: null };
  const each = users.map(({ cell, share, fails }) => ({ cell, share, run: runOf(asked, fails) }));
  const run = mixed(each);
  return {
    ...{ journey, run, outages: outagesOf(run) },
    lessThanWhole: mixed(users.map(({ share, falls }) => ({ share, run: runOf(asked, falls) }))),
    withinScope: {
      zone: within(asked, users, "zone"),
      region: within(asked, users, "region"),
      provider: within(asked, users, "provider"),
      dependency: run.unavailability,
    },
    users: each,
    regions: regions.map(({ region, fails }) => ({ region, run: runOf(asked, fails) })),
  };
}

function solvedTop({ platform, stepsMax, solvedTops }: Asked, top: Literal): SolvedGraph {
  const graph = solvedTops.get(top) ?? solved(platform, top, stepsMax);
  solvedTops.set(top, graph);
  return graph;
}

function runOf(asked: Asked, top: Literal): LongRun {
  return graphLongRun(solvedTop(asked, top), asked.runs, "tells-states-apart");
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

/** Unavailability when what strikes more widely never comes. */
function within(asked: Asked, users: readonly UserTops[], scope: FailureScope): number {
  const { events } = asked.platform;
  const failed = asked.runs.map((run, at) => (countsAt(events[at]?.scope, scope) ? run.unavailability : 0));
  const works = asked.runs.map((run, at) => (countsAt(events[at]?.scope, scope) ? run.availability : 1));
  const chances: Chances = { failed: Float64Array.from(failed), works: Float64Array.from(works) };
  return users.reduce(
    (sum, { share, fails }) => sum + share * chanceOf(solvedTop(asked, fails), chances).failed,
    0,
  );
}

function countsAt(event: FailureScope | undefined, scope: FailureScope): boolean {
  return event !== undefined && isCounted(event, scope);
}
