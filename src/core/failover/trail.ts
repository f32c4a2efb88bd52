import { elapsed, type Milliseconds, type MonotonicMs } from "../units/units.ts";
import type { Position } from "./member.ts";

/** How far the region that serves said that it reaches, and when a controller heard it, by that controller's own clock. */
interface ToldPosition {
  readonly position: Position;
  readonly at: MonotonicMs;
}

/** What one controller has heard of the region that serves. It begins anew with another region, and when the controller has slept. */
export interface Trail {
  /** The oldest first: close together where they are young, further apart where they are old. */
  readonly told: readonly ToldPosition[];
  /** The last sign that somebody may have been answered; `null`: there was none yet. */
  readonly signAt: MonotonicMs | null;
}

export const noTrail: Trail = { told: [], signAt: null };

/** Of two that stand so close beside a third, for their age, the third is left out: what is read off them errs by so much of its age. */
const errorShare = 0.1;

export function withSign({ told }: Trail, at: MonotonicMs): Trail {
  return { told, signAt: at };
}

/**
 * Told one after another in a burst, as when a network that stood still goes on, or a controller wakes up, they were not said one
 * after another: the furthest of them counts, and from when the first was heard.
 *
 * @param burst what is heard within so long of the last counts as heard with it
 */
export function withPosition({ told }: Trail, { position, at }: ToldPosition, burst: Milliseconds): Trail {
  const last = told.at(-1);
  if (last !== undefined && elapsed(last.at, at) < burst)
    return { told: [...told.slice(0, -1), { position, at: last.at }], signAt: at };
  const kept = thinned(told, at);
  kept.push({ position, at });
  return { told: kept, signAt: at };
}

/** Their number grows with the logarithm of their age: some two hundred in a day. */
function thinned(told: readonly ToldPosition[], now: MonotonicMs): ToldPosition[] {
  const kept: ToldPosition[] = [];
  for (const [index, each] of told.entries()) {
    const [before, after] = [kept.at(-1), told[index + 1]];
    const isNeeded =
      before === undefined ||
      after === undefined ||
      elapsed(before.at, after.at) > errorShare * elapsed(after.at, now);
    if (isNeeded) kept.push(each);
  }
  return kept;
}

/** When the newest position was heard that a member at `position` has reached: what was written before is there. `null`: none was. */
export function levelAt({ told }: Trail, { timeline, lsn }: Position): MonotonicMs | null {
  const level = told.findLast(({ position }) => position.timeline === timeline && position.lsn <= lsn);
  return level?.at ?? null;
}

/** The first that was heard at `since` or later: whoever has reached it has all that was written before. `null`: nothing was. */
export function firstSince({ told }: Trail, since: number): Position | null {
  return told.find(({ at }) => at >= since)?.position ?? null;
}
