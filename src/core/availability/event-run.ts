import { type FailureScope, isCounted } from "../model/model.ts";
import type { PlatformEvent, RunsByZones } from "./graph-builder.ts";
import { alwaysFailing, type LongRun, neverFailing } from "./law.ts";
import { longRunOf } from "./long-run.ts";

/** What an event of a platform comes to: by itself, or for each set of zones that are down. */
export type EventRun = LongRun | RunsByZones;

export function eventRun({ law, byZones }: PlatformEvent): EventRun {
  return byZones ?? longRunOf(law);
}

/** What events come to when failures of wider scopes never come. @param runs by event; they themselves where all are counted */
export function runsWithin<Run extends EventRun>(
  scope: FailureScope,
  events: readonly PlatformEvent[],
  runs: readonly Run[],
): readonly (Run | LongRun)[] {
  const isIn = (at: number): boolean => isCounted((events[at] as PlatformEvent).scope, scope);
  if (runs.every((_, at) => isIn(at))) return runs;
  return runs.map((run, at) => (isIn(at) ? run : without(run)));
}

/** What is left where an event never comes by itself: that too many of its zones are down. */
function without<Run extends EventRun>(run: Run): Run | LongRun {
  if (!("zones" in run)) return neverFailing;
  return { ...run, runs: run.runs.map((each) => (each === alwaysFailing ? alwaysFailing : neverFailing)) };
}
