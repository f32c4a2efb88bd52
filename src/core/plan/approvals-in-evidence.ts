import { type Entry, entryNameText, type Json, type JsonObject } from "../evidence/evidence.ts";
import type { Approver } from "../model/approver.ts";
import { type InstantMs, instantMs, milliseconds } from "../units/units.ts";
import { doubtOf } from "./approval.ts";
import type { Approval, Asking, PlanRun } from "./run.ts";
import { fingerprintOf, isRunSigned, type ReadKey, type Signed } from "./signed-approval.ts";

/** What evidence holds of somebody who began a run, or has said yes to a step of it. */
export interface RecordedYes {
  /** The entry that says it first: `plan/3`. */
  readonly entry: string;
  /** The step; `null`: it is the run itself, which they began. */
  readonly step: string | null;
  readonly by: string;
  /** SHA-256 of the key that it is signed with; `null`: nothing proves who it was. */
  readonly keySha256: string | null;
  /** Why it does not count; `null`: it does. */
  readonly doubt: string | null;
}

/** All that was said yes to in runs of plans, each once, verified by what the evidence holds alone. @param entries of one log or several */
export function approvalsIn(entries: readonly Entry[], readKey: ReadKey): readonly RecordedYes[] {
  const told = new Set<string>();
  return entries.flatMap((entry) => {
    const run = runIn(entry, entries);
    if (run === null) return [];
    const began = entry.kind === "plan-run-carried" ? [beganBy(run, entry, readKey)] : [];
    const said = approvalsOf(entry.body).map((approval) => saidIn(approval, { run, entry, readKey }));
    return [...began, ...said].filter((yes) => {
      const key = JSON.stringify([run.id, yes.step, yes.by, yes.keySha256, yes.doubt]);
      const isNew = !told.has(key);
      told.add(key);
      return isNew;
    });
  });
}

type RecordedRun = Pick<
  PlanRun,
  "plan" | "id" | "epoch" | "by" | "alsoBy" | "runner" | "steps" | "asks" | "begunAt"
>;

interface Recorded {
  readonly run: RecordedRun;
  readonly entry: Entry;
  readonly readKey: ReadKey;
}

function saidIn(approval: Approval, { run, entry, readKey }: Recorded): RecordedYes {
  const asks = run.asks[approval.step];
  const doubt =
    asks === undefined ? "its plan asks for no such approval" : doubtOf(approval, { run, asks, readKey });
  const keySha256 = approval.proof === null ? null : fingerprintOf(approval.proof.key, readKey);
  return { entry: entryNameText(entry), step: approval.step, by: approval.by, keySha256, doubt };
}

function beganBy(
  { plan, id, by, begunAt, runner }: RecordedRun,
  entry: Entry,
  readKey: ReadKey,
): RecordedYes {
  const isFalse = runner !== null && !isRunSigned({ plan, run: id, by, begunAt }, runner, readKey);
  const keySha256 = runner === null ? null : fingerprintOf(runner.key, readKey);
  const doubt = isFalse ? `the signature of ${by} is not over this run` : null;
  return { entry: entryNameText(entry), step: null, by, keySha256, doubt };
}

/** The run that an entry tells of, as the entry says that began to tell of it; `null`: it tells of none. */
function runIn({ log, body, sequence }: Entry, entries: readonly Entry[]): RecordedRun | null {
  const carried = entries.findLast(
    (each) =>
      each.kind === "plan-run-carried" &&
      each.log === log &&
      each.sequence <= sequence &&
      each.body["run"] === body["run"],
  );
  if (carried === undefined) return null;
  const { run: id, plan, agreed, epoch, by, alsoBy, begunAt, asks, runner } = carried.body;
  const subject = carried.subjects.find(({ name }) => name === `plan ${textOf(plan)}`);
  if (subject === undefined || typeof id !== "string" || typeof by !== "string") return null;
  if (typeof epoch !== "number") return null;
  return {
    // Entries of before a plan could be kept with a look do not say it: it is the plan itself.
    plan: typeof agreed === "string" ? agreed : `sha256:${subject.sha256}`,
    ...{ id, epoch, by, begunAt: timeOf(begunAt), steps: {} },
    alsoBy: listOf(alsoBy).map(textOf),
    runner: signedOf(runner),
    asks: Object.fromEntries(
      Object.entries(objectOf(asks) ?? {}).map(([step, each]) => [step, askingOf(each)]),
    ),
  };
}

function askingOf(value: Json): Asking {
  const { people, withinMs, approvers } = objectOf(value) ?? {};
  return {
    people: Number(people),
    within: milliseconds(timeOf(withinMs)),
    approvers: listOf(approvers).map(objectOf).map(approverOf),
  };
}

function approverOf(value: JsonObject | null): Approver {
  return { name: textOf(value?.["name"]), key: textOf(value?.["key"]) };
}

function approvalsOf({ approvals }: JsonObject): readonly Approval[] {
  return listOf(approvals).map((value) => {
    const { step, by, at, proof } = objectOf(value) ?? {};
    const { askedAt, until } = objectOf(proof) ?? {};
    const signed = signedOf(proof);
    const time = { askedAt: timeOf(askedAt), until: timeOf(until) };
    return {
      ...{ step: textOf(step), by: textOf(by), at: timeOf(at) },
      proof: signed === null ? null : { ...time, ...signed },
    };
  });
}

function signedOf(value: Json | undefined): Signed | null {
  const signed = objectOf(value);
  return signed === null ? null : { key: textOf(signed["key"]), signature: textOf(signed["signature"]) };
}

/** What is no time is none that anybody signed. */
function timeOf(value: Json | undefined): InstantMs {
  return instantMs(typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0);
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function listOf(value: Json | undefined): readonly Json[] {
  // `Array.isArray` does not narrow readonly arrays.
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function objectOf(value: Json | undefined): JsonObject | null {
  if (value === undefined || value === null || typeof value !== "object" || Array.isArray(value)) return null;
  return value as JsonObject;
}
