import { resolve } from "node:path";
import { askingSteps, believedRun, doubtsIn } from "../core/plan/approval.ts";
import { backIn } from "../core/plan/back.ts";
import { judgedIn } from "../core/plan/objectives.ts";
import type { PlanRun } from "../core/plan/run.ts";
import type { Parsed } from "../core/problem/problem.ts";
import { isCarriedOut, patienceMsMin } from "../runtime/run-beat.ts";
import type { SeenRun } from "../runtime/run-record.ts";
import type { LabStatus, LabVerbs } from "../runtime/lab.ts";
import { failoverCommand } from "../runtime/lab-command.ts";
import { lookUpRun, orderRun, type RunStore } from "../runtime/run-store.ts";
import { type Context, formatOf, type JsonOption } from "./context.ts";
import { abortSwitchover, askerOf, type FailoverOptions } from "./failover-verbs.ts";
import { heldLines, lackLines, statusAsTyped, wordAwaited } from "./lab-status-text.ts";
import { ledBy, table } from "./layout.ts";
import { backLines, runHeadline, stepRows } from "./run-text.ts";
import { storeSilent } from "./run-problems.ts";
import {
  asTyped,
  calledAs,
  type ExitStatus,
  fail,
  type Next,
  printJson,
  type Shell,
  suggestNext,
} from "./shell.ts";

// What people do about a run that somebody else carries out.

export interface StatusOptions extends JsonOption {
  readonly dir: string;
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

/** How a lab stands, and its newest run; `seen: null`: there was never one. */
export async function seenAt(
  dir: string,
  context: Context,
): Promise<Parsed<{ readonly status: LabStatus; readonly store: RunStore; readonly seen: SeenRun | null }>> {
  const { lab, root, store } = await placeOf(dir, context);
  const status = await lab.status(root);
  if (!status.ok) return status;
  const seen = await lookUpRun(store, context.shell.signal);
  if (seen === "unreachable") return { ok: false, problems: [storeSilent(dir)] };
  return { ok: true, value: { status: status.value, store, seen } };
}

/** `holdfast failover status`: who serves, and how each step of the newest run stands. */
export async function failoverStatus(options: StatusOptions, context: Context): Promise<ExitStatus> {
  const { shell } = context;
  const format = formatOf(options);
  const there = await seenAt(options.dir, context);
  if (!there.ok) return fail(shell, there.problems, format);
  const { status, store, seen } = there.value;
  const { readKey } = (await context.parts.planRun()).keys;
  const run = seen === null ? null : believedRun(seen.run, seen.run.asks, readKey);
  const doubts = seen === null ? [] : doubtsIn(seen.run, readKey);
  if (format === "json") {
    const { state, active, epoch, blockedBy, trust, heldBecause, awaitsWord, mayLack } = status;
    const back = run === null ? [] : backIn(run);
    const standing = { state, active, epoch, blockedBy, trust, heldBecause, awaitsWord, mayLack };
    const objectives = run === null ? [] : judgedIn(run);
    printJson(shell, { ...standing, run, back, objectives, doubts });
    return 0;
  }
  tellStatus(statusAsTyped(status, shell), { run, doubts, dir: options.dir }, shell);
  const next = seen?.run.end === null ? await nextOf({ store, seen }, options.dir, shell) : [];
  suggestNext(shell, ...wordAwaited(status, options.dir), ...next);
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
  const held = heldLines(status, columns).map((line) => `${line}\n`);
  const lack = lackLines(status, columns).map((line) => `${line}\n`);
  shell.out([`${ledBy("", servingText(status), columns)}\n`, ...held, ...lack].join(""));
  shell.out(run === null ? "no plan has been run\n" : runText(run, dir, shell));
  for (const doubt of doubts) shell.out(`${ledBy("  does not count: ", doubt, shell.output.columns)}\n`);
}

function servingText({ active, epoch, blockedBy }: LabStatus): string {
  return blockedBy === null ? `${active} serves under epoch ${epoch}` : `nobody serves: ${blockedBy}`;
}

function runText(run: PlanRun, dir: string, shell: Shell): string {
  const { columns } = shell.output;
  const back = backLines(run).map((line) => `${ledBy("", line, columns)}\n`);
  const rows = stepRows(run, dir).map(([step, text]) => [step, asTyped(text, calledAs(shell))]);
  const steps = table(rows, { columns, indent: 2 });
  return `\n${ledBy("", runHeadline(run), columns)}\n${back.join("")}${steps}`;
}

/** What there is to be done about a run that is not over; that nobody carries it out is told. */
async function nextOf(
  { store, seen }: { readonly store: RunStore; readonly seen: SeenRun },
  dir: string,
  shell: Shell,
): Promise<readonly Next[]> {
  const { run } = seen;
  if (!(await isCarriedOut(store, seen, shell.signal))) {
    const since = `nobody has shown for ${patienceMsMin / 1_000} s that they carry it out`;
    shell.out(`${ledBy("", since, shell.output.columns)}\n`);
    return [goOnNext(dir), [goOn(dir, " --undo"), "go back instead"]];
  }
  if (run.stoppedBecause !== null) return [];
  const abort = [failoverCommand("abort", dir), "stop it once what is under way has ended"] as const;
  const asks = askingSteps(run).length > 0;
  const approve = [failoverCommand("approve", dir), "say yes to the step that asks"] as const;
  return [...(asks ? [approve] : []), abort];
}

function goOn(dir: string, more: string): string {
  return failoverCommand(`run FILE --resume${more}`, dir);
}

function goOnNext(dir: string): Next {
  return [goOn(dir, ""), "go on with it, by the file that it was begun with"];
}

/** `holdfast failover abort`: stops the run of a plan, or calls off a switchover. */
export async function abort(options: FailoverOptions, context: Context): Promise<ExitStatus> {
  const { shell, parts } = context;
  const { lab, root, store } = await placeOf(options.dir, context);
  const seen = await lookUpRun(store, shell.signal);
  const runs = seen !== null && seen !== "unreachable" && seen.run.end === null;
  if (!runs) return abortSwitchover(options, shell, parts);
  const by = askerOf(options, shell);
  if (seen.run.stoppedBecause !== null) {
    await lab.order(root, { kind: "abort", to: null, by });
    return tellStopping(seen.run, options, shell);
  }
  const stopped = await orderRun(store, { order: "stop", by, signal: shell.signal });
  if (stopped === "unreachable") return fail(shell, [storeSilent(options.dir)], formatOf(options));
  // Meanwhile it has come to its end, or somebody else has stopped it.
  if (stopped === null) return abortSwitchover(options, shell, parts);
  // A switchover that the run has asked for is a part of it; where none is, nothing is called off.
  await lab.order(root, { kind: "abort", to: null, by });
  return tellStopping(stopped, options, shell);
}

function tellStopping({ plan }: PlanRun, options: FailoverOptions, shell: Shell): ExitStatus {
  if (formatOf(options) === "json") printJson(shell, { ok: true, stopped: plan });
  else shell.err("the run begins nothing more; it stops once what is under way has ended\n");
  suggestNext(shell, [
    failoverCommand("status", options.dir),
    "how each step stands, and whether anybody carries it out",
  ]);
  return 0;
}
