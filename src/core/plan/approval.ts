import type { Signer } from "../evidence/ports.ts";
import type { InstantMs } from "../units/units.ts";
import { instantMs } from "../units/units.ts";
import { doubtOf, doubtOfWithdrawal, hasCarried, statementOf } from "./approval-doubts.ts";
import { type Approval, type Asking, type PlanRun, type Setback, standingOf } from "./run.ts";
import { keyOf, type ReadKey, signApproval } from "./signed-approval.ts";

export type Approved =
  | { readonly kind: "approved"; readonly run: PlanRun; readonly by: string; readonly missing: number }
  | ({ readonly kind: "refused" } & Setback);

/** What somebody says who says yes. */
export interface Yes {
  readonly step: string;
  /** The name they tell; `null`: they tell none. */
  readonly by: string | null;
  /** Who they are to the machine they work at, which proves nothing. */
  readonly login: string;
  /** What they sign with; `null`: nothing. */
  readonly signer: Signer | null;
  readonly at: InstantMs;
}

/** The steps that ask for approvals now. */
export function askingSteps(run: PlanRun): readonly string[] {
  return Object.keys(run.asks).filter((step) => standingOf(run, step).kind === "under-way");
}

/** Says yes to a step that asks for it now. An approval is part of the run, so it is for no other plan, epoch or time. */
export function approvedRun(run: PlanRun, yes: Yes, readKey: ReadKey): Approved {
  const { step } = yes;
  const [standing, asks] = [standingOf(run, step), run.asks[step]];
  if (asks === undefined || standing.kind !== "under-way")
    return refused(`step "${step}" does not ask for it now`);
  if (run.stoppedBecause !== null) return refused(`the run does not go on: ${run.stoppedBecause}`);
  if (yes.at > standing.since + asks.within)
    return refused(`the time in which step "${step}" could be approved is over`, askAnew);
  const who = whoSays(asks, yes);
  if (typeof who !== "string") return { kind: "refused", ...who };
  if (hasCarried(run, who))
    return refused(`${who} runs the plan, and cannot approve what it asks of others`, byAnother);
  const believed = believedRun(run, run.asks, readKey);
  if (approversOf(believed, step).has(who))
    return refused(`${who} has approved step "${step}" already`, byAnother);
  const approval = saidYes(run, { who, yes, asks, askedAt: standing.since });
  const doubt = doubtOf(approval, { run, asks, readKey });
  if (doubt !== null) return refused(doubt);
  const next = { ...run, approvals: [...run.approvals, approval] };
  const missing = missingApprovals({ ...next, approvals: [...believed.approvals, approval] }, step);
  return { kind: "approved", run: next, by: who, missing };
}

const askAnew = "let whoever runs it go on with --resume: the step asks anew, and is approved then";
const byAnother = "let somebody else approve it";

function refused(because: string, mend?: string): Approved {
  return mend === undefined ? { kind: "refused", because } : { kind: "refused", because, mend };
}

/** By what name somebody says something to a step. Where approvers are declared a key says who it is, and a name that is told must be its owner's. */
export function whoSays({ approvers }: Asking, { step, by, login, signer }: Yes): string | Setback {
  if (approvers.length === 0) {
    if (signer === null) return by ?? login;
    const because = `the plan declares no approvers of ${step}, so that a signature proves nothing`;
    return { because, mend: "leave --key out" };
  }
  const names = approvers.map(({ name }) => name).join(", ");
  if (signer === null) {
    const because = `${step} is approved by ${names} alone, each by a signature`;
    return { because, mend: "sign it: --key PRIVATE.pem" };
  }
  const owner = approvers.find(({ key }) => key === keyOf(signer));
  if (owner === undefined) {
    const because = `this key is of none who may approve ${step}: ${names}`;
    return { because, mend: "let one of them approve it, with their own key" };
  }
  if (by !== null && by !== owner.name) {
    const because = `this key is ${owner.name}'s, and not ${by}'s`;
    return { because, mend: `leave --by out, or sign with the key of ${by}` };
  }
  return owner.name;
}

