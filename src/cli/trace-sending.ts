import type { Problem } from "../core/problem/problem.ts";
import type { Destination } from "../core/trace/ports.ts";
import type { Trace } from "../core/trace/trace.ts";
import type { Shell } from "./shell.ts";

/** What came of telling everybody who wants to know. */
export interface SendingOutcome {
  /** Where the traces have arrived. */
  readonly arrived: readonly string[];
  readonly problems: readonly Problem[];
}

/** Each is told at the same time as the others, and each once. */
export async function sendTraces(
  traces: readonly Trace[],
  destinations: readonly Destination[],
  { signal }: Pick<Shell, "signal">,
): Promise<SendingOutcome> {
  const sent = await Promise.all(destinations.map((destination) => destination.send(traces, signal)));
  return {
    arrived: sent.flatMap((each) => (each.kind === "sent" ? [each.to] : [])),
    problems: sent.flatMap((each) => (each.kind === "failed" ? [each.problem] : [])),
  };
}
