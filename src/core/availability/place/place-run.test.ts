import { describe, expect, it } from "vitest";
import { drawsFrom, platformFrom } from "../../../../test/random-platform.ts";
import { relativeError } from "../../../../test/relative-error.ts";
import type { Platform } from "../../model/model.ts";
import { graphLongRun } from "../frequency.ts";
import { GraphBuilder } from "../graph-builder.ts";
import type { LongRun } from "../law.ts";
import { longRunOf } from "../long-run.ts";
import { solved } from "../solve.ts";
import { placeFails } from "./place-graph.ts";
import { placeRun } from "./place-run.ts";
import type { PlaceOf } from "./replica-laws.ts";

const seeds = Array.from({ length: 30 }, (_, seed) => seed + 200);

/** By a diagram of everything that makes it fail, each cause told apart. */
function bySolving(platform: Platform, of: PlaceOf): LongRun {
  const builder = new GraphBuilder();
  const top = builder.literal(placeFails(builder, platform, of));
  const runs = builder.events.map(({ law }) => longRunOf(law));
  const graph = solved({ events: builder.events, gates: builder.gates() }, top);
  return graphLongRun(graph, runs, "tells-states-apart");
}

describe("what a place comes to", () => {
  it.each(seeds)("is what a diagram comes to: platform %i", (seed) => {
    const { platform, components } = platformFrom(drawsFrom(seed));
    const places = [...components.values()].flatMap((component) =>
      component.placements.flatMap((placement) =>
        [1, 0.3, 0].map((failureShare) => ({ component, placement, failureShare })),
      ),
    );
    for (const of of places) {
      const [found, expected] = [placeRun(platform, of), bySolving(platform, of)];
      for (const figure of ["unavailability", "availability", "failuresPerHour"] as const)
        expect(
          relativeError(found[figure] ?? Number.NaN, expected[figure] ?? Number.NaN),
          figure,
        ).toBeLessThan(1e-12);
    }
  });
});
