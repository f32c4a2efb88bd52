import { describe, expect, it } from "vitest";
import { type Edit, editedExample, foreseenExample } from "../../../test/foreseen-example.ts";
import type { TimeForecast } from "../plan/forecasts.ts";
import { the } from "../model/model.ts";
import { outsidePieces } from "./outside-pieces.ts";

const terraformAlone: Edit = [
  "      begins: beside\n      needs: [desk]\n      within: 10 min",
  "      needs: [desk]\n      within: 10 min",
];

function pieces(...edits: readonly Edit[]): readonly (readonly [string, string, string])[] {
  const model = editedExample("front-door", edits);
  return outsidePieces(the(model.plans, "leave-east").steps).map(({ what, phase, kind }) => [
    what,
    phase,
    kind,
  ]);
}

describe("steps that the failover engine has no part in", () => {
  it("take their time one after another, the slowest of those beside one another; nobody waits for a notification", () => {
    const rest = [
      ["route gateway", "route", "estimated"],
      ["wait resolvers-forget", "route", "declared"],
      ["verify chat", "verify", "declared"],
      ["gitops east-stays-out", "route", "declared"],
    ];
    expect(pieces()).toEqual([
      ["approve spend", "decide", "declared"],
      ["terraform more-machines", "route", "declared"],
      ...rest,
    ]);
    expect(pieces(terraformAlone)).toEqual([
      ["approve spend", "decide", "declared"],
      ["run raise-quota", "route", "declared"],
      ["terraform more-machines", "route", "declared"],
      ...rest,
    ]);
  });

  it("are not beside what stands before a notification that they are beside", () => {
    const beside: Edit = [
      "      name: east-stays-out\n",
      "      name: east-stays-out\n      begins: beside\n",
    ];
    expect(pieces(beside).at(-1)).toEqual(["gitops east-stays-out", "route", "declared"]);
  });

  it("take anything up to their bound where nothing else is said", () => {
    const [, , route] = outsidePieces(the(editedExample("front-door", []).plans, "leave-east").steps);
    expect(route).toMatchObject({
      time: { kind: "uniform", from: 0, to: 10 },
      because: "anything up to its bound of 10 s: takes is not declared",
    });
  });

  it("hold a recovery up, and are held against every attempt that they have", () => {
    const asked = { plan: "leave-east", scenario: "east-lost" };
    const timed = (...edits: readonly Edit[]): TimeForecast => {
      const time = foreseenExample("front-door", asked, edits).forecasts[0]?.time ?? null;
      if (time === null) throw new Error("the journey comes back");
      return time;
    };
    const quick: Edit = ['takes: "3 min, p95 10 min"', "takes: 1 s"];
    const untold: Edit = ["      within: 30 s\n", "      within: 30 min\n      takes: 20 min\n"];
    const { p95Seconds, phases } = timed();
    expect(p95Seconds - timed(quick).p95Seconds).toBeGreaterThan(180);
    expect(timed(["takes: 2 min to 4 min", "takes: 9 min"]).p95Seconds - p95Seconds).toBeGreaterThan(300);
    expect(timed(untold).p95Seconds).toBe(p95Seconds);
    const bounds = new Map(phases.map(({ phase, withinSeconds }) => [phase, withinSeconds]));
    expect(bounds.get("route")).toBe(600 + 3 * 10 + 30 + 2 * 60);
    expect(bounds.get("decide")).toBeNull();
    const verify = phases.find(({ phase }) => phase === "verify");
    const engineAlone = timed([
      `      takes: 30 s\n      onFailure: go-on`,
      "      takes: 40 s\n      onFailure: go-on",
    ]);
    expect(engineAlone.p95Seconds - p95Seconds).toBeCloseTo(10, 3);
    expect(verify?.withinSeconds).toBe(10 + 300);
    // What the plan shows by its own means stands for the one request that is assumed where it shows nothing.
    const own: Edit = ["    - { phase: verify, journey: chat, within: 10 s }\n", ""];
    expect(p95Seconds - timed(own).p95Seconds).toBeCloseTo(1, 3);
  });
});
