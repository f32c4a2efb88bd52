import { openEdge } from "../../src/adapters/relay/edge.ts";
import type { ExitStatus } from "../../src/cli/shell.ts";
import { monotonicMs } from "../../src/core/units/units.ts";
import { layoutOf } from "../layout.ts";
import { endLeftBehind } from "../left-behind.ts";
import { type EdgeConfig, readConfig } from "../region-config.ts";
import { aborted } from "./aborted.ts";
import { Parent } from "./parent.ts";
import { tellMetrics } from "./tell-metrics.ts";

const host = "127.0.0.1";

/**
 * The lab's front door, as a process of its own outside all regions. No fault freezes it, so it is the one that cleans up after a
 * lab that was killed.
 */
export async function runEdgeProcess(configPath: string, signal: AbortSignal): Promise<ExitStatus> {
  const parent = new Parent(signal);
  const config = await readConfig<EdgeConfig>(configPath);
  const edge = await openEdge({
    sql: { host, port: config.sqlPort },
    http: { host, port: config.httpPort },
    admin: { host, port: config.adminPort },
    regions: config.regions,
    stateFile: layoutOf(config.root).edgeFile,
    clock: { now: () => monotonicMs(performance.now()) },
  });
  if (edge.kind === "refused") return parent.giveUp([edge.problem]);
  await tellMetrics({ host, port: config.metricsPort }, () => edge.value.samples(), parent.until);
  await aborted(parent.until);
  await edge.value.close();
  await endLeftBehind(config.root);
  return 0;
}
