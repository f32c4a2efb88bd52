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
import type { Component } from "./component.ts";
import type { Failure, FailureManner, FailingDomain, Fate, Model, Scenario } from "./model.ts";
import {
  failedRegions,
  goneWith,
  hardClosure,
  isTouched,
  mustBeLeft,
  scopeOf,
  survivingPlacements,
} from "./survival.ts";

// One provider with two regions, another with one; what each component is for is in its name.
const regions = [
  regionOf("east", { provider: "one", zones: ["a", "b", "c"] }),
  regionOf("west", { provider: "one", zones: ["a", "b"] }),
  regionOf("central", { provider: "two" }),
];

function fate(name: string, part: Pick<Fate, "stops"> & { readonly covers: Partial<Fate["covers"]> }): Fate {
  return {
    ...{ name, description: "", type: "generic", failure: sampleReliability, stops: part.stops },
    covers: { providers: [], regions: [], components: [], ...part.covers },
  };
}

const components: readonly Component[] = [
  componentOf("everywhere", { placements: regions.map(({ name }) => placementIn(name)) }),
  componentOf("one-zone", { placements: [placementIn("east", { zones: ["a"] }), placementIn("west")] }),
  componentOf("two-zones", { placements: [placementIn("east", { zones: ["a", "b"] })] }),
  componentOf("in-cells", {
    placements: [placementIn("east", { cell: "cell-1" }), placementIn("west", { cell: "cell-2" })],
  }),
  componentOf("somebodys", {
    placements: [placementIn("central")],
    api: { vendor: "they", hostedBy: "one", quota: null, qualityGate: null, residency: null },
  }),
  componentOf("caller", {
    placements: [placementIn("central")],
    needs: [
      needOf("everywhere"),
      needOf("two-zones", { fallbacks: ["somebodys"] }),
      needOf("one-zone", { strength: "soft" }),
      needOf("in-cells", { strength: "degraded" }),
    ],
  }),
];

const model: Model = {
  platform: platformOf(regions, {
    fates: [
      fate("all-of-one", { covers: { providers: ["one"] }, stops: "serving" }),
      fate("grid", { covers: { regions: ["west", "central"] }, stops: "serving" }),
      fate("rollout", { covers: { components: ["everywhere"] }, stops: "serving" }),
      fate("control-plane", {
        covers: { providers: ["one"], components: ["everywhere"] },
        stops: "recovery",
      }),
    ],
  }),
  components: new Map(components.map((each) => [each.name, each])),
  ...{
    journeys: new Map(),
    policies: new Map(),
    scenarios: new Map(),
    risks: new Map(),
    budgetPolicies: new Map(),
  },
  ...{ plans: new Map(), drills: new Map(), options: new Map() },
};

const down = (domain: FailingDomain, how: FailureManner = "lost"): Failure => ({ ...domain, how });
const zone = (region: string, name: string): Failure => down({ kind: "zone", region, zone: name });
const provider = (name: string): Failure => down({ kind: "provider", provider: name });
const shared = (name: string): Failure => down({ kind: "fate", fate: name });
const part = (component: string, region: string | null = null): Failure =>
  down({ kind: "component", component, region });

function when(...failures: readonly [Failure, ...Failure[]]): Scenario {
  return scenarioOf("bad-day", failures);
}

function standing(name: string, scenario: Scenario): readonly string[] {
  const component = components.find((each) => each.name === name) ?? componentOf(name);
  return survivingPlacements(model, component, scenario).map(({ region }) => region);
}

