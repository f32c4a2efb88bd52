import { describe, expect, it } from "vitest";
import {
  type Edit,
  editedExample,
  foreseenExample,
  foreseeSettings,
} from "../../../test/foreseen-example.ts";
import { foreseenPlans, type ForeseenPlan, standingOf } from "./foreseen.ts";
import { sectionsOf } from "./sections.ts";

function foretold(scenario: string, ...edits: readonly Edit[]): ForeseenPlan {
  return foreseenExample("drained-cells", { plan: "hand-over", scenario }, edits);
}

function stopsOf(plan: ForeseenPlan): readonly string[] {
  return plan.obstacles.flatMap(({ effect, what }) => (effect === "stops" ? [what] : []));
}

describe("a plan for whichever cell is lost", () => {
  it("drains that cell at the edge and no other, and both where a region takes two", () => {
    const drained = (scenario: string): readonly (readonly string[])[] =>
      foretold(scenario).stages.map((stage) => stage.map(({ name }) => name));
    const [first, second] = drained("west-2-lost");
    expect(first).toEqual(["1 drain/route router", "2 tell/notify page"]);
    expect(second).toEqual(["3-7 fail over conversations, assistant"]);
    const [steps] = sectionsOf(foretold("west-2-lost"));
    expect(steps?.lines[0]).toMatch(/^- drain: cells\/west-2 takes no new requests/);
    const [both] = foretold("east-lost").stages;
    expect(both?.map(({ deed }) => (deed.kind === "haproxy" ? Object.keys(deed.wish.servers) : []))).toEqual([
      ["east-1"],
      ["east-2"],
      [],
    ]);
  });

  it("would stop where more cells are out than the interlock allows, with the arithmetic", () => {
    expect(standingOf(foretold("east-lost"))).toBe("asks");
    expect(stopsOf(foretold("east-lost", ["cellsDrainedMax: 2", "cellsDrainedMax: 1"]))).toEqual([
      "east-lost takes east-1, east-2: 2 of 4 cells serve nobody, and the interlock allows 1",
    ]);
    const also: Edit = [
      "lost: east-1\n      drains: [east-1]",
      "lost: east-1\n      drains: [east-1, west-1]",
    ];
    expect(stopsOf(foretold("east-lost", also))[0]).toBe(
      "east-lost takes east-1, east-2, and its steps drain west-1: 3 of 4 cells serve nobody, and the interlock allows 2",
    );
    expect(stopsOf(foretold("west-2-lost", also))).toEqual([]);
  });

  it("would stop where the cells that are left carry less than all requests, with the arithmetic", () => {
    const small: Edit = ["cell: west-2, replicas: 4", "cell: west-2, replicas: 3"];
    expect(stopsOf(foretold("east-lost", small))).toEqual([
      "assistant carries 87.5 % of 12,000,000 requests a month in the cells that are left (west-1 50 %, west-2 37.5 %)",
    ]);
    expect(stopsOf(foretold("east-1-lost", small))).toEqual([]);
    const scaled: Edit = [
      "    - { phase: plan, plan: tell, begins: beside }\n",
      `    - { phase: scale, component: assistant, region: west, cell: west-2, to: 4, within: 5 min, by: { kind: exec, command: [more] } }\n`,
    ];
    const spare: Edit = ["cell: west-2, replicas: 4", "cell: west-2, spares: 1, replicas: 3"];
    expect(stopsOf(foretold("east-lost", spare))).toHaveLength(1);
    expect(stopsOf(foretold("east-lost", spare, scaled))).toEqual([]);
    const halved: Edit = [scaled[0], scaled[1].replace("cell: west-2, to: 4", "to: 4")];
    expect(stopsOf(foretold("east-lost", halved))).toEqual([
      "assistant carries 50 % of 12,000,000 requests a month in the cells that are left (west-1 25 %, west-2 25 %)",
    ]);
  });

  it("is what is foretold, and not its parts by themselves", () => {
    const plans = foreseenPlans(editedExample("drained-cells", []), foreseeSettings).map(({ plan }) => plan);
    expect([...new Set(plans)]).toEqual(["hand-over"]);
  });

  it("is another plan when a step is changed that this scenario does not call for", () => {
    const edit: Edit = [
      "servers: [{ name: east-2, state: drain }]",
      "servers: [{ name: east-2, state: maint }]",
    ];
    const [own] = foretold("west-2-lost").restsOn;
    expect(own?.what).toBe("RecoveryPlan hand-over");
    expect(foretold("west-2-lost", edit).restsOn[0]).not.toEqual(own);
    expect(foretold("west-2-lost", edit).stages).toEqual(foretold("west-2-lost").stages);
  });
});
