import packageFile from "../../package.json" with { type: "json" };
import { openScrapeDoor } from "../../src/adapters/scrape/scrape-door.ts";
import type { Endpoint } from "../../src/adapters/relay/listening.ts";
import type { Sample } from "../../src/core/metrics/metrics.ts";
import type { ProcessLog } from "./process-log.ts";

/** Tells what a part measures until it ends. A part that cannot be measured goes on all the same, and says so in its log. */
export async function tellMetrics(
  { log, ...at }: Endpoint & { readonly log: ProcessLog },
  samples: () => Iterable<Sample>,
  until: AbortSignal,
): Promise<void> {
  const door = await openScrapeDoor({ ...at, version: packageFile.version, samples });
  if (!door.ok) {
    for (const { code, what, mend } of door.problems) log.write("WARN", `${code}: ${what}; ${mend}`);
    return;
  }
  const close = (): void => {
    door.value.close();
  };
  if (until.aborted) close();
  until.addEventListener("abort", close, { once: true });
}
