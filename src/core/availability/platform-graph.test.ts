import { describe, expect, it } from "vitest";
import { relativeError } from "../../../test/relative-error.ts";
import {
  componentOf,
  journeyOf,
  needOf,
  objectiveOf,
  placementIn,
  platformOf,
  regionOf,
  sampleReliability,
} from "../../../test/sample-model.ts";
import type { Component, Standby } from "../model/component.ts";
import {
  type FailureScope,
  type Fate,
  failureScopes,
  type Model,
  type Platform,
  the,
} from "../model/model.ts";
import type { Reliability } from "../model/reliability.ts";
import { ratio, seconds } from "../units/units.ts";
import type { FaultGraph } from "./fault-graph.ts";
import { graphLongRun } from "./frequency.ts";
import { type JourneyAvailability, journeyAvailabilities } from "./availability.ts";
import type { LongRun } from "./law.ts";
import { longRunOf } from "./long-run.ts";
import { platformGraph } from "./platform-graph.ts";
import { solved } from "./solve.ts";

const hour = 3_600;
const stepsMax = 2 ** 20;

/** Works this share of time, in stretches of about an hour of failure. */
function availableFor(share: number): Reliability {
  return { ...sampleReliability, mttr: seconds(hour), mtbf: seconds((hour * share) / (1 - share)) };
}

const perfect: Reliability = { ...sampleReliability, mtbf: seconds(1e60), mttr: seconds(1) };

function modelOf(platform: Platform, components: readonly Component[]): Model {
  const none = new Map();
  return {
    platform,
    journeys: new Map([
      ["chat", journeyOf("chat", { objectives: failureScopes.map((scope) => objectiveOf({ scope })) })],
    ]),
    components: new Map(components.map((each) => [each.name, each])),
    ...{
      policies: none,
      scenarios: none,
      risks: none,
      budgetPolicies: none,
      plans: none,
      drills: none,
      options: none,
    },
  };
}

function availabilityOf(model: Model, switchover = 0): JourneyAvailability {
  const [found] = journeyAvailabilities(
    platformGraph(model, () => seconds(switchover)),
    stepsMax,
  );
  if (found === undefined || found.run === null) throw new Error("the graph is solved");
  return found;
}

function unavailabilityOf(model: Model): number {
  return availabilityOf(model).run.unavailability;
}

const regions = [
  regionOf("east", { failure: availableFor(0.9995) }),
  regionOf("west", { failure: availableFor(0.9995) }),
];
const twoPlaces = {
  placements: [placementIn("east", { failure: perfect }), placementIn("west", { failure: perfect })],
};
const sure = componentOf("x").standby;

function fate(part: Partial<Fate>): Fate {
  return {
    ...{ name: "control", description: "", type: "control-plane", stops: "serving" },
    covers: { providers: [], regions: ["east", "west"], components: [] },
    failure: availableFor(0.9999),
    ...part,
  };
}

describe("regions and what they share (cases C)", () => {
  it("two regions that share nothing are down together by chance alone: C1", () => {
    const model = modelOf(platformOf(regions), [componentOf("gateway", twoPlaces)]);
    expect(relativeError(unavailabilityOf(model), 2.5e-7)).toBeLessThan(1e-10);
  });

  it("a control plane that both need to serve costs four hundred times as much: C2", () => {
    const model = modelOf(platformOf(regions, { fates: [fate({})] }), [componentOf("gateway", twoPlaces)]);
    expect(relativeError(unavailabilityOf(model), 1.00249975e-4)).toBeLessThan(1e-10);
  });

  it("one that is needed only to switch costs little: C3", () => {
    const standby = componentOf("gateway", { ...twoPlaces, pattern: "hot-standby" });
    const model = modelOf(platformOf(regions, { fates: [fate({ stops: "recovery" })] }), [standby]);
    expect(relativeError(unavailabilityOf(model), 2.99975e-7)).toBeLessThan(1e-10);
  });

  it("counts a fate of several components once, not once for each of them", () => {
    const shared = fate({ covers: { providers: [], regions: [], components: ["gateway", "store"] } });
    const store = componentOf("store", twoPlaces);
    const gateway = componentOf("gateway", { ...twoPlaces, needs: [needOf("store")] });
    const model = modelOf(platformOf(regions, { fates: [shared] }), [gateway, store]);
    expect(relativeError(unavailabilityOf(model), 1.00249975e-4)).toBeLessThan(1e-10);
  });

  it("counts failures as widely as an objective does", () => {
    const model = modelOf(platformOf(regions, { fates: [fate({})] }), [componentOf("gateway", twoPlaces)]);
    const down = (scope: FailureScope): number => the(availabilityOf(model).withinScope, scope);
    expect(down("zone")).toBeLessThan(1e-50);
    expect(relativeError(down("region"), 2.5e-7)).toBeLessThan(1e-10);
    expect(down("provider")).toBe(down("region"));
    expect(relativeError(down("dependency"), 1.00249975e-4)).toBeLessThan(1e-10);
  });
});

