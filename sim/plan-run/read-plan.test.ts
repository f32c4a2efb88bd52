import { describe, expect, it } from "vitest";
import { Random } from "../random.ts";
import { drawnPlan } from "./drawn-plan.ts";
import { planOf, smallerPlans } from "./read-plan.ts";
import { outsideSteps, usualPlan } from "./simulated-plan.ts";

describe("a plan of a story", () => {
  it("is read from its words", () => {
    const { stages } = planOf(
      "scale:undo:tries-2:no-way-back | sign:asks-2-1500 settle:waits-300 | over:engine:go-on",
    );
    const kinds = stages.map((stage) => stage.map(({ name, doing, lasts }) => [name, doing, lasts]));
    expect(kinds).toEqual([
      [["scale", "changes", 0]],
      [
        ["sign", "asks", 1_500],
        ["settle", "waits", 300],
      ],
      [["over", "fails-over", 0]],
    ]);
    expect(stages[0]?.[0]).toMatchObject({ onFailure: "undo", attemptsMax: 2, canUndo: false });
    expect(stages[1]?.[0]?.asks).toEqual({ people: 2, within: 1_500, approvers: [] });
    expect(() => planOf("scale:sometimes")).toThrow('no step of a plan is said to be "sometimes"');
  });

  it("is made smaller by a stage or a step, and stays one", () => {
    expect(smallerPlans("a b | c:undo")).toEqual(["c:undo", "a b", "b | c:undo", "a | c:undo"]);
    expect(smallerPlans("a")).toEqual([]);
    for (const smaller of smallerPlans(usualPlan)) expect(() => planOf(smaller)).not.toThrow();
  });

  it("is drawn with one engine at most, and each of its steps once", () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const { stages } = planOf(drawnPlan(new Random(seed)));
      const steps = stages.flat();
      expect(new Set(steps.map(({ name }) => name)).size).toBe(steps.length);
      expect(steps.filter(({ doing }) => doing === "fails-over").length).toBeLessThanOrEqual(1);
    }
  });

  it("of a platform in cells is what the product makes of it: the steps for the cells that are lost", () => {
    const region = planOf("cells east-lost max-2");
    expect(region.stops).toBeNull();
    expect(region.cells).toMatchObject({ taken: ["east-1", "east-2"], drainedMax: 2 });
    expect([...(region.cells?.drainedBy.values() ?? [])].flat()).toEqual(["east-1", "east-2"]);
    expect(outsideSteps(region)).toEqual([
      "1 drain/route router",
      "2 drain/route router",
      "3 tell/notify page",
    ]);
    const more = planOf("cells east-lost max-2 also-west-1");
    expect(more.stops).toContain("3 of 4 cells serve nobody, and the interlock allows 2");
    expect(planOf("cells west-2-lost max-1 also-west-1").stops).toBeNull();
  });
});
