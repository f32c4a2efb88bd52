import { describe, expect, it } from "vitest";
import { componentOf, placementIn, platformOf, regionOf } from "../../../../test/sample-model.ts";
import { holds, hour, runPlain } from "../../../../test/simulated-subjects.ts";
import type { Component } from "../../model/component.ts";
import type { Maintenance } from "../../model/maintenance.ts";
import type { Fate, Model, Region } from "../../model/model.ts";
import type { Reliability } from "../../model/reliability.ts";
import { ratio, seconds } from "../../units/units.ts";
import { journeyAvailabilities } from "../availability.ts";
import { platformGraph } from "../platform-graph.ts";
import { type Estimate, estimatesOf, type OutputEstimates } from "./estimate.ts";
import { platformSubject } from "./platform-subject.ts";

const failing = (mtbfHours: number, mttrHours: number): Reliability => ({
  ...{ mtbf: seconds(mtbfHours * hour), mttr: seconds(mttrHours * hour), repair: { kind: "exponential" } },
  ...{ errorFactor: 1, source: { kind: "declared" } },
});
const hardly = failing(1e9, 1);
const every = seconds(100 * hour);
const window = (first: number, lasts = 5): Maintenance => ({
  ...{ every, lasts: seconds(lasts * hour), first: seconds(first * hour) },
});

function modelOf(regions: readonly Region[], component: Component, fates: readonly Fate[] = []): Model {
  const journey = {
    ...{
      name: "buy",
      description: "",
      entry: "shop",
      owner: "us",
      objectives: [],
      degradedModes: [],
      impact: null,
    },
    ...{ policy: null, continuity: null, requestsPerMonth: null },
  };
  return {
    platform: platformOf(regions, { fates }),
    components: new Map([["shop", component]]),
    journeys: new Map([["buy", journey]]),
    ...{ policies: new Map(), scenarios: new Map(), risks: new Map(), budgetPolicies: new Map() },
    ...{ plans: new Map(), drills: new Map(), options: new Map() },
  };
}

const region = (name: string, part: Partial<Region> = {}): Region =>
  regionOf(name, { failure: hardly, zoneFailure: hardly, zones: ["a", "b"], ...part });
const shop = (places: readonly string[], part: Partial<Component> = {}): Component =>
  componentOf("shop", { placements: places.map((name) => placementIn(name, { failure: hardly })), ...part });

function simulated(model: Model, switchover = 0): OutputEstimates {
  const subject = platformSubject(model, () => seconds(switchover));
  const part = runPlain(subject, { seed: 3, replications: 40, years: 20 });
  const [buy] = estimatesOf(part, ratio(0.999));
  if (buy === undefined) throw new Error("no output");
  return buy;
}

const share = 5 / 100;

/** Not only not ruled out, as it would be where nothing was seen. */
function isSeen(estimate: Estimate, value: number): boolean {
  return estimate.kind === "interval" && holds(estimate, value);
}

describe("maintenance that a workspace declares", () => {
  it("takes a region out of service for its share of time", () => {
    const east = region("east", { maintenance: window(10) });
    expect(isSeen(simulated(modelOf([east], shop(["east"]))).unavailability, share)).toBe(true);
  });

  it("takes a place out of service, in whatever zones it stands", () => {
    const placements = [
      placementIn("east", {
        ...{ failure: hardly, zones: ["a", "b"], replicas: 4, required: 1, maintenance: window(10) },
      }),
    ];
    const found = simulated(modelOf([region("east")], shop([], { placements })));
    expect(isSeen(found.unavailability, share)).toBe(true);
  });

  it("costs nothing where another place serves meanwhile, and all where both are away together", () => {
    const east = region("east", { maintenance: window(10) });
    const found = (first: number): OutputEstimates =>
      simulated(modelOf([east, region("west", { maintenance: window(first) })], shop(["east", "west"])));
    expect(found(50).outagesSeen).toBe(0);
    expect(isSeen(found(10).unavailability, share)).toBe(true);
  });
});

describe("regions that fail together", () => {
  const east = region("east", { failure: failing(90, 10) });
  const west = region("west");

  it("do so by a fate that covers both, as the exact engine has it", () => {
    const fate: Fate = {
      ...{ name: "one-company", description: "", type: "provider-wide", stops: "serving" },
      covers: { providers: [], regions: ["east", "west"], components: [] },
      failure: failing(95, 5),
    };
    const model = modelOf([region("east"), west], shop(["east", "west"]), [fate]);
    const [exact] = journeyAvailabilities(
      platformGraph(model, () => seconds(0)),
      2 ** 20,
    );
    expect(exact?.run?.unavailability).toBeCloseTo(share, 4);
    expect(isSeen(simulated(model).unavailability, exact?.run?.unavailability ?? 0)).toBe(true);
  });

  it.each([0.2, 1])("do so where one takes the other along, with likelihood %f", (likelihood) => {
    const takesAlong = [{ region: "west", likelihood: ratio(likelihood) }];
    const along = { ...west, failure: failing(1e9, 10) };
    const found = simulated(modelOf([{ ...east, takesAlong }, along], shop(["east", "west"])));
    // Both are failed until the first of two repairs that have no memory: half as long as one.
    expect(isSeen(found.unavailability, (likelihood * 5) / 100)).toBe(true);
  });
});

describe("a switch-over", () => {
  const standby = (manualSigma: number): Component => {
    const plain = shop(["east", "west"], { pattern: "hot-standby" });
    const likelihoods = { detected: ratio(1), switched: ratio(0.9), able: ratio(1) };
    return {
      ...plain,
      standby: { ...plain.standby, ...likelihoods, manual: seconds(10 * hour), manualSigma },
    };
  };
  const regions = [region("east", { failure: failing(990, 10) }), region("west")];

  it.each([0, 1])("comes to the same as by the exact engine, whatever the spread: sigma %i", (sigma) => {
    const model = modelOf(regions, standby(sigma));
    const [exact] = journeyAvailabilities(
      platformGraph(model, () => seconds(60)),
      2 ** 20,
    );
    expect(isSeen(simulated(model, 60).unavailability, exact?.run?.unavailability ?? 0)).toBe(true);
  });

  it("is short where it works, and long where a person has to act, who may take far longer", () => {
    const lengths = (sigma: number) => simulated(modelOf(regions, standby(sigma)), 60).outageLengths;
    const [steady, spread] = [lengths(0), lengths(1)];
    const median = steady?.quantiles.find(({ of }) => of === 0.5)?.value ?? 0;
    expect(Math.abs(median / 60 - 1)).toBeLessThan(0.1);
    expect(Math.abs((steady?.longest ?? 0) / (10 * hour) - 1)).toBeLessThan(0.1);
    expect(spread?.longest).toBeGreaterThan(30 * hour);
  });
});
