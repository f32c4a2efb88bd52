import type { AttemptStore } from "../core/slo/ports.ts";
import { attemptsOf, seenInAttempts } from "../core/slo/status/attempts.ts";
import { statusesOf } from "../core/slo/status/read-status.ts";
import { readingsOf } from "../core/slo/status/readings.ts";
import { type ObjectiveStatus, worstFirst } from "../core/slo/status/status.ts";
import type { StatusAsked } from "./slo-status.ts";

/** How objectives stand by what built-in probes have found; of those that probes do not attempt nothing is known. */
export function readAttempted(
  { slos, composites, now }: Omit<StatusAsked, "forecasts">,
  store: AttemptStore,
): readonly ObjectiveStatus[] {
  const attempted = slos.map((slo) => attemptsOf(slo, now, (journey, from) => store.since(journey, from)));
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
