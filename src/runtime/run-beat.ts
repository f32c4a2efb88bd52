import { setTimeout as pause } from "node:timers/promises";
import { elapsed, milliseconds } from "../core/units/units.ts";
import { readSystemClock } from "./clocks.ts";
import type { SeenRun } from "./run-record.ts";
import { lookUpRun, type RunStore } from "./run-store.ts";

/** How often whoever carries a run out shows it, while nothing else changes. */
export const beatMs = milliseconds(2_000);

/** Within this time it has done so more than once: who is silent for longer is taken for lost. */
export const patienceMsMin = milliseconds(2.5 * beatMs);

const lookEveryMs = 250;

/** Whether somebody shows that they carry a run out, which is known as soon as they do. While the store does not answer nobody can. */
export async function isCarriedOut(store: RunStore, seen: SeenRun, signal: AbortSignal): Promise<boolean> {
  const since = readSystemClock().now;
  while (!signal.aborted && elapsed(since, readSystemClock().now) < patienceMsMin) {
    await pause(lookEveryMs, undefined, { signal }).catch(() => undefined);
    const present = await lookUpRun(store, signal);
    if (present === "unreachable" || present?.revision !== seen.revision) return true;
  }
  return signal.aborted;
}
