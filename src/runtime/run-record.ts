import type { Revision } from "../core/failover/coordinator.ts";
import type { Approval, Asking, PlanRun } from "../core/plan/run.ts";

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

type Later<Whole, Key extends keyof Whole> = Omit<Whole, Key> & Partial<Pick<Whole, Key>>;

/** A run that was written before anything was signed, or could be taken back, lacks what that takes. */
type StoredRun = Later<Omit<PlanRun, "asks" | "approvals">, "epoch" | "runner" | "alsoBy" | "beat"> & {
  readonly asks: Readonly<Record<string, Later<Asking, "approvers">>>;
  readonly approvals: readonly Later<Approval, "proof" | "withdrawn">[];
};

/** The text was written by one of the two above. Whoever can write to the store may have written another: what is signed is verified. */
export function readRun(text: string, revision: Revision): SeenRun {
  const stored = JSON.parse(text) as StoredRun;
  const { runner = null, epoch = revision, alsoBy = [], beat = 0 } = stored;
  const asks = Object.entries(stored.asks).map(
    ([step, { approvers = [], ...asked }]) => [step, { ...asked, approvers }] as const,
  );
  const approvals = stored.approvals.map(({ proof = null, withdrawn = null, ...said }) => ({
    ...said,
    proof,
    withdrawn,
  }));
  return {
    run: { ...stored, runner, epoch, alsoBy, beat, asks: Object.fromEntries(asks), approvals },
    revision,
  };
}
