import { join, resolve } from "node:path";
import { standingOf as verdictOf } from "../core/plan/foreseen.ts";
import type { SeenRun } from "../runtime/run-record.ts";
import { backIn, unshownIn } from "../core/plan/back.ts";
import { judgedIn, objectivesOf } from "../core/plan/objectives.ts";
import { believedRun, doubtsIn } from "../core/plan/approval.ts";
import { asksOf, isOutdated, type PlanRun } from "../core/plan/run.ts";
import { keyOf } from "../core/plan/signed-approval.ts";
import type { Signer } from "../core/evidence/ports.ts";
import { signerOf } from "./failover-key.ts";
import { interlocksOf, stillHolding } from "../core/plan/today.ts";
import { unsetFor } from "../core/plan/unset.ts";
import { foreseenHash, type SavedPlan } from "../core/plan/saved.ts";
import type { Problem } from "../core/problem/problem.ts";
import { pathWord } from "../core/problem/shell-word.ts";
import { carryOutSteps } from "../runtime/carry-out-step.ts";
import { carryRun, type RunOutcome } from "../runtime/carry-run.ts";
import { readSystemClock } from "../runtime/clocks.ts";
import type { OpenLog } from "../runtime/drill-ports.ts";
import type { LabVerbs } from "../runtime/lab.ts";
import { failoverCommand } from "../runtime/lab-command.ts";
import { textDigest } from "../runtime/foresee-settings.ts";
import { lookToday } from "../runtime/look-today.ts";
import { RunRecorder } from "../runtime/run-recorder.ts";
import { beginRun, lookUpRun, orderRun, type RunStore, takeOverRun } from "../runtime/run-store.ts";
import { budgetGate } from "./budget-gate.ts";
import { type Context, formatOf } from "./context.ts";
import { askerOf, type RunOptions } from "./failover-verbs.ts";
import { ledBy } from "./layout.ts";
import { unkeptText } from "./unkept-evidence.ts";
import { labEngine } from "./lab-engine.ts";
import { tellDifferences } from "./plan-diff.ts";
import type { PlanOptions } from "./plan-options.ts";
import { backLines, changedRows, isUndone, runHeadline, stepRows } from "./run-text.ts";
import {
  anotherRuns,
  heldBack,
  noSuchInterlock,
  isOver,
  nothingToCarry,
  notOfThisPlan,
  notTheirKey,
  storeSilent,
  takenOver,
  unsetEnvironment,
  wouldStop,
} from "./run-problems.ts";
import { readSaved, todaysPlan } from "./saved-plan-file.ts";
import {
  asTyped,
  calledAs,
  type ExitStatus,
  fail,
  type Next,
  printJson,
  problemsAsTyped,
  suggestNext,
} from "./shell.ts";

export interface PlanRunOptions extends RunOptions, PlanOptions {
  readonly resume?: true;
  readonly undo?: true;
  /** Windows and gates that it is begun despite. */
  readonly despite?: readonly string[];
  readonly because?: string;
  /** With which whoever begins it proves who they are. */
  readonly key?: string;
}

/** A plan that is carried out on a lab, by somebody. */
export interface Running {
  readonly file: string;
  readonly plan: SavedPlan;
  readonly options: PlanRunOptions;
  readonly by: string;
  /** With which it is proven who begins it; `null`: it is not. */
  readonly signer: Signer | null;
  readonly root: string;
  readonly lab: LabVerbs;
  readonly store: RunStore;
  readonly context: Context;
}

/** `holdfast failover run FILE`: carries out a plan that was kept, and nothing else. */
export async function runPlan(file: string, options: PlanRunOptions, context: Context): Promise<ExitStatus> {
  const running = await runningOf(file, options, context);
  if (running.kind === "refused") return running.status;
  return options.resume === true ? resume(running.value) : begin(running.value);
}

/** What a plan that was kept is run by; refused where something that its steps are given is not there. */
export async function runningOf(
  file: string,
  options: PlanRunOptions,
  context: Context,
): Promise<
  | { readonly kind: "running"; readonly value: Running }
  | { readonly kind: "refused"; readonly status: ExitStatus }
