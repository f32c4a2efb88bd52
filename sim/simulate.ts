import type { Violation } from "./audit.ts";
import type { PlantedBug } from "./planted-bugs.ts";
import { Random } from "./random.ts";
import {
  drawnWeather,
  faultsEndMs,
  type Replication,
  scheduleFaults,
  scheduleMs,
  simulatedSettings,
} from "./schedule.ts";
import { regions } from "./network.ts";
import { World } from "./world.ts";
import type { RegionId } from "../src/core/failover/member.ts";

export interface Outcome {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** What really happened, so that a schedule that did nothing is not taken for a proof. */
  readonly work: {
    readonly events: number;
    readonly acknowledged: number;
    readonly failovers: number;
    readonly simulatedMs: number;
  };
  /** Everything of note, a line each: the same seed gives the same bytes. */
  readonly trace: readonly string[];
}

const recoveryLimitMs = 15_000;
const clientTimeoutMs = 400;

export interface SimulationOptions {
  readonly bugs?: ReadonlySet<PlantedBug>;
  /** How commits are confirmed; drawn from the seed when not given. */
  readonly replication?: Replication;
}

/** Runs one schedule drawn from `seed`, lets everything settle, and audits what is left. */
export function simulate(seed: number, options: SimulationOptions = {}): Outcome {
  const { bugs = new Set() } = options;
  const random = new Random(seed);
  const settings = simulatedSettings(random, options.replication);
  const world = new World({ random, settings, weather: drawnWeather(random), bugs });
  scheduleFaults(world, random);
  startClient(world);
  world.agenda.runUntil(scheduleMs);
  const limit = faultsEndMs + recoveryLimitMs;
  while (!hasConverged(world) && world.agenda.now < limit) world.agenda.runUntil(world.agenda.now + 250);
  if (!hasConverged(world)) {
    world.audit.violated(
      10,
      `no steady service ${recoveryLimitMs} ms after the last fault: ${describe(world)}`,
    );
  }
  const survivor = world.memberOf(world.presentReign().reign.active);
  world.audit.settled(survivor.ids);
  return {
    seed,
    violations: world.audit.violations,
    work: {
      events: world.processedEvents,
      acknowledged: world.audit.clientAcknowledged.length,
      failovers: world.audit.failovers,
      simulatedMs: world.agenda.now,
    },
    trace: world.trace,
  };
}

/** One sequential writer with a unique id for each attempt, as the benches have. */
export function startClient(world: World): void {
  const write = (): void => {
    const id = world.nextWrite();
    let isOver = false;
    const next = (): void => {
      if (isOver) return;
      isOver = true;
      world.agenda.after(world.random.between(40, 90), write);
    };
    world.edge.write(id, {
      isOver: () => isOver,
      acknowledge: (acknowledged) => {
        if (!isOver) world.audit.clientWasTold(acknowledged);
        next();
      },
    });
    world.agenda.after(clientTimeoutMs, next);
  };
  world.agenda.after(5, write);
}

/** Steady, one sync set, a standby that streams for every region, and a client served since the last fault. */
function hasConverged(world: World): boolean {
  const { reign } = world.presentReign();
  if (reign.phase !== "steady" || reign.guards.length > 1) return false;
  const lastAcknowledged = world.audit.clientAcknowledged.at(-1)?.atMs ?? 0;
  if (lastAcknowledged < faultsEndMs || world.agenda.now - lastAcknowledged > 1_000) return false;
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
