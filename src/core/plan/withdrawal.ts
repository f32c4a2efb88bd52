import type { Signer } from "../evidence/ports.ts";
import { type InstantMs, instantMs } from "../units/units.ts";
import { approvalsNow, believedRun, missingApprovals, whoSays, type Yes } from "./approval.ts";
import { statementOf } from "./approval-doubts.ts";
import { type Approval, type PlanRun, type Setback, standingOf, type Withdrawal } from "./run.ts";
import { type ReadKey, signWithdrawal } from "./signed-approval.ts";

export type Withdrawn =
  | { readonly kind: "withdrawn"; readonly run: PlanRun; readonly by: string; readonly missing: number }
  /** The step was passed: what follows from it is stopped in other ways. */
  | { readonly kind: "too-late"; readonly run: PlanRun }
  | ({ readonly kind: "refused" } & Setback);

/**
 * Takes back what somebody has said yes to, while the step still asks. They are who they are by the same key, or, where no approvers
 * are declared, by the same name. They may say yes again, which is another approval.
 */
export function withdrawnRun(run: PlanRun, asker: Yes, readKey: ReadKey): Withdrawn {
  const { step } = asker;
  const [asks, standing] = [run.asks[step], standingOf(run, step)];
  if (asks !== undefined && standing.kind === "done") return { kind: "too-late", run };
  if (asks === undefined || standing.kind !== "under-way")
    return refused(`step "${step}" does not ask for an approval now`);
  if (run.stoppedBecause !== null) return refused(`the run does not go on: ${run.stoppedBecause}`);
  const who = whoSays(asks, asker);
  if (typeof who !== "string") return { kind: "refused", ...who };
  const theirs = approvalsNow(believedRun(run, run.asks, readKey), step).filter(({ by }) => by === who);
  const meant = theirs.filter(({ withdrawn }) => withdrawn === null).map(({ at }) => at);
  if (meant.length === 0) return refused(nothingOf(who, step, theirs));
  const approvals = run.approvals.map((each) => {
    const isMeant = each.step === step && each.by === who && meant.includes(each.at);
    return isMeant ? { ...each, withdrawn: takenBack(run, each, asker) } : each;
  });
  const next = { ...run, approvals };
  const missing = missingApprovals(believedRun(next, run.asks, readKey), step);
  return { kind: "withdrawn", run: next, by: who, missing };
}

function refused(because: string): Withdrawn {
  return { kind: "refused", because };
}

function nothingOf(who: string, step: string, theirs: readonly Approval[]): string {
  return theirs.length === 0
    ? `${who} has not approved step "${step}"`
    : `${who} has withdrawn the approval of step "${step}" already`;
}

function takenBack(
  run: PlanRun,
  { step, by, at, proof }: Approval,
  asker: { readonly at: InstantMs; readonly signer: Signer | null },
): Withdrawal {
  // Whose clock was set back takes back no earlier than it was said.
  const withdrawnAt = instantMs(Math.max(asker.at, at));
  if (asker.signer === null || proof === null) return { at: withdrawnAt, proof: null };
  const { askedAt, until } = proof;
  const statement = { ...statementOf(run, { step, by, at, askedAt, until }), withdrawnAt };
  return { at: withdrawnAt, proof: signWithdrawal(statement, asker.signer) };
}