> {
  const { shell, parts } = context;
  const saved = await readSaved(file, options, context);
  if (saved.kind === "refused") return saved;
  const lab = await parts.lab();
  const root = resolve(shell.cwd, options.dir);
  const signer = await signerOf(options, context);
  if (!signer.ok) return { kind: "refused", status: fail(shell, signer.problems, formatOf(options)) };
  const owner = signer.value === null ? null : ownerOf(saved.value, signer.value);
  if (owner !== null && options.by !== undefined && options.by !== owner)
    return { kind: "refused", status: fail(shell, [notTheirKey(options.by, owner)], formatOf(options)) };
  // By the name that they tell; else by that which the plan has for their key; else by that at this machine.
  const by = owner ?? askerOf(options, shell);
  const store = lab.runStore(root);
  const value = { file, plan: saved.value, options, by, signer: signer.value, root, lab, store, context };
  // Going back is refused to nobody: what it is not given fails, and all else is undone.
  const unset = options.undo === true ? [] : await unsetIn(value);
  if (unset.length === 0) return { kind: "running", value };
  return { kind: "refused", status: fail(shell, [unsetEnvironment(unset)], formatOf(options)) };
}

/** Who it is by the plan, where the key is of somebody who may approve; `null`: it is of none of them. */
function ownerOf({ foreseen: { stages } }: SavedPlan, signer: Signer): string | null {
  const key = keyOf(signer);
  const declared = Object.values(asksOf(stages)).flatMap(({ approvers }) => approvers);
  return declared.find((each) => each.key === key)?.name ?? null;
}

async function begin(running: Running): Promise<ExitStatus> {
  const { plan, options, by, signer, root, lab, store, context } = running;
  const { shell } = context;
  const format = formatOf(options);
  const refused = await refusedWithStatus(running);
  if (refused !== null) return refused;
  const status = await lab.status(root);
  if (!status.ok) return fail(shell, status.problems, format);
  const { because = "" } = options;
  const despite = (options.despite ?? []).map((interlock) => ({ interlock, because }));
  const objectives = objectivesOf(plan.foreseen.forecasts);
  const asked = { plan: plan.hash, by, from: status.value.active, form: formOf(options), despite } as const;
  const of = { ...asked, objectives, signer, signal: shell.signal };
  const begun = await beginRun(store, plan.foreseen.stages, of);
  if (begun.kind === "unreachable") return fail(shell, [storeSilent(options.dir)], format);
  if (begun.kind === "another") return fail(shell, [anotherRuns(begun.run, options.dir)], format);
  return carry(running, begun.seen);
}

/** Told why it is not begun; `null`: nothing that is known before it is written down keeps it. */
async function refusedWithStatus(running: Running): Promise<ExitStatus | null> {
  const { plan, options, store, context } = running;
  const { shell } = context;
  const format = formatOf(options);
  const present = await lookUpRun(store, shell.signal);
  if (present !== null && present !== "unreachable" && present.run.end === null)
    return fail(shell, [anotherRuns(present.run, options.dir)], format);
  const now = await todaysPlan(plan, options, context);
  if (now.kind === "refused") return now.status;
  if (now.value.hash !== plan.hash) return tellDifferences({ saved: plan, now: now.value, options }, context);
  if (verdictOf(plan.foreseen) === "stops") return fail(shell, [wouldStop(plan, options.workspace)], format);
  const held = await heldBy(running);
  return held === null ? null : fail(shell, [held], format);
}

/** What keeps it from being begun right now, besides what somebody begins it despite; `null`: nothing. */
async function heldBy({ plan, options, context }: Running): Promise<Problem | null> {
  const { verifiers, environment } = await context.parts.planRun();
  const { shell } = context;
  const { despite = [] } = options;
  const known = interlocksOf(plan.foreseen.lookedAt);
  const unknown = despite.find((name) => !known.includes(name));
  if (unknown !== undefined) return noSuchInterlock(unknown, known);
  const budget = budgetGate(options.workspace, context);
  const settings = {
    verifiers,
    budget,
    environment,
    now: readSystemClock().wall,
    folder: resolve(shell.cwd, options.workspace),
  };
  const found = await lookToday(plan.foreseen, settings, shell.signal);
  const left = stillHolding(found, despite);
  return left.length === 0 ? null : heldBack(plan, left);
}

/** What its steps are to be given of the environment, and is not there: found here, and not in the middle of a recovery. */
async function unsetIn({ plan, context }: Running): Promise<readonly string[]> {
  const { environment } = await context.parts.planRun();
  return unsetFor(plan.foreseen.stages, environment);
}

function formOf({ ungraceful }: PlanRunOptions): PlanRun["form"] {
  return ungraceful === true ? "ungraceful" : "graceful";
}

