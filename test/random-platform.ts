import { purposes, RandomStream } from "../src/core/availability/simulation/random-stream.ts";
import type { Component, Need, Pattern, Placement } from "../src/core/model/component.ts";
import type { Fate, Model } from "../src/core/model/model.ts";
import { failureScopes } from "../src/core/model/model.ts";
import { ratio, seconds } from "../src/core/units/units.ts";
import {
  componentOf,
  journeyOf,
  needOf,
  objectiveOf,
  placementIn,
  platformOf,
  regionOf,
  sampleReliability,
} from "./sample-model.ts";

/** Some number from 0 below `count`. */
export type Draw = (count: number) => number;

export function drawsFrom(seed: number): Draw {
  const random = new RandomStream(seed, purposes.pilot, 0);
  return (count) => Math.floor(random.share() * count);
}

const failingEvery = (days: number) => ({ ...sampleReliability, mtbf: seconds(days * 86_400) });

const commonCauses: readonly Component["commonCause"][] = [
  ...[null, null, null],
  { kind: "beta", beta: ratio(0.1) },
  { kind: "greek-letters", letters: [ratio(0.1), ratio(0.4)] },
];

const somebodyElses = { vendor: "they", hostedBy: null, quota: null, qualityGate: null, residency: null };

const regionNames = ["east", "west", "north"];
const patterns: readonly Pattern[] = ["active-active", "active-active", "hot-standby", "warm-standby"];
const strengths: readonly Need["strength"][] = ["hard", "hard", "soft"];

/** A platform of a few regions with zones, fates that strike several of them, and components that need one another. */
export function platformFrom(draw: Draw): Model {
  const regions = regionNames.slice(0, 2 + draw(2)).map((name) =>
    regionOf(name, {
      provider: `provider-${draw(2)}`,
      zones: ["a", "b", "c"].slice(0, draw(4)),
      failure: failingEvery(50 + draw(300)),
      zoneFailure: failingEvery(20 + draw(100)),
    }),
  );
  const names = ["gateway", "router", "model", "store", "cache"].slice(0, 2 + draw(4));
  // Of many replicas with causes in common, a diagram that tells those apart is large.
  const placement = (region: (typeof regions)[0], isSmall: boolean): Placement => {
    const replicas = 1 + draw(isSmall ? 2 : 4);
    return placementIn(region.name, {
      ...{ replicas, required: 1 + draw(replicas), zones: region.zones.slice(draw(2)) },
      failure: failingEvery(5 + draw(60)),
    });
  };
  const components = names.map((name, at): Component => {
    const commonCause = commonCauses[draw(commonCauses.length)] ?? null;
    const isSmall = commonCause?.kind === "greek-letters";
    const chosen = regions.filter(() => draw(3) > 0);
    const placements = (chosen.length > 0 ? chosen : regions.slice(0, 1)).map((region) =>
      placement(region, isSmall),
    );
    const later = names.slice(at + 1).filter(() => draw(2) === 0);
    const [fallback, ...needs] = later;
    const isReplaced = fallback !== undefined && needs[0] !== undefined && draw(2) === 0;
    return componentOf(name, {
      placements,
      pattern: patterns[draw(patterns.length)] ?? "active-active",
      api: draw(4) === 0 ? somebodyElses : null,
      commonCause,
      needs: (isReplaced ? needs : later).map((need, which) =>
        needOf(need, {
          strength: strengths[draw(strengths.length)] ?? "hard",
          fallbacks: isReplaced && which === 0 ? [fallback] : [],
        }),
      ),
    });
  });
  const fates = ["power", "names", "control"]
    .slice(0, draw(4))
    .map((name): Fate => fateFrom(draw, name, names));
  const journeys = ["chat", "search"].map((name, at) =>
    journeyOf(name, {
      entry: names[at] ?? "gateway",
      objectives: failureScopes.map((scope) => objectiveOf({ scope })),
    }),
  );
  const none = new Map();
  return {
    platform: platformOf(regions, { fates }),
    journeys: new Map(journeys.map((each) => [each.name, each])),
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

function fateFrom(draw: Draw, name: string, components: readonly string[]): Fate {
  const covers = [
    { providers: [`provider-${draw(2)}`], regions: [], components: [] },
    { providers: [], regions: regionNames.filter(() => draw(2) === 0), components: [] },
    { providers: [], regions: [], components: components.filter(() => draw(2) === 0) },
  ];
  return {
    ...{ name, description: "", type: "generic", stops: draw(3) === 0 ? "recovery" : "serving" },
    covers: covers[draw(3)] ?? { providers: [], regions: [], components: [] },
    failure: failingEvery(100 + draw(400)),
  };
}
