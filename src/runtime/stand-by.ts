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
  /** How long nobody may have carried a run out before it is taken over. */
  readonly patience: Milliseconds;
}

/**
 * Waits until a run of the plan that is not over has not changed for so long, and takes it over. No clock but our own is gone by, and while
 * the store does not answer no time passes: whoever carries the run out cannot show it then. `null`: the caller has given up.
 */
export async function lostRun(
  store: RunStore,
  { plan, patience }: StandBy,
  signal: AbortSignal,
): Promise<SeenRun | null> {
  let seen = null as SeenRun | null;
  let since: MonotonicMs = readSystemClock().now;
  while (!signal.aborted) {
    const present = runUnderWay(await lookUpRun(store, signal), plan);
    const { now } = readSystemClock();
    if (present?.revision !== seen?.revision) [seen, since] = [present, now];
    else if (seen !== null && elapsed(since, now) >= patience) {
      const taken = await takeOverSeen(store, { seen, form: null }, signal);
      if (taken !== null && taken !== "unreachable") return taken;
      seen = null;
    }
    await pause(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

/** Of that plan; `null`: there is none, or nobody knows. */
function runUnderWay(present: SeenRun | "unreachable" | null, plan: string): SeenRun | null {
  if (present === null || present === "unreachable") return null;
  return present.run.plan === plan && present.run.end === null ? present : null;
}
