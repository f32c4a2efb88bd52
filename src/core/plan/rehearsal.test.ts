import { describe, expect, it } from "vitest";
import { foreseenExample } from "../../../test/foreseen-example.ts";
import { runStep } from "../../../test/sample-run.ts";
import { rehearse } from "./rehearsal.ts";

describe("a plan that is carried out on paper", () => {
  it("comes to an end in every course of an example, whatever fails and whenever its carrier is lost", () => {
    const { stages } = foreseenExample("front-door", { plan: "leave-east", scenario: "east-lost" });
    const { courses, broken } = rehearse(stages);
    expect(broken).toEqual([]);
    expect(courses).toBeGreaterThan(300);
  });

  it("has a course for each step that fails, and two for each change after which its carrier is lost", () => {
    // One step: begun, done, over; and begun, failed, stopped, over.
    expect(rehearse([[runStep("a")]]).courses).toBe(1 + 2 * 3 + 1 + 2 * 4);
  });

  it("is rehearsed with one mishap at a time where it has many steps", () => {
    const many = Array.from({ length: 40 }, (_, at) => [runStep(`step ${at}`, { attemptsMax: 3 })]);
    const { courses, broken } = rehearse(many);
    expect(broken).toEqual([]);
    expect(courses).toBe(1 + 2 * (2 * 40 + 1) + 40);
  });

  it("comes to an end where steps go on, are undone and stand beside one another", () => {
    for (const onFailure of ["stop", "undo", "go-on"] as const)
      for (const canUndo of [true, false]) {
        const both = [runStep("b", { onFailure, canUndo }), runStep("c", { onFailure, attemptsMax: 2 })];
        expect(rehearse([[runStep("a")], both, [runStep("d", { onFailure })]]).broken).toEqual([]);
      }
  });
});
