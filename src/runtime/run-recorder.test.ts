import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { newRun, runStep } from "../../test/sample-run.ts";
import type { NewEntry } from "../core/evidence/evidence.ts";
import type { Appended, EvidenceLog } from "../core/evidence/ports.ts";
import { decideRun, runOf, type Stages } from "../core/plan/run.ts";
import type { Parsed, Problem } from "../core/problem/problem.ts";
import { instantMs, milliseconds } from "../core/units/units.ts";
import { RunRecorder } from "./run-recorder.ts";

const stages: Stages = [
  [runStep("fence", { shows: [{ journey: "chat", mode: "static" }] })],
  [runStep("route", { shows: [{ journey: "chat", mode: null }] })],
];
const objectives = [{ journey: "chat", mode: "static", rto: milliseconds(10_000), fuller: [null] }];
const fresh = runOf(stages, { ...newRun, objectives });
const begun = decideRun(stages, fresh, instantMs(5)).next ?? fresh;
const over = {
  ...begun,
  steps: { ...begun.steps, fence: { kind: "done", at: instantMs(newRun.begunAt + 12_000) } },
  end: "stopped",
} as const;
const plan = { name: "leave-east", scenario: "east-lost", hash: "sha256:ab" };
const full: Problem = { code: "evidence/unwritten", what: "no space", where: null, why: "", mend: "" };

class Log implements EvidenceLog {
  readonly entries: NewEntry[] = [];
  readonly #isFull: boolean;

  constructor(isFull = false) {
    this.#isFull = isFull;
  }

  append(entry: NewEntry): Promise<Appended> {
    if (this.#isFull) return Promise.resolve({ kind: "failed", problem: full });
    this.entries.push(entry);
    const name = { log: "plan", sequence: this.entries.length };
    return Promise.resolve({ kind: "sealed", entry: name, head: this.head() });
  }

  head(): ReturnType<EvidenceLog["head"]> {
    return { log: "plan", size: this.entries.length, root: "" };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Opens a log, after so many who hold it have let it go. */
function opening(log: EvidenceLog, heldTimes = 0): () => Promise<Parsed<EvidenceLog>> {
  let held = heldTimes;
  return () => {
    held -= 1;
    return Promise.resolve(held >= 0 ? { ok: false, problems: [full] } : { ok: true, value: log });
  };
}

describe("evidence of a run", () => {
  it("has all of it first, and then what has changed, each bound to the plan", async () => {
    const log = new Log();
    const recorder = new RunRecorder(opening(log), plan, () => undefined);
    for (const run of [fresh, begun, over]) recorder.note(run);
    await recorder.close();
    expect(log.entries.map(({ kind }) => kind)).toEqual([
      "plan-run-carried",
      "plan-run-changed",
      "plan-run-ended",
    ]);
    const [first, second, third] = log.entries;
    expect(first?.body).toMatchObject({
      ...{ run: "a run", plan: "leave-east", scenario: "east-lost", by: "ada", epoch: 7, from: "east" },
      steps: { fence: { kind: "waiting" }, route: { kind: "waiting" } },
    });
    expect(second?.body["steps"]).toEqual({ fence: { kind: "under-way", attempt: 1, since: 5 } });
    expect(third?.body).toMatchObject({ epoch: 7, end: "stopped", steps: { fence: { kind: "done" } } });
    expect(third?.body).toMatchObject({
      back: [{ journey: "chat", mode: "static", afterMs: 12_000, kind: "measured" }],
      notShown: [{ journey: "chat", mode: null }],
      objectives: [
        {
          ...{ journey: "chat", mode: "static", isVerified: true, verdict: "missed", by: { mode: "static" } },
          ...{ rtoMs: 10_000, countedFrom: "begunAt", afterMs: 12_000, missedByMs: 2_000 },
        },
      ],
    });
    expect(log.entries.every(({ subjects = [] }) => subjects[0]?.sha256 === "ab")).toBe(true);
  });

  it("that cannot be kept is told once, and holds nothing up", async () => {
    const told: string[] = [];
    const recorder = new RunRecorder(opening(new Log(true)), plan, ({ what }) => told.push(what));
    for (const run of [fresh, begun, over]) recorder.note(run);
    await recorder.close();
    await Promise.resolve();
    expect(told).toEqual(["no space"]);
  });

  it("waits for whoever carried the run out before, loses nothing by that, and is told when it never can", async () => {
    const log = new Log();
    const told: string[] = [];
    const recorder = new RunRecorder(opening(log, 1), plan, ({ what }) => told.push(what));
    recorder.note(fresh);
    recorder.note(begun);
    await pause(700);
    await recorder.close();
    expect(log.entries.map(({ kind }) => kind)).toEqual(["plan-run-carried", "plan-run-changed"]);
    expect(told).toEqual([]);
    const never = new RunRecorder(opening(log, 100), plan, ({ what }) => told.push(what));
    never.note(fresh);
    await never.close();
    expect(told).toEqual(["no space"]);
  });
});
