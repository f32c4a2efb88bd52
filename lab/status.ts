import type { LabStatus, RegionProcess, RegionRole } from "../src/runtime/lab.ts";
import { labRegions } from "./topology.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import type { MemberReport } from "../src/core/failover/message.ts";
import { type Reign, wantedSyncSet } from "../src/core/failover/reign.ts";

export interface SeenLab {
  readonly reign: Reign;
  /** The newest report of each agent that was heard a moment ago. */
  readonly reports: ReadonlyMap<RegionId, MemberReport>;
  /** Regions whose controller was heard a moment ago. */
  readonly controllers: ReadonlySet<RegionId>;
  readonly edge: LabStatus["edge"];
  readonly edgeEpoch: number;
  /** Processes that are there and not stopped. */
  readonly processes: ReadonlyMap<
    RegionId,
    readonly { readonly name: RegionProcess; readonly pid: number }[]
  >;
  readonly frozen: ReadonlySet<RegionId>;
}

const processesPerRegion = 4;

export function labStatusOf(seen: SeenLab): LabStatus {
  const { reign, edge } = seen;
  const regions = labRegions.map((name) => ({
    name,
    role: roleOf(name, seen),
    processes: seen.processes.get(name) ?? [],
  }));
  return {
    formatVersion: 1,
    state: stateOf(seen, regions),
    active: reign.active,
    epoch: reign.epoch,
    trust: reign.automation,
    edge,
    regions,
  };
}

function roleOf(region: RegionId, { reign, reports, frozen }: SeenLab): RegionRole {
  const status = frozen.has(region) ? undefined : reports.get(region)?.status;
  switch (status?.kind) {
    case "primary":
      return reign.active === region ? "primary" : "down";
    case "standby": {
      const isStreaming = status.upstream === reign.active && status.receiver.kind === "streaming";
      const isConfirming = isStreaming && wantedSyncSet(reign).members.includes(region);
      return isConfirming ? "synchronous-standby" : "standby";
    }
    case "down":
    case "starting":
    case "silent":
    case undefined:
      return "down";
  }
}

function stateOf(seen: SeenLab, regions: LabStatus["regions"]): LabStatus["state"] {
  const { reign, edgeEpoch, controllers } = seen;
  if (reign.phase !== "steady") return "failing-over";
  const hasPrimary = regions.some((region) => region.role === "primary");
  if (!hasPrimary || edgeEpoch !== reign.epoch) return reign.settledAt === null ? "starting" : "failing-over";
  const isWhole = regions.every(
    (region) =>
      region.processes.length === processesPerRegion &&
      controllers.has(region.name) &&
      (region.role === "primary" || region.role === "synchronous-standby"),
  );
  return isWhole && reign.guards.length === 1 ? "ready" : "degraded";
}
