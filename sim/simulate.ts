import type { Fault } from "./act.ts";
import type { Violation } from "./audit.ts";
import { startClient } from "./client.ts";
import { type Coverage, emptyCoverage } from "./coverage.ts";
import type { PlantedBug } from "./planted-bugs.ts";
import { play } from "./perform.ts";
import { planOf } from "./plan-run/read-plan.ts";
import { Random } from "./random.ts";
import {
  type DrawOptions,
  drawnSchedule,
  faultsEndMs,
  type Schedule,
  simulatedSettings,
} from "./schedule.ts";
import { World } from "./world.ts";

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
  /** The schedule as it was played: whoever was `active` when a fault began is named. */
  readonly played: Schedule;
}

export interface SimulationOptions extends DrawOptions {
  readonly bugs?: ReadonlySet<PlantedBug>;
  /** Counts what is seen. */
  readonly coverage?: Coverage;
}

/** Runs the schedule drawn from `seed`, lets everything settle, and audits what is left. */
export function simulate(seed: number, { bugs, coverage, ...options }: SimulationOptions = {}): Outcome {
  return played(drawnSchedule(seed, options), bugs ?? new Set(), coverage);
}

const settles: Fault = { at: faultsEndMs, until: null, act: "settle" };

/** Plays a schedule: the same one always comes to the same outcome. */
export function played(
  schedule: Schedule,
  bugs: ReadonlySet<PlantedBug>,
  coverage = emptyCoverage(),
): Outcome {
  const world = worldOf(schedule, bugs, coverage);
  startClient(world);
  const faults = play(world, [...schedule.faults, settles]);
  return {
    seed: schedule.seed,
    violations: world.audit.violations,
    work: {
      events: world.processedEvents,
      acknowledged: world.audit.clientAcknowledged.length,
      failovers: world.audit.failovers,
      simulatedMs: world.agenda.now,
    },
    trace: world.trace,
    played: { ...schedule, faults: faults.slice(0, -1) },
  };
}

export function worldOf(
  schedule: Omit<Schedule, "faults">,
  bugs: ReadonlySet<PlantedBug>,
  coverage = emptyCoverage(),
): World {
  const { seed, weather, proofsLastMs } = schedule;
  const settings = simulatedSettings(schedule);
  const plan = planOf(schedule.plan);
  return new World({ random: new Random(seed), settings, weather, bugs, coverage, plan, proofsLastMs });
}
