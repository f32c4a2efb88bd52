import { type BlockedWindow, isBlockedAt } from "../model/blocked-window.ts";
import { elapsed, type InstantMs, inMilliseconds, type MonotonicMs, type Seconds } from "../units/units.ts";

/** A look at plans, as far as it says when to look again. */
export interface PastLook {
  /** Of the plans that were looked at. */
  readonly windows: readonly BlockedWindow[];
  /** When what proves them is too old. */
  readonly expiries: readonly InstantMs[];
  /** By the wall clock. */
  readonly at: InstantMs;
  /** By the clock that nobody sets. */
  readonly monotonic: MonotonicMs;
}

/**
 * Whether it is time to look again: the longest wait is over, a window has begun or ended, or a proof has grown too old. The wait is
 * counted by the clock that nobody sets; windows and proofs go by the wall clock, wherever it is set, and so it is asked anew each time.
 */
export function isLookDue(
  last: PastLook,
  every: Seconds,
  now: { readonly at: InstantMs; readonly monotonic: MonotonicMs },
): boolean {
  const isWaited = elapsed(last.monotonic, now.monotonic) >= inMilliseconds(every);
  const isOtherwise = (at: (of: InstantMs) => boolean): boolean => at(last.at) !== at(now.at);
  return (
    isWaited ||
    last.windows.some((window) => isOtherwise((at) => isBlockedAt(window, at))) ||
    last.expiries.some((until) => isOtherwise((at) => at < until))
  );
}
