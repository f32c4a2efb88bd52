import { type Applied, type Epoch, type Failed, failed, type Look } from "../../core/plan/actuator.ts";
import type { ProgramWish } from "../../core/model/wishes.ts";
import type { Problem } from "../../core/problem/problem.ts";
import { lastLines, namedIn, type PassedOn } from "../../core/plan/passed-on.ts";
import {
  failedProgram,
  missingEnvironment,
  notAsWished,
  strangeCheck,
  stopped,
  uncheckable,
  unstarted,
  untoldEpoch,
  unusableWish,
} from "./problems.ts";
import { type Ran, runProgram, type RunSettings } from "./run-program.ts";
import { faultInStep } from "./step-form.ts";
import { shownSettings, toldEpoch, toldSettings, type ToldSettings, unsettled } from "./told-settings.ts";

interface Task extends RunSettings {
  readonly wish: ProgramWish;
  readonly signal: AbortSignal;
}

/** How a program says that a newer epoch was there. */
const outdatedStatus = 3;

export async function lookByProgram(task: Task): Promise<Look> {
  const given = passedOn(task);
  if (given.kind === "failed") return { kind: "unseen", problem: given.problem };
  const told = await check(task, given.values);
  return told.kind === "failed"
    ? { kind: "unseen", problem: told.problem }
    : { kind: "seen", ...shownSettings(told.settings, given.values) };
}

export async function applyProgram(task: Task, epoch: Epoch): Promise<Applied> {
  const { wish } = task;
  const given = passedOn(task);
  if (given.kind === "failed") return given;
  const { values } = given;
  const ran = await start(task, wish.command, { ...values, HOLDFAST_EPOCH: String(epoch) });
  if (ran.kind !== "ended") return failed(undone(wish, ran));
  const said = lastLines(ran.output, values);
  if (ran.status === outdatedStatus) {
    const newer = toldEpoch(lastLine(ran.output), epoch);
    return newer === null ? failed(untoldEpoch(wish, said)) : { kind: "outdated", epoch: newer };
  }
  if (ran.status !== 0) return failed(failedProgram(wish, ran.status, said));
  if (wish.check === null)
    return { kind: "done", now: { [`${wish.plan}/${wish.step}`]: "done, as its program says" } };
  const told = await check(task, values);
  if (told.kind === "failed") return told;
  const left = unsettled(told.settings);
  return left.length === 0
    ? { kind: "done", now: told.settings.now }
    : failed(notAsWished(wish, lastLines(left.join("; "), values)));
}

function passedOn({
  wish,
  environment,
}: Task): { readonly kind: "given"; readonly values: PassedOn } | Failed {
  const fault = faultInStep(wish);
  if (fault !== null) return failed(unusableWish(fault));
  const named = namedIn(environment, wish.environment);
  return named.kind === "named"
    ? { kind: "given", values: named.values }
    : failed(missingEnvironment(wish, named.name));
}

async function check(
  task: Task,
  values: PassedOn,
): Promise<{ readonly kind: "told"; readonly settings: ToldSettings } | Failed> {
  const { wish } = task;
  if (wish.check === null) return failed(uncheckable(wish));
  const ran = await start(task, wish.check, values);
  if (ran.kind !== "ended") return failed(undone(wish, ran));
  const said = lastLines(ran.output, values);
  if (ran.status !== 0) return failed(failedProgram(wish, ran.status, said));
  const settings = toldSettings(lastLine(ran.output));
  return settings === null ? failed(strangeCheck(wish, said)) : { kind: "told", settings };
}

function start(task: Task, command: ProgramWish["command"], values: PassedOn): Promise<Ran> {
  const { wish, signal } = task;
  const env = { ...values, HOLDFAST_PLAN: wish.plan, HOLDFAST_STEP: wish.step };
  const timeoutMs = 1_000 * wish.timeoutSeconds;
  return runProgram({ command, env, directory: wish.directory, timeoutMs }, signal, task);
}

function undone(wish: ProgramWish, ran: Exclude<Ran, { readonly kind: "ended" }>): Problem {
  return ran.kind === "unstarted" ? unstarted(wish, ran.because) : stopped(wish, ran.reason);
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}
