import type { InstantMs, MonotonicMs } from "../units/units.ts";

/** The readings of one node's own clocks at the moment of an event. */
export interface ClockReading {
  readonly now: MonotonicMs;
  readonly wall: InstantMs;
}
