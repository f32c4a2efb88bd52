import {
  type LabStatus,
  type RegionFault,
  type RegionProcess,
  regionProcesses,
  type RegionRole,
} from "../src/runtime/lab.ts";
import { isKeptFromClients, type NetworkHarm } from "../src/runtime/network-harm.ts";
import { labRegions } from "./topology.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import type { MemberReport } from "../src/core/failover/message.ts";
import { isAsynchronous, type Reign, wantedSyncSet } from "../src/core/failover/reign.ts";

export interface SeenLab {
  readonly reign: Reign;
  /** Why no failover may begin without a person; `null`: one may, or the reign has not been told yet. */
  readonly heldBecause: string | null;
  /** Why no decision could be written down a moment ago, without which none is carried out; `null`: none was tried in vain. */
  readonly unwritten: string | null;
  /** The newest report of each agent that was heard a moment ago. */
  readonly reports: ReadonlyMap<RegionId, MemberReport>;
  /** Regions whose controller was heard a moment ago. */
  readonly controllers: ReadonlySet<RegionId>;
  readonly edge: LabStatus["edge"];
  readonly coordination: LabStatus["coordination"];
  readonly metrics: LabStatus["metrics"];
  /** `null`: the edge does not answer. */
  readonly edgeEpoch: number | null;
  /** Processes that are there, stopped ones too. */
  readonly processes: ReadonlyMap<
    RegionId,
    readonly { readonly name: RegionProcess; readonly pid: number }[]
  >;
  readonly faults: ReadonlyMap<RegionId, readonly RegionFault[]>;
  /** What is done to the network of each region; of one that is not named, nothing. */
  readonly network: ReadonlyMap<RegionId, readonly NetworkHarm[]>;
}

const quorum = Math.floor(labRegions.length / 2) + 1;

export function labStatusOf(seen: SeenLab): LabStatus {
  const { reign, edge, coordination, metrics } = seen;
  const regions = labRegions.map((name) => ({
    name,
    role: roleOf(name, seen),
    faults: faultsIn(name, seen),
    network: seen.network.get(name) ?? [],
    processes: seen.processes.get(name) ?? [],
  }));
  const isServed = isServing(seen, regions);
  const blockedBy = isServed ? null : obstacleOf(seen, regions);
  return {
    formatVersion: 1,
    state: isServed ? servingStateOf(seen, regions) : idleStateOf(seen, regions),
    active: reign.active,
    epoch: reign.epoch,
    blockedBy,
    trust: reign.automation,
    heldBecause: reign.automation === "held" ? seen.heldBecause : null,
    awaitsWord: blockedBy === heldObstacle,
    mayLack: reign.mayLack,
    edge,
    coordination,
    metrics,
    regions,
  };
}

/** Whether it is heard at all: packets that are lost are sent again, and what is late comes. */
function isSound(faults: readonly RegionFault[]): boolean {
  return faults.every((fault) => fault === "lossy" || fault === "slow");
}

function faultsIn(region: RegionId, { faults }: SeenLab): readonly RegionFault[] {
  return faults.get(region) ?? [];
}

