import type { RegionId } from "../src/core/failover/member.ts";
import { regions } from "./network.ts";
import type { World } from "./world.ts";

const recoveryLimitMs = 15_000;
const lookEveryMs = 250;
/** What was mended is given so long to show whether it breaks again. */
const quietMs = 3_000;

/** Mends everything, lets the world come to rest, and audits what is left. */
export function settle(world: World): readonly string[] {
  const mendedAt = world.agenda.now;
  world.heal();
  for (const region of regions) {
    world.thaw(region);
    world.restore(region);
  }
  world.note("all is mended");
  world.agenda.runUntil(mendedAt + quietMs);
  const limit = mendedAt + recoveryLimitMs;
  while (!isAtRest(world, mendedAt) && world.agenda.now < limit)
    world.agenda.runUntil(world.agenda.now + lookEveryMs);
  const isSteady = isAtRest(world, mendedAt);
  if (!isSteady)
    world.audit.violated(
      10,
      `no steady service ${recoveryLimitMs} ms after the last fault: ${describe(world)}`,
    );
  world.audit.settled(world.memberOf(world.presentReign().reign.active).ids);
  return [isSteady ? "all is steady" : "it does not come to rest"];
}

/** Steady, one sync set, a standby that streams for every region, and a client served since everything was mended. */
function isAtRest(world: World, mendedAt: number): boolean {
  const { reign } = world.presentReign();
  if (reign.phase !== "steady" || reign.guards.length > 1) return false;
  const lastAcknowledged = world.audit.clientAcknowledged.at(-1)?.atMs ?? 0;
  if (lastAcknowledged < mendedAt || world.agenda.now - lastAcknowledged > 1_000) return false;
  return regions.every((region: RegionId) => {
    const member = world.memberOf(region);
    return region === reign.active ? member.isPrimary : member.isStreaming;
  });
}

function describe(world: World): string {
  const { reign } = world.presentReign();
  const members = regions.map((region) => {
    const member = world.memberOf(region);
    return `${region} ${member.isUp ? "up" : "down"} ${member.holds}${member.isStreaming ? " streaming" : ""}`;
  });
  return `${reign.phase} ${reign.active}, guards ${JSON.stringify(reign.guards)}; ${members.join("; ")}`;
}
