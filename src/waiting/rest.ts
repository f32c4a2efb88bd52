import { setTimeout as pause } from "node:timers/promises";

/** Waits so long, or until the signal aborts. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => undefined);
}