/** Goes on with a run that was stopped, or whose carrier was lost, or goes back. */
async function resume(running: Running): Promise<ExitStatus> {
  const { plan, options, store, context } = running;
  const { shell } = context;
  const format = formatOf(options);
  const status = await running.lab.status(running.root);
  if (!status.ok) return fail(shell, status.problems, format);
  const present = await lookUpRun(store, shell.signal);
  if (present === "unreachable") return fail(shell, [storeSilent(options.dir)], format);
  if (present?.run.plan !== plan.hash)
    return fail(shell, [notOfThisPlan(present?.run ?? null, running.file, options.dir)], format);
  return options.undo === true ? goBack(running, present.run) : goOn(running, present.run);
}

async function goBack(running: Running, { end, course }: PlanRun): Promise<ExitStatus> {
  const { options, by, store, context } = running;
  const { signal } = context.shell;
  // What is under way is done again before it is undone: nobody knows how far it came.
  if (end === null && course === "forward") {
    await orderRun(store, { order: "stop", by, signal });
    const stopped = await takeOverRun(store, { form: null, by }, signal);
    if (stopped === null || stopped === "unreachable")
      return fail(context.shell, [storeSilent(options.dir)], formatOf(options));
    const outcome = await carried(running, stopped);
    if (outcome.kind !== "over") return tellOutcome(running, outcome);
  }
  await orderRun(store, { order: "go-back", by, signal });
  return takeOver(running);
}

async function goOn(running: Running, { end, stoppedBecause }: PlanRun): Promise<ExitStatus> {
  const { options, by, store, context } = running;
  if (end === "done" || end === "undone")
    return fail(context.shell, [isOver(end, options.dir)], formatOf(options));
  if (stoppedBecause !== null) await orderRun(store, { order: "go-on", by, signal: context.shell.signal });
  return takeOver(running);
}

async function takeOver(running: Running): Promise<ExitStatus> {
  const { options, by, store, context } = running;
  const form = options.ungraceful === true ? "ungraceful" : null;
  const seen = await takeOverRun(store, { form, by }, context.shell.signal);
  if (seen === "unreachable") return fail(context.shell, [storeSilent(options.dir)], formatOf(options));
  if (seen === null) return fail(context.shell, [nothingToCarry(options.dir)], formatOf(options));
  return carry(running, seen);
}

/** To its end, which is told. */
export async function carry(running: Running, seen: SeenRun): Promise<ExitStatus> {
  return tellOutcome(running, await carried(running, seen));
}

/** Carries it out to its end, and tells on the way how its steps stand. */
async function carried(running: Running, seen: SeenRun): Promise<RunOutcome> {
  const { plan, options, store, context } = running;
  const { shell, parts } = context;
  const { stages } = plan.foreseen;
  const tell = (step: string, text: string): void => {
    shell.err(`${ledBy(`  ${step}: `, asTyped(text, calledAs(shell)), shell.terminal.columns)}\n`);
  };
  const {
    actuators,
    verifiers,
    openLog,
    keys: { readKey },
  } = await parts.planRun();
  const recorder = await recorderOf(running, openLog);
  let before: PlanRun | null = null;
  const onChange = (stored: PlanRun): void => {
    const run = believedRun(stored, asksOf(stages), readKey);
    for (const [step, text] of changedRows(before, run, options.dir)) tell(step, text);
    before = run;
    recorder?.note(stored);
  };
  shell.err(`${ledBy("", runHeadline(seen.run), shell.terminal.columns)}\n`);
  for (const doubt of doubtsIn(seen.run, readKey))
    shell.err(`${ledBy("  does not count: ", doubt, shell.terminal.columns)}\n`);
  onChange(seen.run);
  const carryOut = carryOutSteps(stages, {
    actuators,
    verifiers,
    engine: labEngine(running, {
      dir: options.dir,
      // Of a run, the same run goes on.
      ungraceful: resumeCommand(running, " --ungraceful"),
    }),
    store,
    readKey,
    folder: resolve(shell.cwd, options.workspace),
    onLook: (step, now, wanted) => {
      for (const [what, value] of Object.entries(wanted))
        if (now[what] !== value) tell(step, `~ ${what}: ${now[what] ?? "nothing"} → ${value}`);
    },
  });
  try {
    const onSilence = (): void => {
      shell.err("the coordination store does not answer: nothing more is begun until it does\n");
    };
    return await carryRun({ store, readKey, carryOut, onChange, onSilence }, { stages, seen }, shell.signal);
  } finally {
    await recorder?.close();
  }
}

