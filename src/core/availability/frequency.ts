import { hoursPerYear, minutesPerYear } from "../units/units.ts";
import { chanceOf, modulesChances } from "./chance.ts";
import type { Chances } from "./chances.ts";
import { slopesOf } from "./importance.ts";
import type { LongRun } from "./law.ts";
import type { SolvedGraph } from "./solve.ts";

/** Chances of events from what each comes to by itself. */
export function chancesOfRuns(runs: readonly LongRun[]): Chances {
  return {
    failed: Float64Array.from(runs, ({ unavailability }) => unavailability),
    works: Float64Array.from(runs, ({ availability }) => availability),
  };
}

/**
 * What negation means in a graph. `repair-fails`: a repair can fail the top. `tells-states-apart`: it only says which of several
 * events counts in a state, as one for each set of zones that is left; the whole still fails by failures alone.
 */
export type Negation = "repair-fails" | "tells-states-apart";

/**
 * What a whole graph comes to in the long run. It begins to be failed when an event fails while that event decides: the sum of the
 * events' frequencies, each times ∂U/∂q of its event (Vesely 1970).
 *
 * @param runs by event
 * @returns `failuresPerHour` is `null` when an event that matters says nothing of its own, or when the graph negates and a repair
 *   could fail it, too
 * @throws InvariantBroken when a module is unsolved
 */
export function graphLongRun(
  graph: SolvedGraph,
  runs: readonly LongRun[],
  negation: Negation = "repair-fails",
): LongRun {
  const chances = chancesOfRuns(runs);
  const { failed, works } = chanceOf(graph, chances);
  return {
    unavailability: failed,
    availability: works,
    failuresPerHour: isUsable(graph, negation) ? frequencyOf(graph, runs) : null,
  };
}

function isUsable({ isCoherent }: SolvedGraph, negation: Negation): boolean {
  return isCoherent || negation === "tells-states-apart";
}

function frequencyOf(graph: SolvedGraph, runs: readonly LongRun[]): number | null {
  const slopes = slopesOf(graph, modulesChances(graph, chancesOfRuns(runs)));
  let sum = 0;
  for (const [event, { failuresPerHour }] of runs.entries()) {
    const slope = slopes[event] as number;
    if (slope === 0) continue;
    if (failuresPerHour === null) return null;
    sum += slope * failuresPerHour;
  }
  return sum;
}

/** What a long run means to people; a year has 365 days. */
export interface Outages {
  readonly minutesPerYear: number;
  /** `null`: how often it fails is not known. */
  readonly perYear: number | null;
  /** Mean length of an outage, in hours; `null`: not known, or there is none. */
  readonly meanHours: number | null;
}

export function outagesOf({ unavailability, failuresPerHour }: LongRun): Outages {
  const isKnown = failuresPerHour !== null && failuresPerHour > 0;
  return {
    minutesPerYear: unavailability * minutesPerYear,
    perYear: failuresPerHour === null ? null : failuresPerHour * hoursPerYear,
    meanHours: isKnown ? unavailability / failuresPerHour : null,
  };
}
