import type { Revision } from "../core/failover/coordinator.ts";
import type { PlanRun } from "../core/plan/run.ts";

/** One key of the store holds the newest run: of two that are begun at once the store refuses one. */
export const runKey = "plan-run";

/** A run as it stands in the store. */
export interface SeenRun {
  readonly run: PlanRun;
  readonly revision: Revision;
}

/** The epoch is left out of the first text: it is the revision that the store gives to it. */
export function firstRunText(run: PlanRun): string {
  return JSON.stringify({ ...run, epoch: undefined });
}

export function runText(run: PlanRun): string {
  return JSON.stringify(run);
}

/** The text was written by one of the two above: nobody else writes the key. */
export function readRun(text: string, revision: Revision): SeenRun {
  const stored = JSON.parse(text) as Omit<PlanRun, "epoch"> & { readonly epoch?: PlanRun["epoch"] };
  return { run: { ...stored, epoch: stored.epoch ?? revision }, revision };
}
