import { type Entry, entryNameText, type Json, type JsonObject } from "../evidence/evidence.ts";
import type { Approver } from "../model/approver.ts";
import { type InstantMs, instantMs, milliseconds } from "../units/units.ts";
import { doubtOf, doubtOfWithdrawal } from "./approval-doubts.ts";
import type { Approval, Asking, PlanRun, Withdrawal } from "./run.ts";
import { fingerprintOf, isRunSigned, type ReadKey, type Signed } from "./signed-approval.ts";

/** What evidence holds of somebody who began a run, has said yes to a step of it, or has taken that back. */
export interface RecordedYes {
  /** The entry that says it first: `plan/3`. */
  readonly entry: string;
  readonly deed: "began" | "approved" | "withdrew";
  /** The step; `null`: it is the run itself, which they began. */
  readonly step: string | null;
  readonly by: string;
  /** When, as they say it themselves. */
  readonly at: InstantMs;
  /** SHA-256 of the key that it is signed with; `null`: nothing proves who it was. */
  readonly keySha256: string | null;
  /** Why it does not count; `null`: it does. */
  readonly doubt: string | null;
}

/** All that was said yes to in runs of plans, and taken back, each once, verified by what the evidence holds alone. @param entries of one log or several */
export function approvalsIn(entries: readonly Entry[], readKey: ReadKey): readonly RecordedYes[] {
  const told = new Set<string>();
  return entries.flatMap((entry) => {
    const run = runIn(entry, entries);
    if (run === null) return [];
    const began = entry.kind === "plan-run-carried" ? [beganBy(run, entry, readKey)] : [];
    const said = approvalsOf(entry.body).flatMap((approval) => saidIn(approval, { run, entry, readKey }));
    return [...began, ...said].filter((yes) => {
      const key = JSON.stringify([run.id, yes.deed, yes.step, yes.by, yes.at, yes.keySha256, yes.doubt]);
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

function saidIn(approval: Approval, { run, entry, readKey }: Recorded): readonly RecordedYes[] {
  const { step, by, at, proof, withdrawn } = approval;
  const asks = run.asks[step];
  const doubt =
    asks === undefined ? "its plan asks for no such approval" : doubtOf(approval, { run, asks, readKey });
  const said = { entry: entryNameText(entry), step, by };
  const yes = { ...said, deed: "approved" as const, at, keySha256: sha256Of(proof, readKey), doubt };
  if (withdrawn === null) return [yes];
  const against = asks === undefined ? null : doubtOfWithdrawal(approval, { run, asks, readKey });
  const keySha256 = sha256Of(withdrawn.proof, readKey);
  return [yes, { ...said, deed: "withdrew", at: withdrawn.at, keySha256, doubt: doubt ?? against }];
}

function sha256Of(proof: Signed | null, readKey: ReadKey): string | null {
  return proof === null ? null : fingerprintOf(proof.key, readKey);
}

function beganBy(
  { plan, id, by, begunAt, runner }: RecordedRun,
  entry: Entry,
  readKey: ReadKey,
): RecordedYes {
  const isFalse = runner !== null && !isRunSigned({ plan, run: id, by, begunAt }, runner, readKey);
  const doubt = isFalse ? `the signature of ${by} is not over this run` : null;
  const began = { entry: entryNameText(entry), deed: "began" as const, step: null, by, at: begunAt };
  return { ...began, keySha256: sha256Of(runner, readKey), doubt };
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
    const { step, by, at, proof, withdrawn } = objectOf(value) ?? {};
    const { askedAt, until } = objectOf(proof) ?? {};
    const signed = signedOf(proof);
    const time = { askedAt: timeOf(askedAt), until: timeOf(until) };
    return {
      ...{ step: textOf(step), by: textOf(by), at: timeOf(at) },
      proof: signed === null ? null : { ...time, ...signed },
      withdrawn: withdrawalOf(objectOf(withdrawn)),
    };
  });
}

function withdrawalOf(value: JsonObject | null): Withdrawal | null {
  return value === null ? null : { at: timeOf(value["at"]), proof: signedOf(value["proof"]) };
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
