import { describe, expect, it } from "vitest";
import type { DrillOutcome } from "../runtime/drill.ts";
import { type Carried, restoreOf, unknownDrill } from "./drill-run.ts";

function carried(fault: DrillOutcome["fault"], successor: string | null): Carried {
  // Nothing else of an outcome is asked for.
  return { status: 0, outcome: { fault, successor } as DrillOutcome };
}

describe("what is said to type after a drill", () => {
  it("brings back the region that it has left dead", () => {
    const [[command] = [""]] = restoreOf(carried({ region: "east", how: "lost" }, "west"), "my lab");
    expect(command).toBe("holdfast lab restore east --dir 'my lab'");
  });

  it.each<[string, Carried]>([
    ["was frozen, and thawed", carried({ region: "east", how: "frozen" }, "west")],
    ["was brought back, for nobody took over", carried({ region: "east", how: "lost" }, null)],
    ["was never struck", { status: 1, outcome: null }],
  ])("brings back no region that %s", (_what, each) => {
    expect(restoreOf(each, ".holdfast/lab")).toEqual([]);
  });
});

describe("a drill that is not declared", () => {
  it("names those that are", () => {
    expect(unknownDrill("x", ["freeze", "loss"]).mend).toContain("name one of freeze, loss, or");
  });

  it("guesses which was meant, where the way on is told", () => {
    const { what, mend } = unknownDrill("los", ["freeze", "loss"]);
    expect(what).toBe('no drill is named "los"');
    expect(mend).toMatch(/^did you mean "loss"\? name one of /);
  });

  it("names no empty list where the workspace declares none", () => {
    const { what, mend } = unknownDrill("x", []);
    expect(what).toBe('no drill is named "x", and the workspace declares none');
    expect(mend).not.toContain("one of");
    expect(mend).toContain("kind: Drill");
    expect(mend).toContain("--workspace");
  });
});
