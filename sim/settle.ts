import type { RegionId } from "../src/core/failover/member.ts";
import { regions } from "./network.ts";
import type { World } from "./world.ts";

const recoveryLimitMs = 15_000;
const lookEveryMs = 250;
/** Each order to go on with a run may be lost, or its answer, and the next is given once that has been seen twice: time enough for six. */
const runLimitMs = 60_000;
/** A run that has not changed for so long is carried out by nobody: no attempt of a step takes longer. */
const patienceMs = 5_000;
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
  comeToRest(world, mendedAt);
  if (hasOpenRun(world)) {
    endRun(world);
    comeToRest(world, world.agenda.now);
  }
  const isSteady = isAtRest(world, mendedAt);
  const run = world.planRuns.present()?.run;
  if (run !== undefined) world.planRuns.audit.settled(run);
  if (!isSteady)
    world.audit.violated(
      10,
      `no steady service ${recoveryLimitMs} ms after the last fault: ${describe(world)}`,
    );
  world.audit.settled(world.memberOf(world.presentReign().reign.active).ids);
  return [isSteady ? "all is steady" : "it does not come to rest"];
}

function comeToRest(world: World, since: number): void {
  const limit = since + recoveryLimitMs;
  while (!isAtRest(world, since) && world.agenda.now < limit)
    world.agenda.runUntil(world.agenda.now + lookEveryMs);
}

function hasOpenRun(world: World): boolean {
  const present = world.planRuns.present();
  return present !== null && present.run.end === null;
}

/** Somebody goes on with a run that nobody carries out any more: it must come to an end. */
function endRun(world: World): void {
  const limit = world.agenda.now + runLimitMs;
  world.planRuns.resume(regions[0] ?? "");
  while (hasOpenRun(world) && world.agenda.now < limit) {
    const before = world.planRuns.present()?.revision;
    world.agenda.runUntil(world.agenda.now + patienceMs);
    // The order to go on with it may have been lost.
    const isStill = world.planRuns.present()?.revision === before;
    if (isStill && hasOpenRun(world)) world.planRuns.resume(regions[0] ?? "");
  }
  if (hasOpenRun(world))
    world.audit.violated(10, `a run did not come to an end ${runLimitMs} ms after somebody went on with it`);
}

/** Steady, one sync set, a standby that streams for every region, and a client served since everything was mended. */
function isAtRest(world: World, mendedAt: number): boolean {
  const { reign } = world.presentReign();
  if (reign.phase !== "steady" || reign.guards.length > 1) return false;
  const lastAcknowledged = world.audit.clientAcknowledged.at(-1)?.atMs ?? 0;
  if (!world.trust.isTold) return false;
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
