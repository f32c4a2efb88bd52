import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  and,
  atLeast,
  faultGraphs,
  graphOf,
  holds,
  or,
  topOf,
  unavailabilitiesOf,
} from "../../../test/fault-graphs.ts";
import { graphLongRun, outagesOf } from "./frequency.ts";
import type { LongRun } from "./law.ts";
import { solved } from "./solve.ts";

/** Fails with rate λ and is repaired with rate μ, per hour. */
function run(failureRate: number, repairRate: number): LongRun {
  const sum = failureRate + repairRate;
  return {
    unavailability: failureRate / sum,
    availability: repairRate / sum,
    failuresPerHour: (failureRate * repairRate) / sum,
  };
}

describe("how often a graph begins to be failed", () => {
  it("A1, A1f: is known of two of three", () => {
    const graph = graphOf([0, 0, 0], [atLeast(2, 0, 1, 2)]);
    const whole = graphLongRun(solved(graph, 3), [run(1e-3, 0.25), run(1e-3, 0.25), run(1e-3, 0.25)]);
    expect(whole.unavailability / 4.74918155666e-5).toBeCloseTo(1, 10);
    const { minutesPerYear, perYear, meanHours } = outagesOf(whole);
    expect(minutesPerYear).toBeCloseTo(24.9616982618, 9);
    expect(perYear).toBeCloseTo(0.207737169289, 11);
    expect(meanHours).toBeCloseTo(2.00266666667, 10);
  });

  it("is the same however the gates are cut into modules", () => {
    const runs = [run(1e-3, 0.25), run(1e-2, 0.5), run(1e-4, 0.1)];
    const counted = graphLongRun(solved(graphOf([0, 0, 0], [atLeast(2, 0, 1, 2)]), 3), runs);
    const pairs = graphOf([0, 0, 0], [and(0, 1), and(1, 2), and(0, 2), or(3, 4, 5)]);
    const listed = graphLongRun(solved(pairs, 6), runs);
    expect(listed.failuresPerHour).toBeCloseTo(counted.failuresPerHour ?? 0, 15);
  });

  it("is the flow out of all states in which the top works, for any coherent graph", () => {
    fc.assert(
      fc.property(faultGraphs("coherent"), (graph) => {
        const runs = unavailabilitiesOf(graph).map((_, index) => run(1 + index, 3));
        const chances = runs.map(({ unavailability }) => unavailability);
        const { failuresPerHour } = graphLongRun(solved(graph, topOf(graph)), runs);
        expect(failuresPerHour).toBeCloseTo(flow(graph, chances), 10);
      }),
      { numRuns: 500 },
    );
  });

  it("is not known of a constant that matters, nor where a repair could fail the top", () => {
    const constant: LongRun = { unavailability: 0.1, availability: 0.9, failuresPerHour: null };
    const graph = graphOf([0, 0], [or(0, 1), and(0, ~1), or(0, 0)]);
    expect(graphLongRun(solved(graph, 2), [constant, run(1, 9)]).failuresPerHour).toBeNull();
    expect(graphLongRun(solved(graph, 4), [run(1, 9), constant]).failuresPerHour).toBeCloseTo(0.9, 12);
    expect(graphLongRun(solved(graph, 3), [run(1, 9), run(1, 9)]).failuresPerHour).toBeNull();
    expect(outagesOf({ ...constant, failuresPerHour: 0 })).toMatchObject({ perYear: 0, meanHours: null });
  });
});

/** Sum over the states that work of their chance times the rates of the events that would fail the top from there. */
function flow(graph: ReturnType<typeof graphOf>, chances: readonly number[]): number {
  let sum = 0;
  for (let state = 0; state < 2 ** chances.length; state += 1) {
    if (holds(graph, topOf(graph), state)) continue;
    const chance = chances.reduce(
      (product, p, index) => product * (((state >> index) & 1) === 1 ? p : 1 - p),
      1,
    );
    for (const index of chances.keys()) {
      const after = state | (1 << index);
      if (after !== state && holds(graph, topOf(graph), after)) sum += chance * (1 + index);
    }
  }
  return sum;
}
