import { type Milliseconds, type MonotonicMs, monotonicMs } from "../../core/units/units.ts";

/** Time as a store sees it: a reading that never runs backwards, and a wait. */
export interface Clock {
  now(): MonotonicMs;
  /** Calls `run` once, no sooner than `span` from now, unless cancelled before. */
  after(span: Milliseconds, run: () => void): () => void;
}

/**
 * This machine's own clock. It runs on while the process is frozen. What has already arrived at a socket is handled before
 * `run`: a store that was paused hears who kept its lease alive meanwhile before it ends any.
 */
export const systemClock: Clock = {
  now: () => monotonicMs(performance.now()),
  after: (span, run) => {
    let immediate: NodeJS.Immediate | null = null;
    const timeout = setTimeout(() => {
      immediate = setImmediate(run);
    }, span);
    timeout.unref();
    return () => {
      clearTimeout(timeout);
      if (immediate !== null) clearImmediate(immediate);
    };
  },
};
