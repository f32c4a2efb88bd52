import { resolve } from "node:path";
import { type Approved, askingSteps, believedRun, doubtsIn } from "../core/plan/approval.ts";
import { backIn } from "../core/plan/back.ts";
import { type PlanRun, standingOf } from "../core/plan/run.ts";
import type { LabStatus, LabVerbs } from "../runtime/lab.ts";
import { failoverCommand } from "../runtime/lab-command.ts";
import { approveRun, lookUpRun, orderRun, type RunStore } from "../runtime/run-store.ts";
import { type Context, formatOf, type JsonOption } from "./context.ts";
import { signerOf } from "./failover-key.ts";
import { abortSwitchover, askerOf, type FailoverOptions } from "./failover-verbs.ts";
import { heldLines, lackLines } from "./lab-status-text.ts";
import { counted, ledBy, table } from "./layout.ts";
import { backLines, runHeadline, stepRows } from "./run-text.ts";
import { notApproved, notOfThisPlan, storeSilent } from "./run-problems.ts";
import { readSaved } from "./saved-plan-file.ts";
import {
  type AnswerFormat,
  asTyped,
  calledAs,
  type ExitStatus,
  fail,
  printJson,
  type Shell,
  suggestNext,
} from "./shell.ts";

// What people do about a run that somebody else carries out.

export interface StatusOptions extends JsonOption {
  readonly dir: string;
}

export interface ApproveOptions extends FailoverOptions {
  readonly step?: string;
  /** The file of the private key that it is signed with. */
  readonly key?: string;
}

interface Place {
  readonly lab: LabVerbs;
  readonly root: string;
  readonly store: RunStore;
}

async function placeOf(dir: string, { shell, parts }: Context): Promise<Place> {
  const lab = await parts.lab();
  const root = resolve(shell.cwd, dir);
  return { lab, root, store: lab.runStore(root) };
}

/** `holdfast failover status`: who serves, and how each step of the newest run stands. */
export async function failoverStatus(options: StatusOptions, context: Context): Promise<ExitStatus> {
  const { shell } = context;
  const format = formatOf(options);
  const { lab, root, store } = await placeOf(options.dir, context);
  const status = await lab.status(root);
  if (!status.ok) return fail(shell, status.problems, format);
  const seen = await lookUpRun(store, shell.signal);
  if (seen === "unreachable") return fail(shell, [storeSilent(options.dir)], format);
  const { readKey } = (await context.parts.planRun()).keys;
  const run = seen === null ? null : believedRun(seen.run, seen.run.asks, readKey);
  const doubts = seen === null ? [] : doubtsIn(seen.run, readKey);
  if (format === "json") {
    const { state, active, epoch, blockedBy, trust, heldBecause, mayLack } = status.value;
    const back = run === null ? [] : backIn(run);
    const standing = { state, active, epoch, blockedBy, trust, heldBecause, mayLack };
    printJson(shell, { ...standing, run, back, doubts });
    return 0;
  }
  tellStatus(status.value, { run, doubts, dir: options.dir }, shell);
  tellNext(run, options.dir, context);
  return 0;
}

interface ToldRun {
  readonly run: PlanRun | null;
  /** Why what stands in the run as approvals does not count. */
  readonly doubts: readonly string[];
  readonly dir: string;
}

function tellStatus(status: LabStatus, { run, doubts, dir }: ToldRun, shell: Shell): void {
  const { columns } = shell.output;
  const held = heldLines(status, columns).map((line) => `${asTyped(line, calledAs(shell))}\n`);
  const lack = lackLines(status, columns).map((line) => `${line}\n`);
  shell.out([`${ledBy("", servingText(status), columns)}\n`, ...held, ...lack].join(""));
  const told = run === null ? "no plan has been run\n" : runText(run, dir, shell.output.columns);
  shell.out(asTyped(told, calledAs(shell)));
  for (const doubt of doubts) shell.out(`${ledBy("  does not count: ", doubt, shell.output.columns)}\n`);
}

function servingText({ active, epoch, blockedBy }: LabStatus): string {
  return blockedBy === null ? `${active} serves under epoch ${epoch}` : `nobody serves: ${blockedBy}`;
}

function runText(run: PlanRun, dir: string, columns: number): string {
  const back = backLines(run).map((line) => `${ledBy("", line, columns)}\n`);
  const steps = table(stepRows(run, dir), { columns, indent: 2 });
  return `\n${ledBy("", runHeadline(run), columns)}\n${back.join("")}${steps}`;
}

function tellNext(run: PlanRun | null, dir: string, { shell }: Context): void {
  if (run?.end !== null) return;
  const abort = [failoverCommand("abort", dir), "stop it once what is under way has ended"] as const;
  const asks = askingSteps(run).length > 0;
  const approve = [failoverCommand("approve", dir), "say yes to the step that asks"] as const;
  suggestNext(shell, ...(asks ? [approve] : []), abort);
}