describe("replicas over zones", () => {
  const zones = ["a", "b", "c"];
  const failure = availableFor(0.98);
  const region = regionOf("east", { failure: perfect, zones, zoneFailure: availableFor(0.999) });

  function spread(replicas: number, required: number): Component {
    return componentOf("gateway", {
      placements: [placementIn("east", { replicas, required, zones, failure })],
    });
  }

  /** Every replica by itself. */
  function expanded(replicas: number, required: number): LongRun {
    const law = (of: Reliability) => ({ kind: "alternating", ...of }) as const;
    const names = Array.from({ length: replicas }, (_, at) => `replica ${at}`);
    const graph: FaultGraph = {
      events: [
        ...zones.map((name) => ({ name, law: law(region.zoneFailure) })),
        ...names.map((name) => ({ name, law: law(failure) })),
      ],
      gates: [
        ...names.map((name, at) => ({ name, kind: "or" as const, inputs: [at % 3, 3 + at] })),
        {
          ...{ name: "top", kind: "at-least", least: replicas - required + 1 },
          inputs: names.map((_, at) => 3 + replicas + at),
        },
      ],
    };
    const runs = graph.events.map((event) => longRunOf(event.law));
    return graphLongRun(solved(graph, 3 + replicas + replicas), runs);
  }

  it.each([
    [3, 2],
    [3, 1],
    [4, 3],
    [5, 3],
    [8, 5],
    [2, 1],
    [6, 6],
  ])(
    "of %i with %i required are as if each was told apart: share of time and how often",
    (replicas, required) => {
      const { run } = availabilityOf(modelOf(platformOf([region]), [spread(replicas, required)]));
      const whole = expanded(replicas, required);
      expect(relativeError(run.unavailability, whole.unavailability)).toBeLessThan(1e-10);
      expect(relativeError(run.failuresPerHour ?? 0, whole.failuresPerHour ?? 0)).toBeLessThan(1e-10);
    },
  );

  it("may fail for one cause: the share beta of failures takes all of them (case E2, as rates)", () => {
    const one = regionOf("east", { failure: perfect });
    const place = placementIn("east", { replicas: 3, required: 2, failure: availableFor(0.999) });
    const gateway = componentOf("gateway", {
      placements: [place],
      commonCause: { kind: "beta", beta: ratio(0.1) },
    });
    const letters = componentOf("gateway", {
      placements: [place],
      commonCause: { kind: "greek-letters", letters: [ratio(0.1), ratio(1)] },
    });
    const found = unavailabilityOf(modelOf(platformOf([one]), [gateway]));
    expect(relativeError(found, 1.02428299146e-4)).toBeLessThan(1e-3);
    expect(relativeError(unavailabilityOf(modelOf(platformOf([one]), [letters])), found)).toBeLessThan(1e-3);
  });

  it("serve each user from a shuffle shard, of which one replica is enough", () => {
    const one = regionOf("east", { failure: perfect });
    const place = placementIn("east", { replicas: 8, required: 6, failure: availableFor(0.99) });
    const gateway = componentOf("gateway", { placements: [place], shuffleShard: { size: 2, of: 8 } });
    expect(relativeError(unavailabilityOf(modelOf(platformOf([one]), [gateway])), 1e-4)).toBeLessThan(1e-10);
  });
});

