import type { RegionId } from "../src/core/failover/member.ts";
import { wantedSyncSet } from "../src/core/failover/reign.ts";
import { regions } from "./network.ts";
import type { World } from "./world.ts";

const servedMsMax = 600;

/** Who serves, how each member stands, and what clients have. */
export function lookAround(world: World): readonly string[] {
  const { reign } = world.presentReign();
  const { members, confirmations } = wantedSyncSet(reign);
  const confirmed =
    confirmations === 0
      ? "confirmed by nobody"
      : `confirmed by any ${confirmations} of ${members.join(", ")}`;
  return [
    `${reign.phase}: ${reign.active} under epoch ${reign.epoch}, ${confirmed}`,
    regions.map((region) => `${region} ${stateOf(world, region)}`).join("; "),
    clientsOf(world),
    ...runOf(world),
  ];
}

/** How the run of a plan stands, once there was one. */
function runOf(world: World): readonly string[] {
  const present = world.planRuns.present();
  if (present === null) return [];
  const { course, carrier, end, stoppedBecause, steps, approvals } = present.run;
  const standings = Object.entries(steps).map(([step, { kind }]) => `${step} ${kind}`);
  const yes = approvals.length === 0 ? "" : `, with the yes of ${approvals.map(({ by }) => by).join(", ")}`;
  return [
    `the run of ${carrier} goes ${course}, ${end ?? stoppedBecause ?? "under way"}${yes}: ${standings.join(", ")}`,
  ];
}

function stateOf(world: World, region: RegionId): string {
  const member = world.memberOf(region);
  if (!member.isUp) return "is down";
  if (member.holds === "primary") return "is a primary";
  return `${member.isStreaming ? "streams from" : "is set to follow"} ${member.upstream ?? "nobody"}`;
}

function clientsOf(world: World): string {
  const { clientAcknowledged } = world.audit;
  const held = new Set(world.memberOf(world.presentReign().reign.active).ids);
  const lost = clientAcknowledged.filter(({ id }) => !held.has(id)).length;
  const sinceMs = world.agenda.now - (clientAcknowledged.at(-1)?.atMs ?? 0);
  const served =
    sinceMs <= servedMsMax ? "clients are served" : `clients wait since ${(sinceMs / 1_000).toFixed(1)} s`;
  return `${served}; ${lost === 0 ? "no acknowledged write is lost" : `${lost} acknowledged writes are lost`}`;
}