interface Saying {
  readonly who: string;
  readonly yes: Yes;
  readonly asks: Asking;
  readonly askedAt: InstantMs;
}

function saidYes(run: PlanRun, { who, yes, asks, askedAt }: Saying): Approval {
  const { step, signer } = yes;
  // What was withdrawn before is another approval, also where both are said in one millisecond.
  const earlier = run.approvals
    .filter((each) => each.step === step && each.by === who)
    .map(({ at }) => at + 1);
  // Whose clock is behind says yes no earlier than it was asked.
  const said = { step, by: who, at: instantMs(Math.max(yes.at, askedAt, ...earlier)) };
  if (signer === null) return { ...said, proof: null, withdrawn: null };
  const time = { askedAt, until: instantMs(askedAt + asks.within) };
  const signed = signApproval(statementOf(run, { ...said, ...time }), signer);
  return { ...said, proof: { ...time, ...signed }, withdrawn: null };
}

/**
 * The run with those approvals alone that nothing is doubted of, and of these with those withdrawals alone.
 *
 * @param asks what steps ask, by the plan: the store may say anything
 */
export function believedRun(run: PlanRun, asks: Readonly<Record<string, Asking>>, readKey: ReadKey): PlanRun {
  const approvals = run.approvals.flatMap((approval): readonly Approval[] => {
    const asked = asks[approval.step];
    if (asked === undefined) return [];
    const by = { run, asks: asked, readKey };
    if (doubtOf(approval, by) !== null) return [];
    return [doubtOfWithdrawal(approval, by) === null ? approval : { ...approval, withdrawn: null }];
  });
  return { ...run, asks, approvals };
}

/** What stands in the run as an approval, or as its withdrawal, and does not count, as far as what it says of itself goes. */
export function doubtsIn(run: PlanRun, readKey: ReadKey): readonly string[] {
  return run.approvals.flatMap((approval): readonly string[] => {
    const asks = run.asks[approval.step];
    if (asks === undefined) return [];
    const doubting = { run, asks, readKey };
    const doubt = doubtOf(approval, doubting) ?? doubtOfWithdrawal(approval, doubting);
    return doubt === null ? [] : [doubt];
  });
}

/** How many people are still to say yes; an approval that does not count is to be left out before. */
export function missingApprovals(run: PlanRun, step: string): number {
  return Math.max(0, (run.asks[step]?.people ?? 0) - approversOf(run, step).size);
}

/** Those who have said yes since the step asked last, and have not taken it back. */
export function approversOf(run: PlanRun, step: string): ReadonlySet<string> {
  const standing = approvalsNow(run, step).filter(({ withdrawn }) => withdrawn === null);
  return new Set(standing.map(({ by }) => by));
}

/** What was said since the step asked last, withdrawn or not; none once it asks no more. */
export function approvalsNow(run: PlanRun, step: string): readonly Approval[] {
  const standing = standingOf(run, step);
  const since = standing.kind === "under-way" ? standing.since : Infinity;
  return run.approvals.filter((each) => each.step === step && each.at >= since);
}

/**
 * Steps that the store says are done, and that nobody whose yes can be proven has approved: somebody has written that there. Of a
 * step without declared approvers nothing can be said.
 */
export function unprovenSteps(
  run: PlanRun,
  asks: Readonly<Record<string, Asking>>,
  readKey: ReadKey,
): readonly string[] {
  const believed = believedRun(run, asks, readKey);
  return Object.entries(asks).flatMap(([step, { approvers, people }]): readonly string[] => {
    if (approvers.length === 0 || standingOf(run, step).kind !== "done") return [];
    const said = believed.approvals.filter((each) => each.step === step && each.withdrawn === null);
    // People who said yes to different askings have not said yes together.
    const together = said.map(({ proof }) => {
      const same = said.filter((each) => each.proof?.askedAt === proof?.askedAt);
      return new Set(same.map(({ by }) => by)).size;
    });
    return Math.max(0, ...together) >= people ? [] : [step];
  });
}
