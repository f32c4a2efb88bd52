import type { Entry } from "../evidence/evidence.ts";
import { type MonotonicMs, type Seconds, seconds } from "../units/units.ts";
import type { UnixNanos } from "./span.ts";

/** Gives readings of a monotonic clock their date. */
export type Dating = (at: MonotonicMs) => UnixNanos;

const nanosPerMs = 1_000_000;

/**
 * By the one moment that an entry was stamped on both clocks: a wall clock that is set meanwhile bends no span. The logs of one
 * machine share its monotonic clock.
 */
export function datedBy({ at, monotonic }: Pick<Entry, "at" | "monotonic">): Dating {
  const start = BigInt(at) * BigInt(nanosPerMs);
  return (reading) => start + BigInt(Math.round((reading - monotonic) * nanosPerMs));
}

/**
 * By how much the entries disagree with the one that dates them about what time it was: the rounding of a wall clock to whole
 * milliseconds when their writers shared one machine; anything, when they did not or its clock was set.
 */
export function doubtOf(
  by: Pick<Entry, "at" | "monotonic">,
  entries: readonly Pick<Entry, "at" | "monotonic">[],
): Seconds {
  const offset = by.at - by.monotonic;
  const doubts = entries.map(({ at, monotonic }) => Math.abs(at - monotonic - offset));
  return seconds(Math.max(0, ...doubts) / 1_000);
}
