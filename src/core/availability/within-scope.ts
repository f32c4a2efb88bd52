import { type FailureScope, isCounted } from "../model/model.ts";
import type { PlatformEvent } from "./graph-builder.ts";
import { type LongRun, neverFailing } from "./law.ts";

/** What events come to when failures of wider scopes never come. @param runs by event; they themselves where all are counted */
export function runsWithin(
  scope: FailureScope,
  events: readonly PlatformEvent[],
  runs: readonly LongRun[],
): readonly LongRun[] {
  const isIn = (at: number): boolean => isCounted((events[at] as PlatformEvent).scope, scope);
  if (runs.every((_, at) => isIn(at))) return runs;
  return runs.map((run, at) => (isIn(at) ? run : neverFailing));
}
