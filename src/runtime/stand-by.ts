import { setTimeout as pause } from "node:timers/promises";
import { elapsed, type Milliseconds, type MonotonicMs } from "../core/units/units.ts";
import { readSystemClock } from "./clocks.ts";
import type { SeenRun } from "./run-record.ts";
import { lookUpRun, type RunStore, takeOverSeen } from "./run-store.ts";

const lookEveryMs = 500;

/** Of which runs somebody stands by. */
export interface StandBy {
  /** The hash of the plan. */
  readonly plan: string;
  /** Who stands by. */
  readonly by: string;
  /** How long nobody may have carried a run out before it is taken over. */
  readonly patience: Milliseconds;
  /** Told when the store does not answer any more, and when it does again. */
  readonly onSilence: (isSilent: boolean) => void;
}

/**
 * Waits until a run of the plan that is not over has not changed for so long, and takes it over. No clock but our own is gone by, and while
 * the store does not answer no time passes: whoever carries the run out cannot show it then. `null`: the caller has given up.
 */
export async function lostRun(
  store: RunStore,
  { plan, by, patience, onSilence }: StandBy,
  signal: AbortSignal,
): Promise<SeenRun | null> {
  let seen = null as SeenRun | null;
  let since: MonotonicMs = readSystemClock().now;
  const hear = toldWhenOtherwise(onSilence);
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    const told = await lookUpRun(store, signal);
    if (!isOver()) hear(told === "unreachable");
    const present = runUnderWay(told, plan);
    const { now } = readSystemClock();
    if (present?.revision !== seen?.revision) [seen, since] = [present, now];
    else if (seen !== null && elapsed(since, now) >= patience) {
      const taken = await takeOverSeen(store, { seen, form: null, by }, signal);
      if (taken !== null && taken !== "unreachable") return taken;
      seen = null;
    }
    await pause(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

/** Told of each change, of which the first is to what is not so at first. */
function toldWhenOtherwise(onChange: (isSo: boolean) => void): (isSo: boolean) => void {
  let wasSo = false;
  return (isSo) => {
    if (isSo !== wasSo) onChange(isSo);
    wasSo = isSo;
  };
}

/** Of that plan; `null`: there is none, or nobody knows. */
function runUnderWay(present: SeenRun | "unreachable" | null, plan: string): SeenRun | null {
  if (present === null || present === "unreachable") return null;
  return present.run.plan === plan && present.run.end === null ? present : null;
}
