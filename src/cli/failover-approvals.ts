import { type Approved, askingSteps } from "../core/plan/approval.ts";
import { type PlanRun, type Setback, standingOf } from "../core/plan/run.ts";
import type { Withdrawn } from "../core/plan/withdrawal.ts";
import type { Problem } from "../core/problem/problem.ts";
import { approveRun, type RunStore, type SaidNow, withdrawFromRun } from "../runtime/run-store.ts";
import { type Context, formatOf } from "./context.ts";
import { signerOf } from "./failover-key.ts";
import { seenAt } from "./failover-runs.ts";
import { askerOf, type FailoverOptions } from "./failover-verbs.ts";
import { counted, ledBy } from "./layout.ts";
import { notApproved, notOfThisPlan, notWithdrawn, storeSilent, withdrawnTooLate } from "./run-problems.ts";
import { readSaved } from "./saved-plan-file.ts";
import { type ExitStatus, fail, printJson } from "./shell.ts";

// What people say to a step of a run that asks for their approval.

export interface ApproveOptions extends FailoverOptions {
  readonly step?: string;
  /** The file of the private key that it is signed with. */
  readonly key?: string;
}

interface Asked {
  /** The plan that is meant; `undefined`: whichever is run. */
  readonly file: string | undefined;
  readonly options: ApproveOptions;
  readonly context: Context;
}

/** What is said, and how it is told what came of it. */
interface Saying {
  /** The step that is meant, or why there is none. */
  readonly step: (run: PlanRun, named: string | undefined) => string | NoStep;
  /** Says it, and tells it; or why it is refused. */
  readonly say: (store: RunStore, said: SaidNow) => Promise<Told | Problem>;
  readonly refused: (setback: Setback, dir: string) => Problem;
}

interface NoStep {
  readonly because: string;
}

