import { describe, expect, it } from "vitest";
import { relativeError } from "../../../../test/relative-error.ts";
import {
  componentOf,
  journeyOf,
  needOf,
  objectiveOf,
  placementIn,
  platformOf,
  regionOf,
  sampleReliability,
} from "../../../../test/sample-model.ts";
import type { Component, Need, Pattern, Placement } from "../../model/component.ts";
import { type Fate, failureScopes, type Model } from "../../model/model.ts";
import { ratio, seconds } from "../../units/units.ts";
import type { Literal } from "../fault-graph.ts";
import { graphLongRun } from "../frequency.ts";
import type { LongRun } from "../law.ts";
import { longRunOf } from "../long-run.ts";
import { type PlatformGraph, platformGraph } from "../platform-graph.ts";
import { purposes, RandomStream } from "../simulation/random-stream.ts";
import { solved } from "../solve.ts";
import { runsWithin } from "../event-run.ts";
import { ConditionedRuns, memoryWithin } from "./conditioned-runs.ts";
import { Conditioning } from "./conditioning.ts";

const plenty = 2 ** 22;

/** Some number from 0 below `count`. */
type Draw = (count: number) => number;

function drawsFrom(seed: number): Draw {
  const random = new RandomStream(seed, purposes.pilot, 0);
  return (count) => Math.floor(random.share() * count);
}

const failingEvery = (days: number) => ({ ...sampleReliability, mtbf: seconds(days * 86_400) });

const regionNames = ["east", "west", "north"];
const patterns: readonly Pattern[] = ["active-active", "active-active", "hot-standby", "warm-standby"];
const strengths: readonly Need["strength"][] = ["hard", "hard", "soft"];

/** A platform of a few regions with zones, fates that strike several of them, and components that need one another. */
function platformFrom(draw: Draw): Model {
  const regions = regionNames.slice(0, 2 + draw(2)).map((name) =>
    regionOf(name, {
      provider: `provider-${draw(2)}`,
      zones: ["a", "b", "c"].slice(0, draw(4)),
      failure: failingEvery(50 + draw(300)),
      zoneFailure: failingEvery(20 + draw(100)),
    }),
  );
  const names = ["gateway", "router", "model", "store", "cache"].slice(0, 2 + draw(4));
  const placement = (region: (typeof regions)[0]): Placement => {
    const replicas = 1 + draw(4);
    return placementIn(region.name, {
      ...{ replicas, required: 1 + draw(replicas), zones: region.zones },
      failure: failingEvery(5 + draw(60)),
    });
  };
  const components = names.map((name, at): Component => {
    const placements = regions.filter(() => draw(3) > 0).map(placement);
    const later = names.slice(at + 1).filter(() => draw(2) === 0);
    const [fallback, ...needs] = later;
    const isReplaced = fallback !== undefined && needs[0] !== undefined && draw(2) === 0;
    return componentOf(name, {
      placements: placements.length > 0 ? placements : regions.slice(0, 1).map(placement),
      pattern: patterns[draw(patterns.length)] ?? "active-active",
      commonCause: draw(3) === 0 ? { kind: "beta", beta: ratio(0.1) } : null,
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
    ...{ policies: none, scenarios: none, risks: none, plans: none, drills: none, options: none },
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

function groupsOf({ journeys }: PlatformGraph): readonly (readonly Literal[])[] {
  return [
    journeys.flatMap(({ users }) => users.flatMap(({ fails, falls }) => [fails, falls])),
    journeys.flatMap(({ regions }) => regions.map(({ fails }) => fails)),
  ];
}

function topsOf(graph: PlatformGraph): readonly Literal[] {
  return groupsOf(graph).flat();
}

function bySolving(graph: PlatformGraph, top: Literal, runs: readonly LongRun[]): LongRun {
  return graphLongRun(solved(graph, top, plenty), runs, "tells-states-apart");
}

function expectSame(found: LongRun | null, expected: LongRun): void {
  for (const figure of ["unavailability", "availability", "failuresPerHour"] as const)
    expect(relativeError(found?.[figure] ?? Number.NaN, expected[figure] ?? Number.NaN), figure).toBeLessThan(
      1e-11,
    );
}

const seeds = Array.from({ length: 40 }, (_, seed) => seed);

describe("conditioning on what is shared", () => {
  it.each(seeds)("comes to what one diagram of the whole comes to: platform %i", (seed) => {
    const graph = platformGraph(platformFrom(drawsFrom(seed)), () => seconds(90));
    const runs = graph.events.map(({ law }) => longRunOf(law));
    const tops = topsOf(graph);
    const conditioned = new ConditionedRuns(new Conditioning(graph, groupsOf(graph), plenty), {
      runs,
      statesMax: plenty,
    });
    for (const top of tops) expectSame(conditioned.longRun(top), bySolving(graph, top, runs));
  });

  it.each(seeds.slice(0, 20))(
    "narrows to a scope without working all of it out again: platform %i",
    (seed) => {
      const graph = platformGraph(platformFrom(drawsFrom(seed)), () => seconds(90));
      const runs = graph.events.map(({ law }) => longRunOf(law));
      const tops = topsOf(graph);
      const conditioning = new Conditioning(graph, groupsOf(graph), plenty);
      const of = new ConditionedRuns(conditioning, { runs, statesMax: plenty });
      for (const top of tops) of.longRun(top);
      for (const scope of failureScopes) {
        const within = runsWithin(scope, graph.events, runs);
        const narrowed = new ConditionedRuns(conditioning, {
          runs: within,
          statesMax: plenty,
          memory: memoryWithin(scope, conditioning, of),
        });
        for (const top of tops) expectSame(narrowed.longRun(top), bySolving(graph, top, within));
      }
    },
  );

  it("says so where there are too many states to go over, and goes on with the next", () => {
    const graph = platformGraph(platformFrom(drawsFrom(3)), () => seconds(90));
    const runs = graph.events.map(({ law }) => longRunOf(law));
    const tops = topsOf(graph);
    const conditioned = new ConditionedRuns(new Conditioning(graph, groupsOf(graph), plenty), {
      runs,
      statesMax: 40,
    });
    const found = tops.map((top) => conditioned.longRun(top));
    expect(found).toContain(null);
    for (const [at, run] of found.entries())
      if (run !== null) expectSame(run, bySolving(graph, tops[at] as Literal, runs));
  });
});