describe("one place that serves and another that stands by", () => {
  const failure: Reliability = {
    ...sampleReliability,
    mtbf: seconds(720 * hour),
    mttr: seconds(2 * hour),
  };
  const still = ["east", "west"].map((name) => regionOf(name, { failure: perfect }));

  function pair(coverage: number, manualHours: number): Model {
    const standby: Standby = { ...sure, detected: ratio(coverage), manual: seconds(manualHours * hour) };
    const placements = [placementIn("east", { failure }), placementIn("west", { failure })];
    const gateway = componentOf("gateway", { pattern: "hot-standby", placements, standby });
    return modelOf(platformOf(still), [gateway]);
  }

  it.each([
    { name: "B3", coverage: 0.95, time: 60, manual: 1, exact: 9.85937160125e-5 },
    { name: "B4", coverage: 0.999, time: 30, manual: 0.5, exact: 1.98622512781e-5 },
    { name: "B5", coverage: 0.5, time: 300, manual: 4, exact: 2.81968191539e-3 },
  ])(
    "comes as near to the exact chain of $name as a place is seldom down",
    ({ coverage, time, manual, exact }) => {
      const found = availabilityOf(pair(coverage, manual), time).run.unavailability;
      const placeDown = 2 / 722;
      expect(found).toBeGreaterThan(exact);
      expect(found / exact - 1).toBeLessThan(2 * (placeDown + exact));
    },
  );

  it("is worse than no standby at all where half of the failures wait four hours for a person", () => {
    const alone = modelOf(platformOf(still), [
      componentOf("gateway", { placements: [placementIn("east", { failure })] }),
    ]);
    expect(unavailabilityOf(pair(0.5, 4))).toBeGreaterThan(unavailabilityOf(alone));
  });
});

describe("what a journey needs", () => {
  const one = regionOf("east", { failure: perfect });
  const down = (name: string, share: number, part: Partial<Component> = {}): Component =>
    componentOf(name, { placements: [placementIn("east", { failure: availableFor(share) })], ...part });

  it("is down with any of its hard needs, and less than whole with its soft ones", () => {
    const gateway = down("gateway", 0.999, {
      needs: [needOf("store"), needOf("ranking", { strength: "soft" })],
    });
    const model = modelOf(platformOf([one]), [gateway, down("store", 0.998), down("ranking", 0.9)]);
    const { run, lessThanWhole } = availabilityOf(model);
    expect(relativeError(run.unavailability, 1 - 0.999 * 0.998)).toBeLessThan(1e-10);
    expect(relativeError(lessThanWhole.unavailability, 1 - 0.999 * 0.998 * 0.9)).toBeLessThan(1e-10);
  });

  it("goes on with a fallback, as something less than whole", () => {
    const gateway = down("gateway", 0.999, { needs: [needOf("model", { fallbacks: ["other-model"] })] });
    const model = modelOf(platformOf([one]), [gateway, down("model", 0.99), down("other-model", 0.9)]);
    const { run, lessThanWhole } = availabilityOf(model);
    expect(relativeError(run.unavailability, 1 - 0.999 * (1 - 0.01 * 0.1))).toBeLessThan(1e-10);
    expect(relativeError(lessThanWhole.unavailability, 1 - 0.999 * 0.99)).toBeLessThan(1e-10);
  });

  it("is asked of a user taken at random where cells have their own (case D5)", () => {
    const cells = Array.from({ length: 20 }, (_, at) => ({
      ...{ name: `cell-${at}`, region: "east", share: ratio(0.05) },
    }));
    const worker = componentOf("worker", {
      placements: cells.map(({ name }) => placementIn("east", { cell: name, failure: availableFor(0.999) })),
    });
    const gateway = down("gateway", 0.9999, { needs: [needOf("worker")] });
    const { run, users } = availabilityOf(modelOf(platformOf([one], { cells }), [gateway, worker]));
    expect(users).toHaveLength(20);
    expect(relativeError(run.unavailability, 1 - 0.9989001)).toBeLessThan(1e-10);
  });

  it("can be long: three thousand in a chain", () => {
    const chain = Array.from({ length: 3_000 }, (_, at) =>
      down(at === 0 ? "gateway" : `part-${at}`, 0.999999, {
        needs: at === 2_999 ? [] : [needOf(`part-${at + 1}`)],
      }),
    );
    const found = unavailabilityOf(modelOf(platformOf([one]), chain));
    expect(relativeError(found, -Math.expm1(3_000 * Math.log1p(-1e-6)))).toBeLessThan(1e-9);
  });
});