/** A report outlives its region by a moment: what is not there, or is stopped, is nothing any more. */
function roleOf(region: RegionId, seen: SeenLab): RegionRole {
  const { reign, reports } = seen;
  const status = isRunning(region, seen) ? reports.get(region)?.status : undefined;
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

function isRunning(region: RegionId, seen: SeenLab): boolean {
  const processes = seen.processes.get(region) ?? [];
  return processes.some(({ name }) => name === "postgres") && !faultsIn(region, seen).includes("frozen");
}

function isServing({ reign, edgeEpoch }: SeenLab, regions: LabStatus["regions"]): boolean {
  const hasPrimary = countReached(regions, "primary") > 0;
  return reign.phase === "steady" && edgeEpoch === reign.epoch && hasPrimary && isConfirmed(reign, regions);
}

/** Whether enough standbys are there to confirm a write: without them every write waits, and nobody is told that it is safe. */
function isConfirmed(reign: Reign, regions: LabStatus["regions"]): boolean {
  return countReached(regions, "synchronous-standby") >= wantedSyncSet(reign).confirmations;
}

function countReached(regions: LabStatus["regions"], wanted: RegionRole): number {
  return regions.filter(({ role, network }) => role === wanted && !isKeptFromClients(network)).length;
}

function servingStateOf(
  { reign, controllers, coordination }: SeenLab,
  regions: LabStatus["regions"],
): LabStatus["state"] {
  const isCoordinated = coordination.isAnswering && coordination.voters.every(({ pid }) => pid !== null);
  const isWhole = regions.every(
    (region) =>
      region.processes.length === regionProcesses.length &&
      controllers.has(region.name) &&
      (region.role === "primary" || region.role === "synchronous-standby"),
  );
  return isWhole && isCoordinated && reign.guards.length === 1 ? "ready" : "degraded";
}

/** That a lab has served is written down only once it has failed over; before that, its harm tells it. */
function idleStateOf(
  { reign, faults, edgeEpoch }: SeenLab,
  regions: LabStatus["regions"],
): LabStatus["state"] {
  const hasFailedOver = reign.phase !== "steady" || reign.settledAt !== null;
  const isHarmed = [...faults.values()].some((inForce) => inForce.length > 0);
  const hasLostEdge = edgeEpoch === null && countReached(regions, "primary") > 0;
  return hasFailedOver || isHarmed || hasLostEdge ? "failing-over" : "starting";
}

/** Why nobody serves: the first thing in the way, for whatever comes after it waits for it. */
function obstacleOf(seen: SeenLab, regions: LabStatus["regions"]): string {
  const { reign, edgeEpoch } = seen;
  if (idleStateOf(seen, regions) === "starting") return "the lab is starting";
  if (edgeEpoch === null) return "the edge does not answer; restoring any region starts it";
  const isThere = regions.some(({ role, faults }) => role === "primary" && isSound(faults));
  if (isThere && reign.phase === "steady" && !isConfirmed(reign, regions))
    return `writes to ${reign.active} wait, for no standby is there to confirm them`;
  const answering = labRegions.filter(
    (region) => seen.controllers.has(region) && isSound(faultsIn(region, seen)),
  ).length;
  if (!seen.coordination.isAnswering) return "the coordination store does not answer";
  if (answering < quorum) return `no quorum of controllers, ${answering} of ${labRegions.length} answer`;
  const decided = decidedSoFar(seen);
  if (decided !== null) return decided;
  if (isThere) return `the edge does not yet send clients to ${reign.active}`;
  return obstacleToFailover(seen, regions);
}

/** How far a failover has come, and what holds it up; `null`: none is under way, and nothing holds one up. */
function decidedSoFar({ reign, unwritten }: SeenLab): string | null {
  if (unwritten !== null) return unwritten;
  return reign.phase === "steady" ? null : `a failover is under way: ${reign.phase}`;
}

/** Why it is held is told beside it. */
const heldObstacle = "automatic failover is held, and waits for a person";

function obstacleToFailover({ reign }: SeenLab, regions: LabStatus["regions"]): string {
  const { active, automation } = reign;
  if (automation === "held") return heldObstacle;
  if (isLostToClientsAlone(active, regions))
    return `clients do not reach ${active}, and its standbys do, so that nobody takes it for lost: only a person hands over from it`;
  const hasFollower = regions.some(({ role }) => role === "standby" || role === "synchronous-standby");
  if (!hasFollower) return "no other region holds data that follows";
  const byPerson = "; where others may lack too much, a person decides: `holdfast failover run --ungraceful`";
  return `the loss of ${active} is being judged${isAsynchronous(reign) ? byPerson : ""}`;
}

function isLostToClientsAlone(active: RegionId, regions: LabStatus["regions"]): boolean {
  const { role, network = [] } = regions.find(({ name }) => name === active) ?? {};
  const isCutOtherwise = network.some((harm) => harm.kind !== "cut" || harm.from !== "clients");
  const isHeard = regions.some((region) => region.role === "synchronous-standby");
  return role === "primary" && isKeptFromClients(network) && !isCutOtherwise && isHeard;
}
