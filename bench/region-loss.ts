import { type Phase, phasesOf } from "../src/core/drill/phases.ts";
import type { Parsed } from "../src/core/problem/problem.ts";
import type { BenchLab } from "./bench-lab.ts";
import { toldSince } from "./controllers-evidence.ts";
import { leadFrom } from "./leadership.ts";
import { type Trial, tried } from "./trial.ts";

export type LossFault = "kill" | "freeze";

/** Where the leading controller stands when the region is lost: in that very region, or left to chance. */
export type LeaderPlace = "in-lost-region" | "anywhere";

export interface LossToMeasure {
  readonly fault: LossFault;
  readonly leader: LeaderPlace;
  /** Begins the ids of this loss's writes, and of no other's. */
  readonly name: string;
}

/** One loss of the active region, and what came of it. */
export interface RegionLoss extends Trial {
  readonly fault: LossFault;
  readonly region: string;
  readonly leader: LeaderPlace;
  readonly phases: readonly Phase[];
  readonly failovers: number;
  /** The log of the controller that completed the failover; `null` when none did. */
  readonly completedBy: string | null;
}

/** Takes the active region away while clients write, gives it back, and reads in the controllers' evidence how it went. */
export async function loseRegion(
  lab: BenchLab,
  { fault, leader, name }: LossToMeasure,
  signal: AbortSignal,
): Promise<Parsed<RegionLoss>> {
  const chosen = await activeRegion(lab, leader, signal);
  if (!chosen.ok) return chosen;
  const region = chosen.value;
  const lost = await tried(lab, { fault, member: region, name }, signal);
  if (!lost.ok) return lost;
  const { injectedAt } = lost.value;
  const { failovers, completedBy, milestones } = await toldSince(lab.details.evidence, injectedAt, signal);
  const phases = phasesOf(injectedAt, milestones);
  return { ok: true, value: { ...lost.value, fault, region, leader, phases, failovers, completedBy } };
}

/** The region that serves, once all is well and the leader stands where it was wished. */
async function activeRegion(
  lab: BenchLab,
  leader: LeaderPlace,
  signal: AbortSignal,
): Promise<Parsed<string>> {
  const whole = await lab.untilWhole(signal);
  if (!whole.ok) return whole;
  const { active } = whole.value;
  const led = leader === "in-lost-region" ? await leadFrom(lab, active, signal) : whole;
  return led.ok ? { ok: true, value: active } : led;
}