describe("what is left of a component", () => {
  const cases: readonly (readonly [string, string, Scenario, readonly string[]])[] = [
    ["all but the region that is lost", "everywhere", when(lost("east")), ["west", "central"]],
    ["all but the two regions that are lost", "everywhere", when(lost("east"), lost("west")), ["central"]],
    ["what stands with another provider", "everywhere", when(provider("one")), ["central"]],
    ["what a fate of a provider leaves", "everywhere", when(shared("all-of-one")), ["central"]],
    ["what a fate of regions leaves", "everywhere", when(shared("grid")), ["east"]],
    ["nothing, where a fate names it", "everywhere", when(shared("rollout")), []],
    [
      "all, where a fate only keeps it from being changed",
      "everywhere",
      when(shared("control-plane")),
      ["east", "west", "central"],
    ],
    ["what a fate of others leaves", "one-zone", when(shared("rollout")), ["east", "west"]],
    ["all but the place in the zone that is lost", "one-zone", when(zone("east", "a")), ["west"]],
    ["all, where another zone is lost", "one-zone", when(zone("east", "b")), ["east", "west"]],
    [
      "all, where the zone of that name is another region's",
      "one-zone",
      when(zone("west", "a")),
      ["east", "west"],
    ],
    [
      "a place that keeps one of its zones",
      "two-zones",
      when(zone("east", "a"), zone("east", "c")),
      ["east"],
    ],
    [
      "no place that loses every zone of several",
      "two-zones",
      when(zone("east", "a"), zone("east", "b")),
      [],
    ],
    [
      "a place of which no zones are stated",
      "everywhere",
      when(zone("east", "a")),
      ["east", "west", "central"],
    ],
    ["all but the cell that is lost", "in-cells", when(down({ kind: "cell", cell: "cell-1" })), ["west"]],
    [
      "what is in no cell",
      "everywhere",
      when(down({ kind: "cell", cell: "cell-1" })),
      ["east", "west", "central"],
    ],
    [
      "all but the region where it is lost itself",
      "everywhere",
      when(part("everywhere", "west")),
      ["east", "central"],
    ],
    ["nothing, where it is lost wherever it stands", "everywhere", when(part("everywhere")), []],
    ["all, where another component is lost", "one-zone", when(part("everywhere")), ["east", "west"]],
    ["nothing of a service that runs on a provider that is lost", "somebodys", when(provider("one")), []],
    ["nothing of a service whose provider falls with a fate", "somebodys", when(shared("all-of-one")), []],
    ["a service whose provider cannot be changed", "somebodys", when(shared("control-plane")), ["central"]],
    [
      "a service, while the region that it is hosted beside is lost",
      "somebodys",
      when(lost("east")),
      ["central"],
    ],
  ];

  it.each(cases)("is %s", (...[, name, scenario, left]) => {
    expect(standing(name, scenario)).toEqual(left);
  });

  const left: readonly FailureManner[] = ["lost", "frozen", "partitioned", "slow", "wrong"];
  it.each(left)("is nothing of a place that is %s", (how) => {
    expect(mustBeLeft(how)).toBe(true);
    const east = (domain: FailingDomain): Scenario => when(down(domain, how));
    expect(standing("everywhere", east({ kind: "region", region: "east" }))).toEqual(["west", "central"]);
    expect(standing("one-zone", east({ kind: "zone", region: "east", zone: "a" }))).toEqual(["west"]);
    expect(standing("in-cells", east({ kind: "cell", cell: "cell-1" }))).toEqual(["west"]);
    expect(
      standing("everywhere", east({ kind: "component", component: "everywhere", region: "east" })),
    ).toEqual(["west", "central"]);
  });

  it("is all of what runs, where there are no more machines to be had", () => {
    const short = (domain: FailingDomain): Scenario => when(down(domain, "short-of-capacity"));
    expect(mustBeLeft("short-of-capacity")).toBe(false);
    expect(failedRegions(model, short({ kind: "region", region: "east" }))).toEqual(new Set());
    expect(standing("everywhere", short({ kind: "provider", provider: "one" }))).toHaveLength(3);
    expect(standing("one-zone", short({ kind: "zone", region: "east", zone: "a" }))).toHaveLength(2);
    expect(standing("in-cells", short({ kind: "cell", cell: "cell-1" }))).toHaveLength(2);
  });
});

