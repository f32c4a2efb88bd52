import { describe, expect, it } from "vitest";
import { relativeError } from "../../../../test/relative-error.ts";
import { drawsFrom, platformFrom } from "../../../../test/random-platform.ts";
import { failureScopes } from "../../model/model.ts";
import { seconds } from "../../units/units.ts";
import type { Literal } from "../fault-graph.ts";
import { graphLongRun } from "../frequency.ts";
import type { LongRun } from "../law.ts";
import { longRunOf } from "../long-run.ts";
import { type PlatformGraph, platformGraph } from "../platform-graph.ts";
import { solved } from "../solve.ts";
import { runsWithin } from "../event-run.ts";
import { ConditionedRuns, memoryWithin } from "./conditioned-runs.ts";
import { Conditioning } from "./conditioning.ts";

const plenty = 2 ** 22;

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
