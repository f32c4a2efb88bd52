import { describe, expect, it } from "vitest";
import { newRun, runStep } from "../../../test/sample-run.ts";
import { instantMs, milliseconds } from "../units/units.ts";
import type { JourneyForecast, ModeForecast } from "./forecasts.ts";
import { judgedIn, objectivesOf } from "./objectives.ts";
import { type PlanRun, runOf, type RunEnd, type RunObjective, type StepStanding } from "./run.ts";

const mode: ModeForecast = {
  ...{ mode: "smaller-model", isVerified: true, sooner: null, outcome: "recovers", because: [] },
  ...{ p95Seconds: 300, objectiveSeconds: 900, verdict: "met" },
};
const forecast: JourneyForecast = {
  ...{ journey: "chat", outcome: "recovers", because: [], loss: null },
  time: { phases: [], p95Seconds: 1_800, objectiveSeconds: 2_400, verdict: "met" },
  modes: [mode, { ...mode, mode: "cached", objectiveSeconds: null }, { ...mode, mode: "static" }],
};

/** Declared of `chat`: back within a minute, a smaller model within 20 s, and a static page within 10 s. */
const declared: readonly RunObjective[] = [
  { journey: "chat", mode: null, rto: milliseconds(60_000), fuller: [] },
  { journey: "chat", mode: "smaller-model", rto: milliseconds(20_000), fuller: [null] },
  { journey: "chat", mode: "static", rto: milliseconds(10_000), fuller: [null, "smaller-model"] },
];
const stages = ["static", "smaller-model", null] as const;
const wrong: StepStanding = { kind: "failed", because: "0 of 1 answers are good" };

/** @param shown when the step that shows a static page, a smaller model and the whole was done, in ms after the run began; or how it stands */
function run(shown: readonly (number | StepStanding)[], end: RunEnd | null = "done"): PlanRun {
  const steps = shown.map((_, at) =>
    runStep(String(at), { shows: [{ journey: "chat", mode: stages[at] ?? null }] }),
  );
  const standings = shown.map((each, at): readonly [string, StepStanding] => [
    String(at),
    typeof each === "number" ? { kind: "done", at: instantMs(newRun.begunAt + each) } : each,
  ]);
  const begun = runOf([steps], { ...newRun, objectives: declared });
  return { ...begun, steps: Object.fromEntries(standings), end };
}

function verdicts(of: PlanRun): Readonly<Record<string, string>> {
  return Object.fromEntries(judgedIn(of).map((each) => [each.mode ?? "whole", each.verdict]));
}

describe("what the times of a run are judged by", () => {
  it("is the RTO of each journey and of each mode that has one, with all that gives more", () => {
    expect(objectivesOf([forecast])).toEqual([
      { journey: "chat", mode: null, rto: 2_400_000, fuller: [] },
      { journey: "chat", mode: "smaller-model", rto: 900_000, fuller: [null] },
      { journey: "chat", mode: "static", rto: 900_000, fuller: [null, "smaller-model", "cached"] },
    ]);
  });

  it("is nothing of what is foretold to go on, or not to come back, but for a mode that the plan shows", () => {
    const on = { ...mode, outcome: "untouched" } as const;
    const modes = [on, { ...on, mode: "static", isVerified: false }];
    const told = objectivesOf([{ ...forecast, outcome: "impossible", time: null, modes }]);
    expect(told.map((each) => each.mode)).toEqual(["smaller-model"]);
  });
});

describe("a run held against what is declared", () => {
  it("has met an RTO to the millisecond, and missed it by all that is over, counted from when it began", () => {
    expect(judgedIn(run([10_000, 20_001, 90_000]))).toEqual([
      {
        ...{ journey: "chat", mode: null, rto: 60_000, isVerified: true, verdict: "missed" },
        ...{ after: 90_000, by: { mode: null }, missedBy: 30_000 },
      },
      {
        ...{ journey: "chat", mode: "smaller-model", rto: 20_000, isVerified: true, verdict: "missed" },
        ...{ after: 20_001, by: { mode: "smaller-model" }, missedBy: 1 },
      },
      {
        ...{ journey: "chat", mode: "static", rto: 10_000, isVerified: true, verdict: "met" },
        ...{ after: 10_000, by: { mode: "static" }, missedBy: null },
      },
    ]);
  });

  it("has not shown what answered 200 and wrongly, once it is over; until then it may", () => {
    expect(verdicts(run([5_000, wrong, wrong]))).toEqual({
      ...{ whole: "not-shown", "smaller-model": "not-shown", static: "met" },
    });
    expect(verdicts(run([5_000, { kind: "waiting" }, { kind: "waiting" }], null))).toEqual({
      ...{ whole: "open", "smaller-model": "open", static: "met" },
    });
  });

  it("counts what gives more and is there sooner for each lesser mode", () => {
    const [, smaller, still] = judgedIn(run([40_000, 30_000, 8_000]));
    expect(smaller).toMatchObject({ verdict: "met", after: 8_000, by: { mode: null } });
    expect(still).toMatchObject({ verdict: "met", after: 8_000, by: { mode: null } });
    // What gives less says nothing of what gives more.
    expect(verdicts(run([1_000, wrong, wrong]))).toMatchObject({ whole: "not-shown" });
  });

  it("does not say that a mode was late which was not shown, where what gives more was", () => {
    const [whole, smaller, still] = judgedIn(run([wrong, wrong, 50_000]));
    expect(whole).toMatchObject({ verdict: "met" });
    for (const each of [smaller, still])
      expect(each).toMatchObject({ verdict: "not-shown", after: null, by: null, missedBy: null });
  });

  it("takes nothing of one journey for another", () => {
    const alone = run([1, 2, 3]);
    const objectives = declared.map((each) => ({ ...each, journey: "sign-in" }));
    expect(verdicts({ ...alone, objectives })).toEqual({
      ...{ whole: "not-shown", "smaller-model": "not-shown", static: "not-shown" },
    });
  });

  it("tells a mode that no step of the plan shows", () => {
    const [, smaller] = judgedIn(run([5_000]));
    expect(smaller).toMatchObject({ isVerified: false, verdict: "not-shown" });
  });

  it("judges nothing by clocks that have it back before the run began", () => {
    expect(judgedIn(run([-1, 20_000, 60_000]))[2]).toMatchObject({
      ...{ verdict: "unmeasured", after: null, by: { mode: "static" }, missedBy: null },
    });
    // What gives more was measured, and was there in time.
    expect(judgedIn(run([-1, 9_000, 60_000]))[2]).toMatchObject({ verdict: "met", after: 9_000 });
    expect(verdicts(run([1, 2, -1]))).toEqual({ whole: "unmeasured", "smaller-model": "met", static: "met" });
  });

  it("is judged by nothing where it was begun before any of that was written down", () => {
    expect(judgedIn(runOf([[runStep("0", { shows: [{ journey: "chat", mode: null }] })]], newRun))).toEqual(
      [],
    );
  });
});
