import { invariant } from "../src/core/problem/problem.ts";

/** What a set of measurements says, in the unit of its values. */
export interface Spread {
  readonly n: number;
  /** The middle value; of an even number, the mean of the two in the middle. */
  readonly median: number;
  /** The smallest value that at least 95 % of all do not exceed (nearest rank): of 20 the second largest. */
  readonly p95: number;
  readonly worst: number;
}

/** @returns `null` when nothing was measured; larger is worse */
export function spreadOf(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((a, b) => a - b);
  const worst = sorted.at(-1);
  if (worst === undefined) return null;
  return {
    n: sorted.length,
    median: medianOf(sorted),
    p95: at(sorted, Math.ceil(0.95 * sorted.length)),
    worst,
  };
}

function medianOf(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  return (at(sorted, Math.floor(half + 0.5)) + at(sorted, Math.floor(half + 1))) / 2;
}

/** The value of a rank, from 1. */
function at(sorted: readonly number[], rank: number): number {
  const value = sorted[rank - 1];
  invariant(value !== undefined, `rank ${rank} lies outside 1 to ${sorted.length}`);
  return value;
}
