import { type Milliseconds, type MonotonicMs, milliseconds } from "../../core/units/units.ts";

/** A reading of one node's monotonic clock; only readings of one start of that node can be compared. */
export interface ClockReading {
  /** Told apart when the node starts again. */
  readonly start: string;
  readonly now: number;
}

/**
 * What a sender knows of a receiver's clock. When the reading came in, the receiver's clock stood at `now` or later, for the
 * reading had been on its way; so `now - heardAt` is a lower bound of how far that clock is ahead of ours.
 */
export interface PeerClock {
  readonly start: string;
  readonly aheadAtLeast: number;
  readonly heardAt: MonotonicMs;
}

/** The bound of a quick answer is better than that of a slow one, until clocks may have drifted by a few milliseconds. */
const trustMs = 10_000;

export function learnt(known: PeerClock | null, reading: ClockReading, heardAt: MonotonicMs): PeerClock {
  const fresh = { start: reading.start, aheadAtLeast: reading.now - heardAt, heardAt };
  const isKnown = known?.start === reading.start && heardAt - known.heardAt < trustMs;
  return isKnown && known.aheadAtLeast > fresh.aheadAtLeast ? known : fresh;
}

/** The least that the receiver's clock can have shown at our `instant`. */
export function readingAt(clock: PeerClock, instant: MonotonicMs): ClockReading {
  return { start: clock.start, now: clock.aheadAtLeast + instant };
}

/** The most that can have passed since `reading`, a lower bound in our own clock; `null` when it is of another start. */
export function ageAtMost(reading: ClockReading, own: ClockReading): Milliseconds | null {
  return reading.start === own.start ? milliseconds(Math.max(0, own.now - reading.now)) : null;
}

export function readingText({ start, now }: ClockReading): string {
  return `${start} ${now.toFixed(3)}`;
}

/** `null` for a text that is no reading. */
export function readReading(text: unknown): ClockReading | null {
  if (typeof text !== "string") return null;
  const [start = "", now = ""] = text.split(" ");
  const value = Number(now);
  return start === "" || now === "" || !Number.isFinite(value) ? null : { start, now: value };
}
