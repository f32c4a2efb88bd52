import { type Approval, type ApprovalProof, type Asking, type PlanRun, standingOf } from "./run.ts";
import {
  type ApprovalStatement,
  isApprovalSigned,
  isWithdrawalSigned,
  type ReadKey,
} from "./signed-approval.ts";

type Said = Pick<ApprovalStatement, "step" | "by" | "at" | "askedAt" | "until">;

export function statementOf({ plan, id, epoch }: Doubting["run"], said: Said): ApprovalStatement {
  return { plan, run: id, epoch, ...said };
}

/** Whether somebody began the run, or went on with it. */
export function hasCarried({ by, alsoBy }: Pick<PlanRun, "by" | "alsoBy">, who: string): boolean {
  return who === by || alsoBy.includes(who);
}

/** Who begins a run approves nothing of it; who goes on with it, nothing that is still asked. What they had approved before stays so. */
function isOfRunner({ step, by }: Approval, run: Doubting["run"]): boolean {
  return standingOf(run, step).kind === "under-way" ? hasCarried(run, by) : by === run.by;
}

export interface Doubting {
  readonly run: Pick<PlanRun, "plan" | "id" | "epoch" | "by" | "alsoBy" | "runner" | "steps">;
  /** What the step asks, by the plan. */
  readonly asks: Asking;
  readonly readKey: ReadKey;
}

/** Why an approval that stands in the run does not count, whoever wrote it there; `null`: it does. */
export function doubtOf(approval: Approval, { run, asks, readKey }: Doubting): string | null {
  const { step, by, proof } = approval;
  if (isOfRunner(approval, run)) return `${by} runs the plan, and cannot approve what it asks of others`;
  if (asks.approvers.length === 0) return null;
  if (proof === null) return `nothing proves that ${by} has approved ${step}: it is not signed`;
  return (
    doubtOfKey(by, proof.key, { run, asks, readKey }) ?? doubtOfProof(approval, proof, { run, asks, readKey })
  );
}

function doubtOfKey(by: string, key: string, { run, asks }: Doubting): string | null {
  const approver = asks.approvers.find(({ name }) => name === by);
  if (approver?.key !== key)
    return `what ${by} is said to have approved is signed with a key that is not theirs by the plan`;
  return run.runner?.key === key ? `whoever runs the plan has ${by}'s key, and cannot approve it` : null;
}

function doubtOfProof(
  { step, by, at }: Approval,
  proof: ApprovalProof,
  { run, asks, readKey }: Doubting,
): string | null {
  const { askedAt, until } = proof;
  if (until !== askedAt + asks.within || at < askedAt || at > until)
    return `${by} has approved ${step} out of its time`;
  if (!isApprovalSigned(statementOf(run, { step, by, at, askedAt, until }), proof, readKey))
    return `the signature of ${by} is not over this step of this run, its plan and its epoch`;
  const standing = standingOf(run, step);
  const isAnew = standing.kind === "under-way" && standing.since !== askedAt;
  return isAnew ? `${by} has approved ${step} when it asked before, and it asks anew` : null;
}

/**
 * Why it does not count that an approval was taken back, of which nothing is doubted; `null`: it counts, or it was not taken back. Where
 * no approvers are declared nothing proves who has done so, as nothing proves who has approved.
 */
export function doubtOfWithdrawal(
  { step, by, at, proof, withdrawn }: Approval,
  { run, asks, readKey }: Doubting,
): string | null {
  if (withdrawn === null || asks.approvers.length === 0 || proof === null) return null;
  if (withdrawn.proof === null)
    return `nothing proves that ${by} has withdrawn the approval of ${step}: it is not signed`;
  if (withdrawn.proof.key !== proof.key)
    return `that ${by} has withdrawn the approval of ${step} is signed with a key that is not theirs by the plan`;
  const { askedAt, until } = proof;
  const statement = {
    ...statementOf(run, { step, by, at, askedAt, until }),
    withdrawnAt: withdrawn.at,
  };
  return isWithdrawalSigned(statement, withdrawn.proof, readKey)
    ? null
    : `the signature of ${by} is not over the withdrawal of what they have approved of ${step}`;
}
