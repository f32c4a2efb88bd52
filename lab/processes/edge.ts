import { openEdge } from "../../src/adapters/relay/edge.ts";
import type { Routing } from "../../src/adapters/relay/routing.ts";
import type { ExitStatus } from "../../src/cli/shell.ts";
import { monotonicMs } from "../../src/core/units/units.ts";
import { layoutOf } from "../layout.ts";
import { endLeftBehind } from "../left-behind.ts";
import { type EdgeConfig, readConfig } from "../region-config.ts";
import { aborted } from "./aborted.ts";
import { Parent } from "./parent.ts";
import { tellMetrics } from "./tell-metrics.ts";
import { ProcessLog } from "./process-log.ts";

function routingText(routing: Exclude<Routing, { kind: "unrouted" }>): string {
  return routing.kind === "held"
    ? `clients wait, and have left ${routing.previous ?? "no region"}`
    : `clients go to ${routing.active}`;
}

/**
 * The lab's front door, as a process of its own outside all regions. No fault freezes it, so it is the one that cleans up after a
 * lab that was killed.
 */
export async function runEdgeProcess(configPath: string, signal: AbortSignal): Promise<ExitStatus> {
  const config = await readConfig<EdgeConfig>(configPath);
  const log = new ProcessLog({ process: "edge", region: null, platformId: config.platformId });
  const parent = new Parent(signal, log);
  const edge = await openEdge({
    sql: config.sql,
    http: config.http,
    admin: config.admin,
    regions: config.regions,
    stateFile: layoutOf(config.root).edgeFile,
    clock: { now: () => monotonicMs(performance.now()) },
    onRouting: (routing) => {
      if (routing.kind !== "unrouted") log.write("INFO", routingText(routing), { epoch: routing.epoch });
    },
  });
  if (edge.kind === "refused") return parent.giveUp([edge.problem]);
  await tellMetrics({ ...config.metrics, log }, () => edge.value.samples(), parent.until);
  log.write("INFO", "the edge takes connections");
  await aborted(parent.until);
  await edge.value.close();
  log.write("INFO", "the edge has closed its doors");
  await endLeftBehind(config.root);
  return 0;
}
