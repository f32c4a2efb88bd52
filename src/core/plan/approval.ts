import { type Approval, type PlanRun, standingOf } from "./run.ts";

export type Approved =
  | { readonly kind: "approved"; readonly run: PlanRun; readonly missing: number }
  | { readonly kind: "refused"; readonly because: string };

/** The steps that ask for approvals now. */
export function askingSteps(run: PlanRun): readonly string[] {
  return Object.keys(run.asks).filter((step) => standingOf(run, step).kind === "under-way");
}

/** Says yes to a step that asks for it now, in somebody's name. An approval is part of the run, so it is for no other plan, epoch or time. */
export function approvedRun(run: PlanRun, { step, by, at }: Approval): Approved {
  const [standing, asks] = [standingOf(run, step), run.asks[step]];
  if (asks === undefined || standing.kind !== "under-way")
    return { kind: "refused", because: `${step} does not ask for it now` };
  if (at > standing.since + asks.within)
    return { kind: "refused", because: `the time in which ${step} could be approved is over` };
  if (by === run.by)
    return { kind: "refused", because: `${by} runs the plan, and cannot approve what it asks of others` };
  if (approversOf(run, step).has(by))
    return { kind: "refused", because: `${by} has approved ${step} already` };
  const next = { ...run, approvals: [...run.approvals, { step, by, at }] };
  return { kind: "approved", run: next, missing: missingApprovals(next, step) };
}

/** How many people are still to say yes. */
export function missingApprovals(run: PlanRun, step: string): number {
  return Math.max(0, (run.asks[step]?.people ?? 0) - approversOf(run, step).size);
}

/** Those who have said yes since the step asked last. */
function approversOf(run: PlanRun, step: string): ReadonlySet<string> {
  const standing = standingOf(run, step);
  const since = standing.kind === "under-way" ? standing.since : Infinity;
  return new Set(run.approvals.filter((each) => each.step === step && each.at >= since).map(({ by }) => by));
}
