import type { AttemptStore } from "../core/slo/ports.ts";
import { attemptsOf, seenInAttempts } from "../core/slo/status/attempts.ts";
import { statusesOf } from "../core/slo/status/read-status.ts";
import { readingsOf } from "../core/slo/status/readings.ts";
import { type ObjectiveStatus, worstFirst } from "../core/slo/status/status.ts";
import type { StatusAsked } from "./slo-status.ts";

export interface AttemptsAsked extends Omit<StatusAsked, "forecasts"> {
  /** Whether the past is told too, to count events and to forecast: that takes most of the time. */
  readonly hasPast: boolean;
}

/** How objectives stand by what built-in probes have found; of those that probes do not attempt nothing is known. */
export function readAttempted(
  { slos, composites, now, hasPast }: AttemptsAsked,
  store: AttemptStore,
): readonly ObjectiveStatus[] {
  const since: AttemptStore["since"] = (journey, from) => store.since(journey, from);
  const attempted = slos.map((slo) => attemptsOf(slo, { now, hasPast, since }));
  const seen = seenInAttempts(attempted, now);
  const readings = [...attempted.flatMap((each) => each.readings), ...readingsOf([], composites)];
  return worstFirst(readings.flatMap((reading) => statusesOf(reading, seen)).map(asAttempted));
}

/** Probes need no rules: whatever is not known was not attempted. */
function asAttempted(status: ObjectiveStatus): ObjectiveStatus {
  return status.known.kind === "known"
    ? status
    : { ...status, known: { kind: "unknown", because: "no-probes" } };
}
