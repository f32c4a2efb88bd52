import { describe, expect, it } from "vitest";
import { drawsFrom, platformFrom } from "../../../test/random-platform.ts";
import { relativeError } from "../../../test/relative-error.ts";
import { failureScopes } from "../model/model.ts";
import { invariant } from "../problem/problem.ts";
import { seconds } from "../units/units.ts";
import type { LongRun } from "./law.ts";
import { type PlatformGraph, platformGraph } from "./platform-graph.ts";
import { SolvedTops } from "./solved-tops.ts";
import { type AskedTops, TopRuns } from "./top-runs.ts";

const plenty = 2 ** 22;

function askedOf(faults: PlatformGraph): AskedTops {
  const { journeys } = faults;
  return {
    faults,
    tops: [
      journeys.flatMap(({ users }) => users.flatMap(({ fails, falls }) => [fails, falls])),
      journeys.flatMap(({ regions }) => regions.map(({ fails }) => fails)),
    ],
  };
}

function expectSame(found: LongRun | null, expected: LongRun | null): void {
  for (const figure of ["unavailability", "availability", "failuresPerHour"] as const)
    expect(
      relativeError(found?.[figure] ?? Number.NaN, expected?.[figure] ?? Number.NaN),
      figure,
    ).toBeLessThan(1e-11);
}

const seeds = Array.from({ length: 40 }, (_, seed) => seed + 100);

describe("a platform whose causes are added up", () => {
  it.each(seeds)(
    "comes to what one comes to whose causes are told apart, in every scope: platform %i",
    (seed) => {
      const model = platformFrom(drawsFrom(seed));
      const addedUp = askedOf(platformGraph(model, () => seconds(90), { causes: "added-up" }));
      const toldApart = askedOf(platformGraph(model, () => seconds(90)));
      const runs = new TopRuns(addedUp, {
        stepsMax: plenty,
        toldApart: () => {
          throw new Error("nothing here needs a diagram of the whole");
        },
      });
      const solved = new SolvedTops(toldApart.faults, plenty);
      const expected = toldApart.tops.flat();
      for (const [at, top] of addedUp.tops.flat().entries()) {
        const same = expected[at];
        invariant(same !== undefined, "both ask for the same tops");
        for (const scope of failureScopes) expectSame(runs.run(top, scope), solved.run(same, scope));
      }
    },
  );

  it("is asked with its causes told apart where there are too many states to go over", () => {
    const model = platformFrom(drawsFrom(103));
    const addedUp = askedOf(platformGraph(model, () => seconds(90), { causes: "added-up" }));
    const toldApart = askedOf(platformGraph(model, () => seconds(90)));
    let timesAsked = 0;
    const runs = new TopRuns(addedUp, {
      stepsMax: 4,
      toldApart: () => {
        timesAsked += 1;
        return toldApart;
      },
    });
    const few = new SolvedTops(toldApart.faults, 4);
    const expected = toldApart.tops.flat();
    const bounded = addedUp.tops.flat().filter((top) => runs.run(top) === null);
    expect(bounded).not.toEqual([]);
    for (const top of bounded) {
      const same = expected[addedUp.tops.flat().indexOf(top)];
      invariant(same !== undefined, "both ask for the same tops");
      expect(runs.bounds(top, "dependency")).toEqual(few.bounds(same, "dependency"));
    }
    expect(timesAsked).toBe(1);
  });
});
