import { type AttemptKeeper, keepAttempts } from "../src/adapters/libsql/attempt-store.ts";
import type { ProbeListener } from "../src/runtime/probes.ts";
import type { ProcessLog } from "./processes/process-log.ts";

/**
 * Keeps what probes find in a file until aborted. A disk that takes nothing costs what was found meanwhile, and no attempt: it is
 * logged once until it takes something again.
 */
export function keptAttempts(
  file: string,
  log: Pick<ProcessLog, "write">,
  signal: AbortSignal,
): ProbeListener {
  let keeper: AttemptKeeper | null = null;
  let isTaken = true;
  signal.addEventListener("abort", () => {
    keeper?.close();
    keeper = null;
  });
  return ({ journey, atMs, outcome }) => {
    if (signal.aborted) return;
    try {
      keeper ??= keepAttempts(file);
      keeper.keep({ journey, at: atMs / 1000, isBad: outcome === "bad" });
      isTaken = true;
    } catch (cause) {
      if (isTaken) log.write("WARN", `what probes find is not kept in ${file}: ${String(cause)}`);
      isTaken = false;
    }
  };
}
