import { type MonotonicMs, type Seconds, seconds } from "../src/core/units/units.ts";

/** The longest time between two neighbouring instants, which are in order; 0 when there are fewer than two. */
export function longestPauseOf(instants: readonly MonotonicMs[]): Seconds {
  const pauses = instants.slice(1).map((instant, index) => instant - (instants[index] ?? instant));
  return seconds(pauses.reduce((longest, length) => Math.max(longest, length), 0) / 1_000);
}
