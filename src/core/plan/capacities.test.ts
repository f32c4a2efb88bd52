import { describe, expect, it } from "vitest";
import { type Edit, foreseenExample } from "../../../test/foreseen-example.ts";
import { type ForeseenPlan, standingOf } from "./foreseen.ts";
import { sectionsOf } from "./sections.ts";
import { unsetFor } from "./unset.ts";

function foretold(...edits: readonly Edit[]): ForeseenPlan {
  return foreseenExample("cold-region", { plan: "leave-east", scenario: "east-lost" }, edits);
}

function linesOf(plan: ForeseenPlan, title: string): readonly string[] {
  return sectionsOf(plan).find((section) => section.title.startsWith(title))?.lines ?? [];
}

const paid: Edit = ["capacity: reserved }", "capacity: quota, price: 4 USD/h }"];

describe("a step that scales a place", () => {
  it("says what begins to run there, and by what", () => {
    expect(linesOf(foretold(), "steps").slice(0, 2)).toEqual([
      "+ llm in west: 6 machines run, where 0 do on a good day (6 must work for it to serve)",
      "~ llm in west: scale llm west 6 (it is asked how it is, before and after; up to 15 min, 2 times; when it fails: a person decides)",
    ]);
  });

  it("says what is there once it is done, of all that is to serve elsewhere", () => {
    expect(linesOf(foretold(), "capacity")).toEqual([
      "llm in west: 6 of its machines run (0 on a good day), and 6 must work for it to serve",
      "index in west: 1 of its machines run (1 on a good day), and 1 must work for it to serve",
    ]);
    expect(linesOf(foretold(["      to: 6\n", "      share: 100 %\n"]), "capacity")[0]).toContain(
      "8 of its machines run",
    );
  });

  it("costs the machines that it starts, once, and no others", () => {
    expect(foretold(paid).costs.machines).toMatchObject([
      { component: "llm", region: "west", machines: 6, price: { microsPerHour: 24_000_000 } },
    ]);
  });

  it("stops the plan where it leaves too few, with the arithmetic", () => {
    const half = foretold(["      to: 6\n", "      share: 50 %\n"]);
    expect(standingOf(half)).toBe("stops");
    expect(half.obstacles).toContainEqual({
      effect: "stops",
      what: "step scale leaves 4 machines of llm in west (50 % of 8), and 6 must work for it to serve",
      mend: "write to: 6 or more",
    });
    expect(standingOf(foretold())).toBe("asks");
  });

  it("stops the plan where the scenario takes the place, unless it is for another region that serves, or nobody minds", () => {
    const east: Edit = [
      "component: llm\n      region: west\n      to: 6",
      "component: llm\n      region: east\n      to: 6",
    ];
    expect(foretold(east).obstacles.map(({ what }) => what)).toContain(
      "step scale acts on llm in east, which east-lost takes",
    );
    expect(standingOf(foretold([`${east[0]}\n`, `${east[1]}\n      serving: east\n`]))).toBe("asks");
    expect(standingOf(foretold([`${east[0]}\n`, `${east[1]}\n      onFailure: go-on\n`]))).toBe("asks");
  });

  it("stops the plan where no machine can be had there", () => {
    const short: Edit = [
      "failures: [{ region: east, how: lost }]",
      "failures: [{ region: east, how: lost }, { region: west, how: short-of-capacity }]",
    ];
    expect(foretold(short).obstacles.map(({ what }) => what)).toContain(
      "step scale needs machines for llm in west, of which east-lost leaves none to be had",
    );
  });

  it("can be undone where it says how, and what warms has nothing to undo", () => {
    const steps = foretold().stages.flat();
    expect(steps.map(({ name, canUndo, within }) => [name, canUndo, within])).toEqual([
      ["1 scale llm in west", true, 900_000],
      ["2-4 fail over index, llm", true, null],
      ["5 warm llm in west", true, null],
      ["6 warm index in west", true, null],
      ["7 warm gateway in west", true, null],
      ["8 verify chat", true, null],
      ["9 warm llm in west", true, null],
    ]);
    expect(steps[0]?.deed).toMatchObject({ kind: "run", wish: { step: "scale-1-llm-west" } });
    expect(steps[0]?.undo).toMatchObject({ kind: "run", wish: { step: "scale-1-llm-west-undo" } });
  });

  it("and one that warms name what they are given of the environment", () => {
    expect(unsetFor(foretold().stages, {})).toEqual(["INDEX_URL", "LLM_AUTHORIZATION", "PATH"]);
  });
});
