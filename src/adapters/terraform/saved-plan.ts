import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { z } from "zod";
import type { Epoch, Failed } from "../../core/plan/actuator.ts";
import type { TerraformWish } from "../../core/model/wishes.ts";
import type { Problem } from "../../core/problem/problem.ts";
import { epochName, type PlanDocument, planIn } from "./plan-document.ts";
import { interrupted, invalidConfiguration, missingProgram, otherPlan, refusal } from "./problems.ts";
import {
  type Diagnostic,
  diagnosticsIn,
  documentLine,
  makePrivate,
  type Ran,
  run,
  type Running,
} from "./program.ts";

export interface Task extends Running {
  /** How long the lock of the state is waited for. */
  readonly lockSecondsMax: number;
}

/** Where the plan of just this wish is kept, and the passing ones beside it. */
export function planPath(wish: TerraformWish, which: "looked-at" | "new" | "check"): string {
  const { directory, variables, targets = [] } = wish;
  const named = Object.entries(variables).sort(([one], [other]) => (one < other ? -1 : 1));
  const text = JSON.stringify([resolve(directory), named, [...targets].sort()]);
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return `${resolve(wish.epochFile)}.${digest}.${which}.plan`;
}

export type Planned = { readonly kind: "planned"; readonly plan: PlanDocument } | Failed;

/** Plans into `file`, which changes nothing. With an epoch, for a module that takes it. */
export async function planInto(file: string, epoch: Epoch | null, task: Task): Promise<Planned> {
  const { variables, targets = [] } = task.wish;
  const wished = targets.length === 0 ? [] : [...targets, `terraform_data.${epochName}`];
  await makePrivate(file);
  const args = [
    ...["plan", "-json", "-detailed-exitcode", "-input=false", `-lock-timeout=${task.lockSecondsMax}s`],
    ...Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`),
    ...(epoch === null ? [] : [`-var=${epochName}=${epoch}`]),
    ...wished.map((address) => `-target=${address}`),
    `-out=${file}`,
  ];
  const ran = await run(args, `${file}.log`, task);
  // 2: there are changes.
  const isDone = ran.kind === "ended" && !ran.isStopped && (ran.status === 0 || ran.status === 2);
  return isDone ? savedPlan(file, task) : unplanned(ran, file, task);
}

/** Reads a plan that stands in `file`. */
export async function savedPlan(file: string, task: Task): Promise<Planned> {
  const ran = await run(["show", "-json", "-no-color", file], `${file}.log`, task);
  if (ran.kind === "unstarted" || ran.isStopped)
    return { kind: "failed", problem: untold(ran, "terraform/plan-failed", task) };
  const plan = ran.status === 0 ? planIn(documentLine(ran.output)) : null;
  return plan === null ? { kind: "failed", problem: otherPlan(task.wish) } : { kind: "planned", plan };
}

async function unplanned(ran: Ran, file: string, task: Task): Promise<Failed> {
  const problem = untold(ran, "terraform/plan-failed", task);
  const isUnclear = problem.code === "terraform/plan-failed";
  const faults = isUnclear ? await faultsOfConfiguration(file, task) : [];
  return { kind: "failed", problem: faults.length === 0 ? problem : invalidConfiguration(task.wish, faults) };
}

const validated = z.object({
  diagnostics: z.array(
    z.object({
      severity: z.string(),
      summary: z.string(),
      detail: z.string().default(""),
      range: z.object({ filename: z.string(), start: z.object({ line: z.number() }) }).optional(),
    }),
  ),
});

/** Tells what is wrong with what is written from what a provider, or the state, says while it plans. */
async function faultsOfConfiguration(file: string, task: Task): Promise<readonly Diagnostic[]> {
  const ran = await run(["validate", "-json", "-no-color"], `${file}.log`, task);
  if (ran.kind === "unstarted") return [];
  const text = ran.output.slice(Math.max(0, ran.output.indexOf("{\n")));
  const found = validated.safeParse(parsed(text));
  if (!found.success) return [];
  const errors = found.data.diagnostics.filter(({ severity }) => severity === "error");
  return errors.map(({ summary, detail, range }) => {
    const place = range === undefined ? null : `${range.filename}:${range.start.line}`;
    return { summary, detail, place };
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Why a run did not do what it was for. */
export function untold(
  ran: Ran,
  otherwise: "terraform/plan-failed" | "terraform/apply-failed",
  { wish, signal }: Task,
): Problem {
  if (ran.kind === "unstarted") return missingProgram(wish, ran.because);
  return ran.isStopped
    ? interrupted(wish, signal.reason)
    : refusal(wish, diagnosticsIn(ran.output), otherwise);
}
