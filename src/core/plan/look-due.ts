import { type BlockedWindow, isBlockedAt } from "../model/blocked-window.ts";
import { elapsed, type InstantMs, inMilliseconds, type MonotonicMs, type Seconds } from "../units/units.ts";

/** A look at plans, as far as it says when to look again. */
export interface PastLook {
  /** Of the plans that were looked at. */
  readonly windows: readonly BlockedWindow[];
  /** By the wall clock. */
  readonly at: InstantMs;
  /** By the clock that nobody sets. */
  readonly monotonic: MonotonicMs;
}

/**
 * Whether it is time to look again: the longest wait is over, or a window has begun or ended. The wait is counted by the
 * clock that nobody sets; windows go by the wall clock, wherever it is set, and so it is asked anew each time.
 */
export function isLookDue(
  last: PastLook,
  every: Seconds,
  now: { readonly at: InstantMs; readonly monotonic: MonotonicMs },
): boolean {
  const isWaited = elapsed(last.monotonic, now.monotonic) >= inMilliseconds(every);
  return (
    isWaited || last.windows.some((window) => isBlockedAt(window, last.at) !== isBlockedAt(window, now.at))
  );
}
