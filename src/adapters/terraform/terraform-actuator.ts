import { access, rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import {
  type Actuator,
  type Applied,
  type Epoch,
  type EpochFiles,
  type Failed,
  failed,
  type Look,
  type Settings,
} from "../../core/plan/actuator.ts";
import type { TerraformWish } from "../../core/model/wishes.ts";
import { invariant, type Problem } from "../../core/problem/problem.ts";
import { Turns } from "../../waiting/turns.ts";
import {
  epochInState,
  epochName,
  fingerprint,
  hasChanges,
  hasEpochPlace,
  type PlanDocument,
  takesEpoch,
} from "./plan-document.ts";
import { settingsAfter, settingsOf } from "./plan-settings.ts";
import {
  epochWithoutPlace,
  notAsWished,
  notLookedAt,
  unusableFolder,
  unusableWish,
  worldChanged,
} from "./problems.ts";
import { run, type StartProgram } from "./program.ts";
import { planInto, type Planned, planPath, savedPlan, type Task, untold } from "./saved-plan.ts";

export interface TerraformSettings {
  readonly epochs: EpochFiles;
  readonly start: StartProgram;
  /** Ours, of which the names in the wish are passed on. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How long the lock of the state is waited for, in whole seconds. */
  readonly lockSecondsMax: number;
}

/**
 * Applies a root module of Terraform or OpenTofu. Looking plans and keeps the plan; applying applies what was looked at and nothing
 * else, and plans once more to see that nothing is left to do.
 *
 * The epoch is kept in a file, written before anything is changed; that holds for the **one process** that uses the file. A module that
 * declares the variable `holdfast_epoch` keeps it in its state as well. That holds for everybody: a plan is bound to the serial number of
 * the state it was made from, so Terraform refuses (stale) whoever planned before a newer attempt, and who planned after it reads
 * the higher epoch. As the epoch is not known while looking, such a module is planned anew under the lock of the turn; that plan is
 * applied only when, but for the epoch, it changes exactly what the one that was looked at does.
 */
export function terraformActuator(settings: TerraformSettings): Actuator<TerraformWish> {
  const turns = new Turns();
  return {
    look: (wish, signal) => turns.take(resolve(wish.epochFile), () => look({ wish, signal, ...settings })),
    apply: (wish, epoch, signal) => {
      invariant(Number.isSafeInteger(epoch) && epoch >= 0, `an epoch is a whole number, got ${epoch}`);
      return turns.take(resolve(wish.epochFile), () => apply({ wish, signal, ...settings }, epoch));
    },
  };
}

type Question = Task & TerraformSettings;

const variableForm = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

/** Such arguments would be added to ours: an `-auto-approve`, or another plan. */
const refusedNames = "TF_CLI_ARGS";

async function faultIn({
  directory,
  variables,
  targets = [],
  environment,
}: TerraformWish): Promise<string | null> {
  const isFolder = await stat(directory).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return `${directory} is no folder that we may look into`;
  const odd = Object.keys(variables).find((name) => !variableForm.test(name));
  if (odd !== undefined) return `${JSON.stringify(odd)} is no name of a variable`;
  if (Object.hasOwn(variables, epochName)) return `${epochName} is set by whoever applies, and not by a wish`;
  if (targets.includes("")) return "a target has no address";
  const refused = environment.find((name) => name.startsWith(refusedNames));
  return refused === undefined
    ? null
    : `${refused} would change what Terraform is asked to do, and is not passed on`;
}

async function keptIn({
  wish,
  epochs,
}: Question): Promise<{ readonly kind: "kept"; readonly value: Epoch | null } | Failed> {
  const fault = await faultIn(wish);
  if (fault !== null) return failed(unusableWish(fault));
  const kept = await epochs.kept(wish.epochFile, wish.directory);
  return typeof kept === "number" || kept === null ? { kind: "kept", value: kept } : failed(kept);
}

async function look(task: Question): Promise<Look> {
  const kept = await keptIn(task);
  if (kept.kind === "failed") return { kind: "unseen", problem: kept.problem };
  const file = planPath(task.wish, "new");
  try {
    const planned = await planInto(file, null, task);
    if (planned.kind === "failed") return { kind: "unseen", problem: planned.problem };
    const { plan } = planned;
    if (takesEpoch(plan) && !hasEpochPlace(plan))
      return { kind: "unseen", problem: epochWithoutPlace(task.wish) };
    await rename(file, planPath(task.wish, "looked-at"));
    return { kind: "seen", ...settingsOf(plan), epoch: newer(kept.value, epochInState(plan)) };
  } catch (cause) {
    return { kind: "unseen", problem: unusableFolder(String(cause)) };
  } finally {
    await rm(file, { force: true });
  }
}

function newer(one: Epoch | null, other: Epoch | null): Epoch | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

async function apply(task: Question, epoch: Epoch): Promise<Applied> {
  const kept = await keptIn(task);
  if (kept.kind === "failed") return kept;
  if (kept.value !== null && kept.value > epoch) return { kind: "outdated", epoch: kept.value };
  try {
    const ready = await readyToApply(task, epoch);
    if (ready.kind !== "ready") return ready;
    const unkept =
      kept.value === epoch ? null : await task.epochs.keep(task.wish.epochFile, task.wish.directory, epoch);
    return unkept === null ? await applied(ready, task, epoch) : failed(unkept);
  } catch (cause) {
    return failed(unusableFolder(String(cause)));
  } finally {
    await rm(planPath(task.wish, "new"), { force: true });
    await rm(planPath(task.wish, "check"), { force: true });
  }
}

interface Ready {
  readonly kind: "ready";
  /** What is applied; `null`: it is as wished already. */
  readonly file: string | null;
  readonly plan: PlanDocument;
}

async function readyToApply(task: Question, epoch: Epoch): Promise<Ready | Applied> {
  const lookedAt = planPath(task.wish, "looked-at");
  const isThere = await access(lookedAt).then(
    () => true,
    () => false,
  );
  const saved: Planned = isThere ? await savedPlan(lookedAt, task) : await check(task, null);
  if (saved.kind === "failed") return saved;
  const isLost = !isThere && hasChanges(saved.plan);
  if (isLost) return failed(notLookedAt(task.wish, changeList(settingsOf(saved.plan).wanted)));
  if (takesEpoch(saved.plan)) return withEpoch(task, epoch, saved.plan);
  return { kind: "ready", file: isThere ? lookedAt : null, plan: saved.plan };
}

/** Plans anew with the epoch in it, and sees that it changes nothing else than what was looked at. */
async function withEpoch(task: Question, epoch: Epoch, lookedAt: PlanDocument): Promise<Ready | Applied> {
  const file = planPath(task.wish, "new");
  const planned = await planInto(file, epoch, task);
  if (planned.kind === "failed") return planned;
  const { plan } = planned;
  const last = epochInState(plan);
  if (last !== null && last > epoch) return { kind: "outdated", epoch: last };
  if (!hasEpochPlace(plan)) return failed(epochWithoutPlace(task.wish));
  const isOther = hasChanges(plan) && fingerprint(plan) !== fingerprint(lookedAt);
  return isOther
    ? failed(worldChanged(task.wish, changeList(settingsOf(plan).wanted)))
    : { kind: "ready", file, plan };
}

async function applied({ file, plan }: Ready, task: Question, epoch: Epoch): Promise<Applied> {
  const refused = file === null ? null : await applyFile(file, task);
  // The state moves on by our own doing too: whoever does not know whether it was done does it again.
  if (refused?.code === "terraform/stale-plan") return appliedBefore(refused, { task, epoch, plan });
  if (refused !== null) return failed(refused);
  const left = await check(task, takesEpoch(plan) ? epoch : null);
  if (left.kind === "failed") return left;
  if (hasChanges(left.plan)) return failed(notAsWished(task.wish, changeList(settingsOf(left.plan).wanted)));
  await rm(planPath(task.wish, "looked-at"), { force: true });
  return { kind: "done", now: settingsAfter(plan, left.plan) };
}

async function applyFile(file: string, task: Question): Promise<Problem | null> {
  const args = ["apply", "-json", "-input=false", `-lock-timeout=${task.lockSecondsMax}s`, file];
  const ran = await run(args, `${file}.log`, task);
  const isDone = ran.kind === "ended" && ran.status === 0 && !ran.isStopped;
  return isDone ? null : untold(ran, "terraform/apply-failed", task);
}

async function appliedBefore(
  stale: Problem,
  { task, epoch, plan }: { readonly task: Question; readonly epoch: Epoch; readonly plan: PlanDocument },
): Promise<Applied> {
  const left = await check(task, null);
  if (left.kind === "failed") return left;
  const last = epochInState(left.plan);
  if (last !== null && last > epoch) return { kind: "outdated", epoch: last };
  const isOther = hasChanges(left.plan) || (takesEpoch(plan) && last !== epoch);
  return isOther ? failed(stale) : { kind: "done", now: settingsAfter(plan, left.plan) };
}

/** What is left to do; never applied. */
function check(task: Question, epoch: Epoch | null): Promise<Planned> {
  return planInto(planPath(task.wish, "check"), epoch, task);
}

/** More are not named. */
const namedMax = 10;

function changeList(wanted: Settings): string {
  const all = Object.entries(wanted).map((each) => each.join(": "));
  const rest = all.length - namedMax;
  return [...all.slice(0, namedMax), ...(rest > 0 ? [`and ${rest} more`] : [])].join("; ");
}
