import { milliseconds, ratio } from "../src/core/units/units.ts";
import { hub, storePlace, type Weather } from "./network.ts";
import type { Random } from "./random.ts";
import { regions } from "./network.ts";
import type { World } from "./world.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import { orderKinds } from "../src/core/failover/order.ts";
import { type FailoverSettings, failoverSettings } from "../src/core/failover/settings.ts";

/** A schedule lasts this long; its faults begin and end in the first part, so that the rest shows whether all comes back. */
export const scheduleMs = 10_000;
export const faultsEndMs = 7_000;

export type Replication = "synchronous" | "asynchronous";

/** Protocol bounds scaled to a schedule: leases that run out inside it, and cool-downs that end. */
export function simulatedSettings(random: Random, replication?: Replication): FailoverSettings {
  const drawn: Replication = random.chance(0.8) ? "synchronous" : "asynchronous";
  return failoverSettings({
    regions,
    confirmations: (replication ?? drawn) === "synchronous" ? 1 : 0,
    lossyFailover: "automatic",
    timing: {
      tickMs: milliseconds(150),
      refusalsMin: 2,
      silentAfterMs: milliseconds(600),
      streamSilentAfterMs: milliseconds(450),
      freshMs: milliseconds(750),
      heartbeatMs: milliseconds(300),
      leaderLeaseMs: milliseconds(1_500),
      servingLeaseMs: milliseconds(1_500),
      clockDriftMax: ratio(0.01),
      fenceLimitMs: milliseconds(2_000),
      candidateLostAfterMs: milliseconds(1_200),
      standbyAbsentAfterMs: milliseconds(1_200),
      reseedAfterMs: milliseconds(1_500),
      coolDownMs: milliseconds(1_000),
    },
  });
}

export function drawnWeather(random: Random): Weather {
  const isRough = random.chance(0.4);
  return {
    delayMsMin: 0.3,
    delayMsMax: isRough ? random.between(5, 40) : random.between(1, 5),
    spikeShare: isRough ? random.between(0, 0.1) : 0,
    spikeMs: isRough ? random.between(100, 2_000) : 0,
    lossShare: isRough ? random.between(0, 0.05) : 0,
    duplicateShare: isRough ? random.between(0, 0.2) : 0,
    echoMs: isRough ? random.between(50, 4_000) : 0,
  };
}

/** Draws one to four faults, puts them on the agenda, and mends everything before the last part of the schedule. */
export function scheduleFaults(world: World, random: Random): void {
  const count = 1 + random.below(4);
  for (let fault = 0; fault < count; fault += 1) {
    const at = random.between(600, faultsEndMs - 1_000);
    // Pauses must outlast leases, or fencing is never tried.
    const length = random.chance(0.7) ? random.between(1_200, 5_500) : random.between(50, 1_200);
    const end = Math.min(at + length, faultsEndMs);
    const region = random.chance(0.5) ? "active" : random.pick(regions);
    world.agenda.after(at, () => {
      strike(world, random, {
        region: region === "active" ? world.presentReign().reign.active : region,
        end,
      });
    });
  }
  scheduleOrders(world, random);
  world.agenda.after(faultsEndMs, () => {
    world.network.mendAll();
    for (const region of regions) {
      world.thaw(region);
      world.restore(region);
    }
    world.note("all is mended");
  });
}

/** In half of the schedules a person asks for another region to serve, on a good day or in the middle of a bad one. */
function scheduleOrders(world: World, random: Random): void {
  const count = random.chance(0.5) ? 0 : 1 + random.below(3);
  for (let order = 0; order < count; order += 1) {
    const at = random.between(400, faultsEndMs);
    const kind = random.chance(0.7) ? "switchover" : random.pick(orderKinds);
    const to = random.chance(0.3) ? null : random.pick(regions);
    const mindMs = random.chance(0.2) ? random.between(5, 300) : null;
    world.agenda.after(at, () => {
      world.order(kind, to);
    });
    if (mindMs === null) continue;
    const instead = random.pick(["abort", "failover"] as const);
    world.agenda.after(at + mindMs, () => {
      world.order(instead, null);
    });
  }
}

function strike(
  world: World,
  random: Random,
  fault: { readonly region: RegionId; readonly end: number },
): void {
  const { region, end } = fault;
  const untilEnd = end - world.agenda.now;
  const kind = random.share();
  if (kind < 0.3) {
    world.kill(region, random.chance(0.7) ? "processes-gone" : "machine-off");
    world.agenda.after(untilEnd, () => {
      world.restore(region);
    });
  } else if (kind < 0.6) {
    world.pause(region);
    world.agenda.after(untilEnd, () => {
      world.thaw(region);
    });
  } else {
    const cuts = drawnCuts(random, region);
    for (const [from, to] of cuts) world.network.cut(from, to);
    world.note(`cut ${cuts.map((cut) => cut.join(">")).join(" ")}`);
    world.agenda.after(untilEnd, () => {
      for (const [from, to] of cuts) world.network.mend(from, to);
      world.note(`mend ${cuts.map((cut) => cut.join(">")).join(" ")}`);
    });
  }
}

/** A partition: the world falls in two, or one region is cut off from everybody or some, in both directions or in one. */
function drawnCuts(random: Random, region: RegionId): readonly (readonly [string, string])[] {
  if (random.chance(0.4)) {
    const places = [...regions, hub, storePlace];
    // Half of them leave the region alone with its clients, who then do not notice that they are on the smaller side.
    const side = random.chance(0.5)
      ? new Set<string>([region, hub])
      : new Set(places.filter(() => random.chance(0.5)));
    return places.flatMap((from) =>
      places.filter((to) => side.has(from) !== side.has(to)).map((to) => [from, to] as const),
    );
  }
  const others = [...regions.filter((other) => other !== region), hub, storePlace];
  const from = random.chance(0.6) ? others : others.filter(() => random.chance(0.5));
  const direction = random.below(4);
  return from.flatMap((other) => {
    const out = [region, other] as const;
    const into = [other, region] as const;
    if (direction === 0) return [out];
    return direction === 1 ? [into] : [out, into];
  });
}
