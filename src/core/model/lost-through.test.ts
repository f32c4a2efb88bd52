import { describe, expect, it } from "vitest";
import {
  componentOf,
  lost,
  needOf,
  placementIn,
  platformOf,
  regionOf,
  sampleReliability,
  scenarioOf,
} from "../../../test/sample-model.ts";
import { lossPath, regionsLossPath } from "./lost-through.ts";
import { type Fate, type Failure, type Model, type Scenario, the } from "./model.ts";

const regions = [
  regionOf("east", { provider: "one", zones: ["a", "b"] }),
  regionOf("west", { provider: "one" }),
  regionOf("central", { provider: "two" }),
];

function fate(name: string, covers: Partial<Fate["covers"]>, stops: Fate["stops"] = "serving"): Fate {
  return {
    ...{ name, description: "", type: "identity", failure: sampleReliability, stops },
    covers: { providers: [], regions: [], components: [], ...covers },
  };
}

const components = [
  componentOf("gateway", { placements: [placementIn("central")], needs: [needOf("identity")] }),
  componentOf("identity", {
    placements: [placementIn("east", { zones: ["a", "b"] })],
    needs: [needOf("store"), needOf("vendor")],
  }),
  componentOf("store", { placements: [placementIn("east", { cell: "cell-1" }), placementIn("west")] }),
  componentOf("vendor", {
    placements: [placementIn("central")],
    api: { vendor: "they", hostedBy: "one", quota: null, qualityGate: null, residency: null },
  }),
];

const model: Model = {
  platform: platformOf(regions, {
    fates: [
      fate("sign-in", { components: ["identity"] }),
      fate("grid", { regions: ["east", "west"] }),
      fate("control-plane", { providers: ["one"] }, "recovery"),
    ],
  }),
  components: new Map(components.map((each) => [each.name, each])),
  ...{ journeys: new Map(), policies: new Map(), scenarios: new Map(), risks: new Map() },
  ...{ budgetPolicies: new Map(), plans: new Map(), drills: new Map(), options: new Map() },
};

function day(...failures: readonly [Failure, ...Failure[]]): Scenario {
  return scenarioOf("bad-day", failures);
}

const how = "lost";
const zone = (name: string): Failure => ({ kind: "zone", region: "east", zone: name, how });

describe("the path to a component that a scenario takes", () => {
  const cases: readonly (readonly [what: string, gone: string, scenario: Scenario, path: string])[] = [
    ["its region", "identity", day(lost("east")), "gateway > identity > east"],
    [
      "its zones",
      "identity",
      day(zone("a"), zone("b")),
      "gateway > identity > zone a of east, zone b of east",
    ],
    [
      "its cell and another region",
      "store",
      day({ kind: "cell", cell: "cell-1", how }, lost("west")),
      "gateway > identity > store > cell cell-1, west",
    ],
    [
      "its provider",
      "identity",
      day({ kind: "provider", provider: "one", how }),
      "gateway > identity > provider one",
    ],
    [
      "the provider that hosts it",
      "vendor",
      day({ kind: "provider", provider: "one", how }),
      "gateway > identity > vendor > provider one",
    ],
    [
      "a shared fate",
      "identity",
      day({ kind: "fate", fate: "sign-in", how }),
      "gateway > identity > fate sign-in",
    ],
    [
      "itself",
      "identity",
      day({ kind: "component", component: "identity", region: null, how }),
      "gateway > identity",
    ],
  ];

  it.each(cases)("ends in %s where that fails", (...[, gone, scenario, path]) => {
    const found = lossPath(model, scenario, { from: "gateway", lost: the(model.components, gone) });
    expect(found.join(" > ")).toBe(path);
  });

  it("names no failure that takes nothing of it", () => {
    const others = day(
      lost("east"),
      ...[lost("central"), { kind: "fate", fate: "control-plane", how } as const],
      { kind: "region", region: "east", how: "short-of-capacity" },
    );
    const found = lossPath(model, others, { from: "identity", lost: the(model.components, "identity") });
    expect(found).toEqual(["identity", "east"]);
  });
});

describe("the path to regions that a scenario takes", () => {
  it.each<[what: string, scenario: Scenario, path: readonly string[]]>([
    ["by themselves", day(lost("east"), lost("west")), ["east, west"]],
    ["with their provider", day({ kind: "provider", provider: "one", how }), ["east, west", "provider one"]],
    ["with a shared fate", day({ kind: "fate", fate: "grid", how }), ["east, west", "fate grid"]],
    [
      "with one of two fates",
      day({ kind: "fate", fate: "sign-in", how }, { kind: "fate", fate: "grid", how }),
      ["east, west", "fate grid"],
    ],
  ])("tells that they fall %s", (_, scenario, path) => {
    expect(regionsLossPath(model, scenario, ["east", "west"])).toEqual(path);
  });
});
