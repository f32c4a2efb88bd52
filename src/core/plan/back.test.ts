import { describe, expect, it } from "vitest";
import { newRun, runStep } from "../../../test/sample-run.ts";
import { instantMs } from "../units/units.ts";
import { backIn, unshownIn } from "./back.ts";
import { type PlanRun, runOf, type Shown, type StepStanding } from "./run.ts";

const whole: Shown = { journey: "chat", mode: null };
const still: Shown = { journey: "chat", mode: "static" };

function done(after: number): StepStanding {
  return { kind: "done", at: instantMs(newRun.begunAt + after) };
}

function run(...steps: readonly (readonly [readonly Shown[], StepStanding])[]): PlanRun {
  const stages = steps.map(([shows], at) => [runStep(String(at), { shows })]);
  const standings = steps.map(([, standing], at) => [String(at), standing] as const);
  return { ...runOf(stages, newRun), steps: Object.fromEntries(standings) };
}

describe("what a run has shown to be back", () => {
  it("is told with the time since the run began, the soonest first", () => {
    expect(backIn(run([[whole], done(41_000)], [[still], done(12_000)], [[], done(1)]))).toEqual([
      { ...still, after: 12_000 },
      { ...whole, after: 41_000 },
    ]);
  });

  it("is back once the last step that is to show it has", () => {
    expect(backIn(run([[whole], done(3_000)], [[whole], done(5_000)]))).toEqual([{ ...whole, after: 5_000 }]);
    const underWay: StepStanding = { kind: "under-way", attempt: 1, since: newRun.begunAt };
    expect(backIn(run([[whole], done(3_000)], [[whole], underWay]))).toEqual([]);
  });

  it("is told with no time where a clock was set back so far that it would have been before the run began", () => {
    expect(backIn(run([[still], done(-1)], [[whole], done(2_000)]))).toEqual([
      { ...whole, after: 2_000 },
      { ...still, after: null },
    ]);
  });

  it.each<readonly [string, StepStanding]>([
    ["failed, and the run has gone on", { kind: "failed", because: "wrong answers" }],
    ["was undone", { kind: "undone" }],
    ["is to come", { kind: "waiting" }],
    ["was called for by no region", { kind: "skipped", because: "central serves" }],
  ])("is not back where what is to show it %s", (_, standing) => {
    const shown = run([[still], done(1_000)], [[whole], standing]);
    expect(backIn(shown)).toEqual([{ ...still, after: 1_000 }]);
    expect(unshownIn(shown)).toEqual([whole]);
  });

  it("is back where another step shows it that was called for", () => {
    const skipped: StepStanding = { kind: "skipped", because: "central serves" };
    expect(backIn(run([[whole], skipped], [[whole], done(2_000)]))).toEqual([{ ...whole, after: 2_000 }]);
  });
});
