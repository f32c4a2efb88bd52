import { describe, expect, it } from "vitest";
import { newRun, runStep } from "../../../test/sample-run.ts";
import { instantMs, type Milliseconds, milliseconds, monotonicMs } from "../units/units.ts";
import { type PlanRun, runOf, type StepStanding } from "./run.ts";
import { beatenRun, countOf, waitedBy } from "./waited.ts";

const since = instantMs(1_000_000);

function runWith(standing: StepStanding): PlanRun {
  return { ...runOf([[runStep("settle"), runStep("other")]], newRun), steps: { settle: standing } };
}

function underWay(waited?: Milliseconds): PlanRun {
  const standing: StepStanding = { kind: "under-way", attempt: 1, since };
  return runWith(waited === undefined ? standing : { ...standing, waited });
}

describe("what a step under way has waited", () => {
  it("is counted by the clock of whoever carries it out, on from what was shown before", () => {
    expect(waitedBy(countOf(underWay(), "settle", monotonicMs(500)), monotonicMs(1_700))).toBe(1_200);
    const taken = countOf(underWay(milliseconds(1_200)), "settle", monotonicMs(9));
    expect(waitedBy(taken, monotonicMs(309))).toBe(1_500);
  });

  it("begins anew with each attempt, and where nobody has shown any", () => {
    const over = runWith({ kind: "failed", because: "it was late" });
    expect(countOf(over, "settle", monotonicMs(3)).before).toBe(0);
    expect(countOf(underWay(), "settle", monotonicMs(3)).before).toBe(0);
    expect(countOf(underWay(), "nothing", monotonicMs(3)).before).toBe(0);
  });

  it("is shown with each beat, in whole milliseconds that have passed, and never less than before", () => {
    const counts = new Map([["settle", countOf(underWay(), "settle", monotonicMs(0))]]);
    const first = beatenRun(underWay(), counts, monotonicMs(2_000.9));
    expect(first).toMatchObject({ beat: 1, steps: { settle: { kind: "under-way", since, waited: 2_000 } } });
    const earlier = beatenRun(first, counts, monotonicMs(1_000));
    expect(earlier).toMatchObject({ beat: 2, steps: { settle: { waited: 2_000 } } });
  });

  it("is not shown of a step that is over", () => {
    const counts = new Map([["settle", countOf(underWay(), "settle", monotonicMs(0))]]);
    const done = runWith({ kind: "done", at: since });
    expect(beatenRun(done, counts, monotonicMs(2_000)).steps).toEqual(done.steps);
  });
});
