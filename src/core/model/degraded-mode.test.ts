import { describe, expect, it } from "vitest";
import { componentOf, journeyOf, needOf, platformOf } from "../../../test/sample-model.ts";
import { inMode } from "./degraded-mode.ts";
import { type DegradedMode, type Model, the } from "./model.ts";

const gateway = componentOf("gateway", {
  needs: [
    { ...needOf("search"), fallbacks: ["cache"] },
    { ...needOf("large"), fallbacks: ["small", "cache"] },
    needOf("store"),
  ],
});
const model: Model = {
  platform: platformOf([]),
  components: new Map(
    [gateway, ...["search", "large", "small", "cache", "store"].map((name) => componentOf(name))].map(
      (each) => [each.name, each],
    ),
  ),
  ...{ journeys: new Map(), policies: new Map(), scenarios: new Map(), risks: new Map(), plans: new Map() },
  ...{ drills: new Map(), budgetPolicies: new Map(), options: new Map() },
};

function needsIn(part: Partial<DegradedMode>): readonly (readonly string[])[] {
  const mode: DegradedMode = { name: "less", description: "", without: [], instead: [], rto: {}, ...part };
  const { needs } = the(inMode(model, journeyOf("chat"), mode).components, "gateway");
  return needs.map(({ component, fallbacks }) => [component, ...fallbacks]);
}

describe("the platform as a journey needs it in a degraded mode", () => {
  it("needs nothing of what it does without, neither first nor as a fallback", () => {
    expect(needsIn({ without: ["search", "small"] })).toEqual([["large", "cache"], ["store"]]);
  });

  it("needs what stands in, and falls back on nothing that is stood in for", () => {
    expect(needsIn({ instead: [{ of: "search", by: "cache" }] })).toEqual([
      ["cache"],
      ["large", "small", "cache"],
      ["store"],
    ]);
    expect(needsIn({ instead: [{ of: "cache", by: "store" }] })).toEqual([
      ["search"],
      ["large", "small"],
      ["store"],
    ]);
  });

  it("is entered by what stands in for the entry", () => {
    const mode = {
      name: "less",
      description: "",
      without: [],
      instead: [{ of: "gateway", by: "cache" }],
      rto: {},
    };
    expect(the(inMode(model, journeyOf("chat"), mode).journeys, "chat").entry).toBe("cache");
    expect(the(inMode(model, journeyOf("chat", { entry: "small" }), mode).journeys, "chat").entry).toBe(
      "small",
    );
  });
});