describe("the regions that fail as a whole", () => {
  const cases: readonly (readonly [string, Scenario, readonly string[]])[] = [
    ["the one that is named", when(lost("east")), ["east"]],
    ["those of a provider", when(provider("one")), ["east", "west"]],
    ["those that a fate covers, by provider", when(shared("all-of-one")), ["east", "west"]],
    ["those that a fate covers, by name", when(shared("grid")), ["west", "central"]],
    ["none with a fate that stops recovery", when(shared("control-plane")), []],
    ["none with a fate of components", when(shared("rollout")), []],
    ["none with zones, even with all of them", when(zone("west", "a"), zone("west", "b")), []],
    ["none with a cell", when(down({ kind: "cell", cell: "cell-1" })), []],
    ["none with a component", when(part("everywhere", "east")), []],
  ];

  it.each(cases)("are %s", (_, scenario, failed) => {
    expect([...failedRegions(model, scenario)]).toEqual(failed);
  });
});

describe("the scope of a scenario", () => {
  const cases: readonly (readonly [string, Scenario, string])[] = [
    ["a region", when(lost("east")), "region"],
    [
      "a region that is only short of machines",
      when(down({ kind: "region", region: "east" }, "short-of-capacity")),
      "region",
    ],
    ["a provider of several regions", when(provider("one")), "provider"],
    ["every region of a provider, one by one", when(lost("east"), lost("west")), "provider"],
    ["a provider of one region", when(provider("two")), "region"],
    ["regions of several providers, none with all of its own", when(lost("east"), lost("central")), "region"],
    ["a fate that stops a provider", when(shared("all-of-one")), "provider"],
    ["a fate that stops regions", when(shared("grid")), "region"],
    ["a fate that stops components", when(shared("rollout")), "dependency"],
    ["a fate that stops recovery", when(shared("control-plane")), "dependency"],
    ["a zone", when(zone("east", "a")), "zone"],
    ["a cell", when(down({ kind: "cell", cell: "cell-1" })), "zone"],
    ["a component", when(part("everywhere")), "dependency"],
    ["a zone and a component", when(part("everywhere"), zone("east", "a")), "zone"],
    ["a zone and a region", when(zone("east", "a"), lost("west")), "region"],
  ];

  it.each(cases)("that strikes %s", (_, scenario, scope) => {
    expect(scopeOf(model, scenario)).toBe(scope);
  });
});

describe("what a component cannot work without", () => {
  const names = (found: readonly Component[]): readonly string[] => found.map(({ name }) => name);

  it("is itself and its hard needs: not what is soft, degraded, or has a fallback", () => {
    expect(names(hardClosure(model, "caller"))).toEqual(["caller", "everywhere"]);
  });

  it("is followed through a line of 10,000", () => {
    const line = Array.from({ length: 10_000 }, (_, at) =>
      componentOf(`part-${at}`, { needs: at === 9_999 ? [] : [needOf(`part-${at + 1}`)] }),
    );
    const long = { ...model, components: new Map(line.map((each) => [each.name, each])) };
    expect(hardClosure(long, "part-0")).toHaveLength(10_000);
  });

  it("is gone with a scenario that leaves no place of it", () => {
    expect(names(goneWith(model, "caller", when(lost("central"))))).toEqual(["caller"]);
    expect(names(goneWith(model, "caller", when(part("everywhere"))))).toEqual(["everywhere"]);
    expect(names(goneWith(model, "caller", when(part("two-zones"))))).toEqual([]);
  });

  it("is touched by a scenario that takes any place of it, and by no other", () => {
    expect(isTouched(model, "caller", when(lost("east")))).toBe(true);
    expect(isTouched(model, "caller", when(zone("east", "a"), zone("east", "b")))).toBe(false);
    expect(isTouched(model, "one-zone", when(zone("east", "a")))).toBe(true);
  });
});
