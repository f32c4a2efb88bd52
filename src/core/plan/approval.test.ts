import { describe, expect, it } from "vitest";
import { newRun, runStep } from "../../../test/sample-run.ts";
import { instantMs, milliseconds } from "../units/units.ts";
import { approvedRun, askingSteps, missingApprovals } from "./approval.ts";
import { decideRun, type PlanRun, runOf, type Stages, type StepStanding } from "./run.ts";

const now = instantMs(1_000_000);
const within = milliseconds(60_000);

const stages: Stages = [
  [runStep("spend", { asks: { people: 2, within } }), runStep("warm")],
  [runStep("route")],
];

function asking(): PlanRun {
  const fresh = runOf(stages, newRun);
  const { next } = decideRun(stages, fresh, now);
  if (next === null) throw new Error("it begins");
  return next;
}

function yes(run: PlanRun, by: string, at = now): PlanRun {
  const approved = approvedRun(run, { step: "spend", by, at });
  if (approved.kind === "refused") throw new Error(approved.because);
  return approved.run;
}

describe("a step that asks for approvals", () => {
  it("has them once enough people have said yes, none of them the one who runs the plan", () => {
    const run = asking();
    expect(askingSteps(run)).toEqual(["spend"]);
    expect(missingApprovals(run, "spend")).toBe(2);
    expect(missingApprovals(yes(run, "bob"), "spend")).toBe(1);
    expect(missingApprovals(yes(yes(run, "bob"), "carl"), "spend")).toBe(0);
    expect(approvedRun(run, { step: "spend", by: "ada", at: now })).toEqual({
      kind: "refused",
      because: "ada runs the plan, and cannot approve what it asks of others",
    });
  });

  it("counts nobody twice", () => {
    expect(approvedRun(yes(asking(), "bob"), { step: "spend", by: "bob", at: now })).toEqual({
      kind: "refused",
      because: "bob has approved spend already",
    });
  });

  it("takes none that comes late, and none that a step does not ask for", () => {
    const late = { step: "spend", by: "bob", at: instantMs(now + within + 1) };
    expect(approvedRun(asking(), late)).toEqual({
      kind: "refused",
      because: "the time in which spend could be approved is over",
    });
    expect(approvedRun(asking(), { ...late, at: instantMs(now + within) }).kind).toBe("approved");
    for (const name of ["warm", "route", "nothing"])
      expect(approvedRun(asking(), { step: name, by: "bob", at: now })).toEqual({
        kind: "refused",
        because: `${name} does not ask for it now`,
      });
  });

  it("asks anew when it begins anew: what was said yes to before does not count", () => {
    const run = yes(asking(), "bob");
    const later = instantMs(now + 5_000);
    const standing: StepStanding = { kind: "under-way", attempt: 1, since: later };
    const again: PlanRun = { ...run, steps: { ...run.steps, spend: standing } };
    expect(missingApprovals(again, "spend")).toBe(2);
    expect(missingApprovals(yes(again, "bob", later), "spend")).toBe(1);
  });
});