/** `null`: no evidence can be kept, which is told, and the recovery does not wait for it. */
async function recorderOf(
  { plan, lab, root, context }: Running,
  openLog: OpenLog,
): Promise<RunRecorder | null> {
  const { shell } = context;
  const tell = (problem: Problem): void => {
    const [typed = problem] = problemsAsTyped([problem], shell);
    shell.err(unkeptText(typed, shell.terminal.columns));
  };
  const details = await lab.details(root);
  if (!details.ok) {
    tell(details.problems[0]);
    return null;
  }
  const { evidence, keys } = details.value;
  const settings = { directory: evidence, log: "plan", keyPath: join(keys, "plan.pem") };
  const open = (): ReturnType<OpenLog> =>
    openLog(settings, () => ({ at: readSystemClock().wall, monotonic: readSystemClock().now }));
  const { plan: name, scenario } = plan.foreseen;
  return new RunRecorder(open, { name, scenario, hash: foreseenHash(plan, textDigest) }, tell);
}

function tellOutcome({ file, plan, options, context }: Running, outcome: RunOutcome): ExitStatus {
  const { shell } = context;
  const { dir } = options;
  const again = (more: string): string => resumeCommand({ file, options }, more);
  if (outcome.kind === "taken-over") {
    const by = outcome.by === null ? "somebody" : outcome.by.by;
    return fail(shell, [takenOver(by, dir)], formatOf(options));
  }
  if (outcome.kind === "broken-off") {
    shell.err("broken off: the run stands as it was written down last\n");
    suggestNext(shell, [again(""), "go on with it"], [again(" --undo"), "go back"]);
    return 130;
  }
  const { run } = outcome;
  if (formatOf(options) === "json") {
    const steps = stepRows(run, dir).map(([name, standing]) => ({ name, standing }));
    const shown = { back: backIn(run), notShown: unshownIn(run), objectives: judgedIn(run) };
    const of = { plan: plan.hash, epoch: run.epoch, ...shown };
    printJson(shell, { ok: isRecovered(run), result: run.end, ...of, steps });
  } else {
    for (const line of [runHeadline(run), ...backLines(run)])
      shell.err(`${ledBy("", line, shell.terminal.columns)}\n`);
  }
  if (run.end === "stopped") {
    suggestNext(shell, ...afterStopped(run, { file, options }, again));
    return 2;
  }
  suggestNext(shell, [failoverCommand("status", dir), "how each step and each region stands"]);
  return isRecovered(run) || (options.undo === true && isUndone(run)) ? 0 : 2;
}

/** What goes on with the run. @param more more options */
function resumeCommand({ file, options }: Pick<Running, "file" | "options">, more: string): string {
  const { dir } = options;
  return failoverCommand(`run ${pathWord(file)} --resume${more}${workspaceOf(options)}`, dir);
}

function afterStopped(
  run: PlanRun,
  of: Pick<Running, "file" | "options">,
  again: (more: string) => string,
): readonly Next[] {
  return isOutdated(run) ? afterNewer(of) : afterStop(run, again);
}

/** What somebody does about a run that a newer one has made void: that one is looked at, and this is begun anew, under a newer epoch. */
function afterNewer({ file, options }: Pick<Running, "file" | "options">): readonly Next[] {
  const { dir } = options;
  const anew = failoverCommand(`run ${pathWord(file)}${workspaceOf(options)}`, dir);
  return [
    [failoverCommand("status", dir), "how each step stands, and what the newer run has changed"],
    [anew, "begin a run anew where this is still wanted: it has a newer epoch"],
  ];
}

/** What somebody does about a run that stopped. @param again the command that goes on, with more options */
function afterStop({ form }: PlanRun, again: (more: string) => string): readonly Next[] {
  const lost: Next = [again(" --ungraceful"), "the same, taking the region that serves for lost"];
  return [
    [again(""), "go on with what has failed"],
    ...(form === "graceful" ? [lost] : []),
    [again(" --undo"), "go back instead"],
  ];
}

/** A run that went on without what was to show that a journey is back has not shown it. */
function isRecovered(run: PlanRun): boolean {
  return run.end === "done" && unshownIn(run).length === 0;
}

function workspaceOf({ workspace }: PlanOptions): string {
  return workspace === "." ? "" : ` --workspace ${pathWord(workspace)}`;
}