/** `holdfast failover approve`: says yes to a step that asks for it. @param file `null`: whichever plan is run */
export async function approve(
  file: string | undefined,
  options: ApproveOptions,
  context: Context,
): Promise<ExitStatus> {
  const { shell } = context;
  const { dir } = options;
  const format = formatOf(options);
  const { lab, root, store } = await placeOf(dir, context);
  const status = await lab.status(root);
  if (!status.ok) return fail(shell, status.problems, format);
  const seen = await lookUpRun(store, shell.signal);
  if (seen === "unreachable") return fail(shell, [storeSilent(dir)], format);
  const run = seen?.run ?? null;
  const refusal = file === undefined ? null : await otherPlan(file, run, { options, context });
  if (refusal !== null) return refusal;
  const step = run === null ? { because: "there is no run" } : meantStep(run, options.step);
  if (typeof step !== "string") return fail(shell, [notApproved(step.because, dir)], format);
  return sayYes(step, { store, options, context });
}

/** Whoever has read one plan says yes to no other. `null`: the run is of the plan in the file. */
async function otherPlan(
  file: string,
  run: PlanRun | null,
  { options, context }: Omit<Yes, "store">,
): Promise<ExitStatus | null> {
  const saved = await readSaved(file, options, context);
  if (saved.kind === "refused") return saved.status;
  if (run?.plan === saved.value.hash) return null;
  return fail(context.shell, [notOfThisPlan(run, file, options.dir)], formatOf(options));
}

/** The step that is named, or the one that asks. */
function meantStep(run: PlanRun, named: string | undefined): string | { readonly because: string } {
  const asking = askingSteps(run);
  const [only, ...others] = asking;
  if (named !== undefined) {
    const meant = asking.find((step) => step === named || step.split(" ").includes(named));
    return meant ?? { because: `no step "${named}" asks for an approval now` };
  }
  if (only === undefined) return { because: asksNoMore(run) };
  return others.length === 0
    ? only
    : { because: `several steps ask: name one with --step: ${asking.map((step) => `"${step}"`).join(", ")}` };
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

interface Yes {
  readonly store: RunStore;
  readonly options: ApproveOptions;
  readonly context: Context;
}

async function sayYes(step: string, { store, options, context }: Yes): Promise<ExitStatus> {
  const { shell } = context;
  const format = formatOf(options);
  const signer = await signerOf(options, context);
  if (!signer.ok) return fail(shell, signer.problems, format);
  const { readKey } = (await context.parts.planRun()).keys;
  const who = { by: options.by ?? null, login: askerOf(options, shell), signer: signer.value };
  const approved = await approveRun(store, { step, ...who, readKey, signal: shell.signal });
  if (approved === "unreachable") return fail(shell, [storeSilent(options.dir)], format);
  if (approved === null || approved.kind === "refused")
    return fail(shell, [notApproved(approved?.because ?? "there is no run", options.dir)], format);
  tellApproved(approved, { step, isSigned: signer.value !== null, format }, shell);
  return 0;
}

function tellApproved(
  { by, missing, run: { plan, epoch } }: Extract<Approved, { kind: "approved" }>,
  {
    step,
    isSigned,
    format,
  }: { readonly step: string; readonly isSigned: boolean; readonly format: AnswerFormat },
  shell: Shell,
): void {
  if (format === "json") {
    printJson(shell, { ok: true, step, by, isSigned, plan, epoch, missing });
    return;
  }
  const left = missing === 0 ? "it goes on" : `${counted(missing, "approval")} still missing`;
  const told = `${by} approves${isSigned ? ", signed," : ""} "${step}" of ${plan} under epoch ${epoch}: ${left}`;
  shell.err(`${ledBy("", told, shell.terminal.columns)}\n`);
}

/** `holdfast failover abort`: stops the run of a plan, or calls off a switchover. */
export async function abort(options: FailoverOptions, context: Context): Promise<ExitStatus> {
  const { shell, parts } = context;
  const { lab, root, store } = await placeOf(options.dir, context);
  const seen = await lookUpRun(store, shell.signal);
  const runs = seen !== null && seen !== "unreachable" && seen.run.end === null;
  if (!runs || seen.run.stoppedBecause !== null) return abortSwitchover(options, shell, parts);
  const by = askerOf(options, shell);
  const stopped = await orderRun(store, { order: "stop", by, signal: shell.signal });
  if (stopped === "unreachable") return fail(shell, [storeSilent(options.dir)], formatOf(options));
  // Meanwhile it has come to its end, or somebody else has stopped it.
  if (stopped === null) return abortSwitchover(options, shell, parts);
  // A switchover that the run has asked for is a part of it; where none is, nothing is called off.
  await lab.order(root, { kind: "abort", to: null, by });
  if (formatOf(options) === "json") printJson(shell, { ok: true, stopped: stopped.plan });
  else shell.err("the run begins nothing more; it stops once what is under way has ended\n");
  suggestNext(shell, [failoverCommand("status", options.dir), "how each step stands"]);
  return 0;
}
