import type { RegionId } from "../../src/core/failover/member.ts";
import { type PlanRun, standingOf } from "../../src/core/plan/run.ts";
import { regions } from "../network.ts";
import type { SimulatedPlan } from "./simulated-plan.ts";

/** What whoever carries a run out may be in the midst of: what its step does, or nothing. */
export const carrierMoments = ["changes", "fails-over", "asks", "waits", "undoing", "between"] as const;
export type CarrierMoment = (typeof carrierMoments)[number];

/** Of steps beside one another the first counts. @param run one that is not over */
export function carrierMomentOf(run: PlanRun, stages: SimulatedPlan["stages"]): CarrierMoment {
  const steps = stages.flat();
  if (steps.some(({ name }) => standingOf(run, name).kind === "undoing")) return "undoing";
  return steps.find(({ name }) => standingOf(run, name).kind === "under-way")?.doing ?? "between";
}

/** In which region the one is who carries it out. */
export function carrierRegionOf({ carrier }: PlanRun): RegionId {
  const region = regions.find((each) => carrier.startsWith(`${each}-`));
  if (region === undefined) throw new Error(`${carrier} is in no region`);
  return region;
}