interface Told {
  readonly data: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** `holdfast failover approve`: says yes to a step that asks for it. @param file `undefined`: whichever plan is run */
export function approve(
  file: string | undefined,
  options: ApproveOptions,
  context: Context,
): Promise<ExitStatus> {
  const say = async (store: RunStore, said: SaidNow): Promise<Told | Problem> => {
    const approved = await approveRun(store, said);
    if (approved === "unreachable") return storeSilent(options.dir);
    if (approved === null || approved.kind === "refused") return notApproved(approved ?? noRun, options.dir);
    return toldApproved(approved, said);
  };
  return sayTo({ file, options, context }, { step: meantStep, say, refused: notApproved });
}

/** `holdfast failover withdraw`: takes back what one has said yes to. @param file `undefined`: whichever plan is run */
export function withdraw(
  file: string | undefined,
  options: ApproveOptions,
  context: Context,
): Promise<ExitStatus> {
  const say = async (store: RunStore, said: SaidNow): Promise<Told | Problem> => {
    const withdrawn = await withdrawFromRun(store, said);
    if (withdrawn === "unreachable") return storeSilent(options.dir);
    if (withdrawn?.kind === "too-late") return withdrawnTooLate(withdrawn.run, said.step, options.dir);
    if (withdrawn === null || withdrawn.kind === "refused")
      return notWithdrawn(withdrawn ?? noRun, options.dir);
    return toldWithdrawn(withdrawn, said);
  };
  return sayTo({ file, options, context }, { step: withdrawnStep, say, refused: notWithdrawn });
}

const noRun = { because: "there is no run" };

async function sayTo(asked: Asked, saying: Saying): Promise<ExitStatus> {
  const { options, context } = asked;
  const { shell } = context;
  const format = formatOf(options);
  const there = await seenAt(options.dir, context);
  if (!there.ok) return fail(shell, there.problems, format);
  const { store, seen } = there.value;
  const run = seen?.run ?? null;
  const refusal = await otherPlan(asked, run);
  if (refusal !== null) return refusal;
  const step = run === null ? noRun : saying.step(run, options.step);
  if (typeof step !== "string") return fail(shell, [saying.refused(step, options.dir)], format);
  return sayToStep(step, { store, asked, saying });
}

async function sayToStep(
  step: string,
  { store, asked, saying }: { readonly store: RunStore; readonly asked: Asked; readonly saying: Saying },
): Promise<ExitStatus> {
  const { options, context } = asked;
  const { shell } = context;
  const format = formatOf(options);
  const signer = await signerOf(options, context);
  if (!signer.ok) return fail(shell, signer.problems, format);
  const { readKey } = (await context.parts.planRun()).keys;
  const who = { by: options.by ?? null, login: askerOf(options, shell), signer: signer.value };
  const told = await saying.say(store, { step, ...who, readKey, signal: shell.signal });
  if ("code" in told) return fail(shell, [told], format);
  if (format === "json") printJson(shell, told.data);
  else shell.err(`${ledBy("", told.text, shell.terminal.columns)}\n`);
  return 0;
}

/** Whoever has read one plan says yes to no other. `null`: the run is of the plan in the file. */
async function otherPlan({ file, options, context }: Asked, run: PlanRun | null): Promise<ExitStatus | null> {
  if (file === undefined) return null;
  const saved = await readSaved(file, options, context);
  if (saved.kind === "refused") return saved.status;
  if (run?.plan === saved.value.hash) return null;
  return fail(context.shell, [notOfThisPlan(run, file, options.dir)], formatOf(options));
}

/** The step that is named, or the one that asks. */
function meantStep(run: PlanRun, named: string | undefined): string | NoStep {
  const asking = askingSteps(run);
  const [only, ...others] = asking;
  if (named !== undefined) {
    const meant = asking.find((step) => isNamed(step, named));
    return meant ?? { because: `no step "${named}" asks for an approval now` };
  }
  if (only === undefined) return { because: asksNoMore(run) };
  return others.length === 0
    ? only
    : { because: `several steps ask: name one with --step: ${asking.map((step) => `"${step}"`).join(", ")}` };
}

/** The same, or else one that asks no more because it was approved. */
function withdrawnStep(run: PlanRun, named: string | undefined): string | NoStep {
  const asked = meantStep(run, named);
  if (typeof asked === "string" || (named === undefined && askingSteps(run).length > 0)) return asked;
  const passed = Object.keys(run.asks).filter((step) => standingOf(run, step).kind === "done");
  return passed.findLast((step) => named === undefined || isNamed(step, named)) ?? asked;
}

function isNamed(step: string, named: string): boolean {
  return step === named || step.split(" ").includes(named);
}

/** Whoever comes too late is told so. */
function asksNoMore(run: PlanRun): string {
  const asked = Object.keys(run.asks).flatMap((step) => {
    const standing = standingOf(run, step);
    if (standing.kind === "failed") return [`step "${step}" asks no more: ${standing.because}`];
    return standing.kind === "done" ? [`step "${step}" has been approved`] : [];
  });
  return asked.length === 0 ? "no step asks for an approval now" : asked.join("; ");
}

function toldApproved(
  { by, missing, run: { plan, epoch } }: Extract<Approved, { kind: "approved" }>,
  { step, signer }: SaidNow,
): Told {
  const isSigned = signer !== null;
  const left = missing === 0 ? "it goes on" : `${counted(missing, "approval")} still missing`;
  const text = `${by} approves${isSigned ? ", signed," : ""} "${step}" of ${plan} under epoch ${epoch}: ${left}`;
  return { data: { ok: true, step, by, isSigned, plan, epoch, missing }, text };
}

function toldWithdrawn(
  { by, missing, run: { plan, epoch } }: Extract<Withdrawn, { kind: "withdrawn" }>,
  { step, signer }: SaidNow,
): Told {
  const isSigned = signer !== null;
  const left = missing === 0 ? "enough are left" : `${counted(missing, "approval")} missing now`;
  const how = isSigned ? ", signed," : "";
  const text = `${by} withdraws${how} the approval of "${step}" of ${plan} under epoch ${epoch}: ${left}`;
  return { data: { ok: true, step, by, isSigned, plan, epoch, missing }, text };
}
