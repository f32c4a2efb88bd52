import { randomUUID } from "node:crypto";
import { absent, type Coordinator, type Revision } from "../core/failover/coordinator.ts";
import type { Signer } from "../core/evidence/ports.ts";
import { type Approved, approvedRun, type Yes } from "../core/plan/approval.ts";
import { type Withdrawn, withdrawnRun } from "../core/plan/withdrawal.ts";
import { type ReadKey, signRun } from "../core/plan/signed-approval.ts";
import { firstRunText, readRun, runKey, runText, type SeenRun } from "./run-record.ts";
import { type NewRun, type PlanRun, runOf, type RunForm, type Stages } from "../core/plan/run.ts";
import { orderedRun, type RunOrder } from "../core/plan/run-order.ts";
import { within } from "../waiting/deadline.ts";
import { readSystemClock } from "./clocks.ts";

// A run of a plan stands under one key of the coordination store. Everything that changes it is guarded by its revision.

/** What of a coordination store a run needs. */
export type RunStore = Pick<Coordinator, "get" | "compareAndSet">;

const askMsMax = 2_000;

export type BegunRun =
  | { readonly kind: "begun"; readonly seen: SeenRun }
  /** One that is not over, which is to be gone on with or called off first. */
  | { readonly kind: "another"; readonly run: PlanRun }
  | { readonly kind: "unreachable" };

/** Writes a run down; nothing of it is begun before that. @param of the hash of the plan, who asks, who serves, and how soon what is to be back */
export async function beginRun(
  store: RunStore,
  stages: Stages,
  of: Pick<NewRun, "plan" | "by" | "from" | "form" | "despite" | "objectives"> & {
    /** With which whoever begins it proves who they are; `null`: they do not. */
    readonly signer: Signer | null;
    readonly signal: AbortSignal;
  },
): Promise<BegunRun> {
  const { signal, signer, ...asked } = of;
  const present = await lookUpRun(store, signal);
  if (present === "unreachable") return { kind: "unreachable" };
  if (present !== null && present.run.end === null) return { kind: "another", run: present.run };
  const [id, begunAt] = [randomUUID(), readSystemClock().wall];
  const statement = { plan: asked.plan, run: id, by: asked.by, begunAt };
  const runner = signer === null ? null : signRun(statement, signer);
  const run = runOf(stages, { ...asked, runner, id, carrier: randomUUID(), epoch: 0, begunAt });
  const expected = present?.revision ?? absent;
  const written = await writeRun(store, { text: firstRunText(run), expected, signal });
  if (written.kind === "unreachable") return { kind: "unreachable" };
  if (written.kind === "refused")
    return written.current === null ? { kind: "unreachable" } : { kind: "another", run: written.current.run };
  return { kind: "begun", seen: { run: { ...run, epoch: written.revision }, revision: written.revision } };
}

/** Who goes on with a run. */
interface Taker {
  /** `null`: as it was begun. */
  readonly form: RunForm | null;
  readonly by: string;
}

/**
 * Takes over a run that is not over: whoever carried it out may write no more. `null`: there is none, or somebody was quicker.
 */
export async function takeOverRun(
  store: RunStore,
  taker: Taker,
  signal: AbortSignal,
): Promise<SeenRun | "unreachable" | null> {
  const present = await lookUpRun(store, signal);
  if (present === "unreachable" || present === null) return present;
  return takeOverSeen(store, { seen: present, ...taker }, signal);
}

/** Takes over a run as it was seen: whoever has changed it since carries it out. */
export async function takeOverSeen(
  store: RunStore,
  { seen, form, by }: Taker & { readonly seen: SeenRun },
  signal: AbortSignal,
): Promise<SeenRun | "unreachable" | null> {
  if (seen.run.end !== null) return null;
  const alsoBy = [...new Set([...seen.run.alsoBy, by])].filter((name) => name !== seen.run.by);
  const run = { ...seen.run, alsoBy, carrier: randomUUID(), form: form ?? seen.run.form };
  const written = await writeRun(store, { text: runText(run), expected: seen.revision, signal });
  if (written.kind === "unreachable") return "unreachable";
  return written.kind === "refused" ? null : { run, revision: written.revision };
}

