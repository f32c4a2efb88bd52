import type { Component, Need, Placement } from "../src/core/model/component.ts";
import type { Failure, Journey, Objective, Platform, Region, Scenario } from "../src/core/model/model.ts";
import type { Reliability } from "../src/core/model/reliability.ts";
import { bytesPerSecond, ratio, seconds } from "../src/core/units/units.ts";

// The smallest of each thing that a model holds; a test says what it is about and leaves the rest.

const declared = { kind: "declared" } as const;

/** Fails once in thirty days for two hours. */
export const sampleReliability: Reliability = {
  mtbf: seconds(30 * 86_400),
  mttr: seconds(7_200),
  repair: { kind: "exponential" },
  errorFactor: 3,
  source: declared,
};

export function regionOf(name: string, part: Partial<Region> = {}): Region {
  return {
    ...{ name, provider: "one", zones: [], location: null, maintenance: null, takesAlong: [] },
    ...{ failure: sampleReliability, zoneFailure: sampleReliability },
    ...part,
  };
}

export function platformOf(regions: readonly Region[], part: Partial<Platform> = {}): Platform {
  return {
    ...{ name: "shop", description: "", regions, cells: [], fates: [] },
    budgets: { cost: null, carbon: null },
    ...part,
  };
}

export function placementIn(region: string, part: Partial<Placement> = {}): Placement {
  return {
    ...{ region, cell: null, zones: [], replicas: 1, required: 1, spares: 0 },
    ...{ failure: sampleReliability, maintenance: null, capacity: "reserved" },
    capacityLikelihood: { value: ratio(1), source: { kind: "assumed", row: "assumed/capacity-reserved" } },
    ...{ machine: null, price: null, power: null, utilisation: ratio(0.5) },
    ...part,
  };
}

export function componentOf(name: string, part: Partial<Component> = {}): Component {
  const sources = {
    ...{ failureShare: declared, detected: declared, switched: declared },
    ...{ able: declared, manual: declared },
  };
  return {
    ...{ name, description: "", type: "generic", pattern: "active-active" },
    ...{ placements: [placementIn("east")], placesRequired: 1, crews: null, commonCause: null },
    standby: {
      ...{ failureShare: ratio(1), detected: ratio(1), switched: ratio(1), able: ratio(1) },
      ...{ manual: seconds(3_600), manualSigma: 0, sources },
    },
    recovery: {
      ...{ detect: null, approve: null, fence: null, promote: null },
      ...{ provision: null, route: null, verify: null },
    },
    replication: { kind: "none" },
    ...{ needs: [], weights: null, data: null, routing: null, shuffleShard: null },
    ...{ job: null, api: null, sla: null },
    ...part,
  };
}

export function needOf(component: string, part: Partial<Need> = {}): Need {
  return { component, strength: "hard", fallbacks: [], retries: null, timeout: null, ...part };
}

export function objectiveOf(part: Partial<Objective> = {}): Objective {
  return {
    ...{ scope: "region", rto: seconds(60), rpo: seconds(0) },
    ...{ availability: null, maximumTolerableOutage: null, sources: {} },
    ...part,
  };
}

export function journeyOf(name: string, part: Partial<Journey> = {}): Journey {
  return {
    ...{ name, description: "", entry: "gateway", owner: "us", objectives: [objectiveOf()] },
    degradedModes: [],
    ...{ impact: null, policy: null, continuity: null, requestsPerMonth: null },
    ...part,
  };
}

export function scenarioOf(
  name: string,
  failures: readonly [Failure, ...Failure[]],
  part: Partial<Scenario> = {},
): Scenario {
  return { name, description: "", failures, perYear: null, duration: null, ...part };
}

/** A region that is lost. */
export function lost(region: string): Failure {
  return { kind: "region", region, how: "lost" };
}

/** Fast enough that loading weights takes no time that matters. */
export const fastLoading = { value: bytesPerSecond(1e12), source: declared } as const;