/** Asks whoever carries a run out to stop, to go on, or to go back. `null`: it changes nothing. */
export async function orderRun(
  store: RunStore,
  asked: { readonly order: RunOrder; readonly by: string; readonly signal: AbortSignal },
): Promise<PlanRun | "unreachable" | null> {
  const { signal } = asked;
  const changed = await changeRun(store, signal, (run) => {
    const next = orderedRun(run, asked);
    return next === null ? null : { ...next, end: null };
  });
  return changed;
}

/** What somebody says to a step of the run of now, and how its keys are read. */
export type SaidNow = Omit<Yes, "at"> & { readonly readKey: ReadKey; readonly signal: AbortSignal };

/** Takes back what was said yes to. `null`: there is no run. */
export async function withdrawFromRun(
  store: RunStore,
  { readKey, signal, ...asker }: SaidNow,
): Promise<Withdrawn | "unreachable" | null> {
  let withdrawn: Withdrawn | null = null;
  const changed = await changeRun(store, signal, (run) => {
    withdrawn = withdrawnRun(run, { ...asker, at: readSystemClock().wall }, readKey);
    return withdrawn.kind === "withdrawn" ? withdrawn.run : null;
  });
  return changed === "unreachable" ? changed : withdrawn;
}

/** Says yes to a step of the run of now. `null`: there is none. */
export async function approveRun(
  store: RunStore,
  { readKey, signal, ...yes }: SaidNow,
): Promise<Approved | "unreachable" | null> {
  let approved: Approved | null = null;
  const changed = await changeRun(store, signal, (run) => {
    approved = approvedRun(run, { ...yes, at: readSystemClock().wall }, readKey);
    return approved.kind === "approved" ? approved.run : null;
  });
  return changed === "unreachable" ? changed : approved;
}

/** Changes the run as it stands, again whenever something else has changed it meanwhile. `null`: there is nothing to change. */
async function changeRun(
  store: RunStore,
  signal: AbortSignal,
  change: (run: PlanRun) => PlanRun | null,
): Promise<PlanRun | "unreachable" | null> {
  while (!signal.aborted) {
    const present = await lookUpRun(store, signal);
    if (present === "unreachable" || present === null) return present;
    const next = change(present.run);
    if (next === null) return null;
    const written = await writeRun(store, { text: runText(next), expected: present.revision, signal });
    if (written.kind === "unreachable") return "unreachable";
    if (written.kind === "written") return next;
  }
  return "unreachable";
}

/** The run that stands there, over or not; `null`: there was never one. */
export async function lookUpRun(
  store: RunStore,
  signal: AbortSignal,
): Promise<SeenRun | "unreachable" | null> {
  const answer = await within({ signals: [signal], ms: askMsMax }, (until) => store.get(runKey, until));
  if (answer.kind === "unreachable") return "unreachable";
  return answer.value === null ? null : readRun(answer.value.value, answer.value.revision);
}

export type Written =
  | { readonly kind: "written"; readonly revision: Revision }
  | { readonly kind: "refused"; readonly current: SeenRun | null }
  | { readonly kind: "unreachable" };

export async function writeRun(
  store: RunStore,
  {
    text,
    expected,
    signal,
  }: { readonly text: string; readonly expected: Revision; readonly signal: AbortSignal },
): Promise<Written> {
  const guarded = { key: runKey, value: text, expected, lease: null };
  const answer = await within({ signals: [signal], ms: askMsMax }, (until) =>
    store.compareAndSet(guarded, until),
  );
  if (answer.kind === "unreachable") return { kind: "unreachable" };
  if (answer.value.kind === "written") return answer.value;
  const { current } = answer.value;
  return { kind: "refused", current: current === null ? null : readRun(current.value, current.revision) };
}
