import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  and,
  atLeast,
  enumerated,
  type TreeShape,
  faultGraphs,
  graphOf,
  or,
  topOf,
  unavailabilitiesOf,
  xor,
} from "../../../test/fault-graphs.ts";
import { chanceOf } from "./chance.ts";
import { chancesOf } from "./chances.ts";
import type { FaultGraph, Literal } from "./fault-graph.ts";
import { solved } from "./solve.ts";

function unavailability(graph: FaultGraph, top: Literal = topOf(graph)): number {
  return chanceOf(solved(graph, top), chancesOf(unavailabilitiesOf(graph))).failed;
}

function expectRelative(value: number, expected: number, tolerance = 1e-10): void {
  expect(Math.abs(value / expected - 1)).toBeLessThan(tolerance);
}

/** One gate over units with these availabilities. */
function kOfN(required: number, availabilities: readonly number[]): number {
  const nodes = availabilities.map((_, index) => index);
  const graph = graphOf(
    availabilities.map((a) => 1 - a),
    [atLeast(availabilities.length - required + 1, ...nodes)],
  );
  return unavailability(graph);
}

const same = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

describe("the chance of a failure, by cases with known answers", () => {
  it.each([
    ["A5: 5 of 7", kOfN(5, same(7, 0.995)), 4.30976765742e-6],
    ["A6: 8 of 10", kOfN(8, same(10, 0.999)), 1.19371509902e-7],
    ["A7: 95 of 100", kOfN(95, same(100, 0.99)), 5.34534463993e-4],
    ["A8: 3 of 5, unequal", kOfN(3, [0.99, 0.995, 0.999, 0.98, 0.97]), 1.277568e-5],
  ])("%s", (_, value, expected) => {
    expectRelative(value, expected, 2e-12);
  });

  it("C1, C2: what is shared decides", () => {
    const regions = graphOf([0.0005, 0.0005, 0.0001], [and(0, 1), or(3, 2)]);
    expectRelative(unavailability(regions, 3), 2.5e-7);
    expectRelative(unavailability(regions), 1.00249975e-4);
  });

  it("C3, C4: what is needed only to switch", () => {
    // Fails when the first region is down and any of control plane, switch and second region is.
    const switched = graphOf([0.0005, 0.0001, 0.0005, 0.05], [or(1, 2), and(0, 4), or(1, 2, 3), and(0, 6)]);
    expectRelative(unavailability(switched, 5), 2.99975e-7);
    expectRelative(unavailability(switched), 2.528497625e-5);
  });

  it("C5: instances in zones in regions behind one name service", () => {
    const zones = 6;
    const events = [...same(3 * zones, 0.01), ...same(zones, 0.001), 0.0001, 0.0001, 0.00001];
    const at = (gate: number): number => events.length + gate;
    const gates = [0, 1, 2, 3, 4, 5].flatMap((zone) => [
      atLeast(2, 3 * zone, 3 * zone + 1, 3 * zone + 2),
      or(at(2 * zone), 3 * zones + zone),
    ]);
    const regions = [0, 1].flatMap((region) => [
      atLeast(2, at(6 * region + 1), at(6 * region + 3), at(6 * region + 5)),
      or(at(12 + 2 * region), 4 * zones + region),
    ]);
    const graph = graphOf(events, [...gates, ...regions, and(at(13), at(15)), or(at(16), 4 * zones + 2)]);
    expectRelative(unavailability(graph), 1.00110348072e-5);
    expectRelative(1 - unavailability(graph), 0.99998998896519, 1e-14);
  });

  it.each([
    ["C6: two dependencies in series", graphOf(same(3, 0.0001), [or(0, 1, 2)]), 0.999700029999],
    ["C7: three in series", graphOf(same(3, 0.0005), [or(0, 1, 2)]), 0.998500749875],
    ["C8: two zones", graphOf(same(2, 0.005), [and(0, 1)]), 0.999975],
    ["C9: one more nine", graphOf([0.00006, ...same(5, 0.00001)], [or(0, 1, 2, 3, 4, 5)]), 0.99989000399993],
  ])("%s", (_, graph, expected) => {
    expectRelative(unavailability(graph), 1 - expected, 1e-10);
  });

  it("E1, E2, E3: one cause for several", () => {
    const beta = graphOf([0.0009, 0.0009, 0.0001], [and(0, 1), or(3, 2)]);
    expectRelative(unavailability(beta), 1.00809919e-4);
    const three = graphOf([...same(3, 0.0009), 0.0001], [atLeast(2, 0, 1, 2), or(4, 3)]);
    expectRelative(unavailability(three), 1.02428299146e-4);
    const greek = [...same(3, 9e-4), ...same(3, 3.5e-5), 3e-5];
    const units = [or(0, 3, 4, 6), or(1, 3, 5, 6), or(2, 4, 5, 6)];
    expectRelative(unavailability(graphOf(greek, [...units, atLeast(2, 7, 8, 9)])), 1.37421389317e-4);
    expectRelative(unavailability(graphOf(greek, [...units, and(7, 8, 9)])), 3.00988942559e-5);
  });

  it("F: a bridge", () => {
    const bridge = graphOf(
      [0.01, 0.02, 0.03, 0.04, 0.05],
      [and(0, 1), and(3, 4), and(0, 2, 4), and(1, 2, 3), or(5, 6, 7, 8)],
    );
    expectRelative(unavailability(bridge), 0.002236284, 1e-14);
  });

  it("keeps its digits when it is as small as 1e-300, and so does its opposite", () => {
    const graph = graphOf(same(100, 0.001), [and(...same(100, 0).map((_, index) => index))]);
    const { failed, works } = chanceOf(solved(graph, 100), chancesOf(same(100, 0.001)));
    expectRelative(failed, 1e-300, 1e-13);
    expect(works).toBe(1);
    const opposite = chanceOf(solved(graph, ~100), chancesOf(same(100, 0.001)));
    expectRelative(opposite.works, 1e-300, 1e-13);
  });

  it("counts 10,000 units without listing what may fail", () => {
    const units = same(10_000, 0.01);
    const nodes = units.map((_, index) => index);
    const half = graphOf(same(10_000, 0.5), [atLeast(5_000, ...nodes)]);
    // By symmetry: half of all, and half of the states in which just 5,000 have failed.
    expectRelative(unavailability(half), 0.5 + 0.00797864613938215 / 2, 1e-12);
    const few = graphOf(units, [atLeast(151, ...nodes)]);
    expectRelative(unavailability(few), 1.078947486202863e-6);
  });

  it("counts the odd ones of 10,000", () => {
    const nodes = same(10_000, 0).map((_, index) => index);
    expectRelative(unavailability(graphOf(same(10_000, 0.5), [xor(...nodes)])), 0.5, 1e-12);
  });
});

describe("the chance of a failure", () => {
  it.each<TreeShape>(["coherent", "any"])("is the sum over all states: %s graphs", (shape) => {
    fc.assert(
      fc.property(faultGraphs(shape), (graph) => {
        const top = topOf(graph);
        const { failed, works } = chanceOf(solved(graph, top), chancesOf(unavailabilitiesOf(graph)));
        const sums = enumerated(graph, top);
        expect(failed).toBeCloseTo(sums.failed, 12);
        expect(works).toBeCloseTo(sums.works, 12);
      }),
      { numRuns: 2_000 },
    );
  });

  it("does not depend on the order in which inputs are written", () => {
    const shuffled = faultGraphs("any").chain((graph) =>
      fc
        .tuple(
          ...graph.gates.map(({ inputs }) => fc.shuffledSubarray([...inputs], { minLength: inputs.length })),
        )
        .map((inputs) => ({
          graph,
          other: { ...graph, gates: graph.gates.map((gate, at) => ({ ...gate, inputs: inputs[at] ?? [] })) },
        })),
    );
    fc.assert(
      fc.property(shuffled, ({ graph, other }) => {
        expect(unavailability(other)).toBeCloseTo(unavailability(graph), 13);
      }),
    );
  });

  it("is that of an event, or of a constant, when the top comes to one", () => {
    const graph = graphOf([0.25], [or(0, 0), and(0, ~0)]);
    expect(unavailability(graph, 1)).toBe(0.25);
    expect(unavailability(graph, ~1)).toBe(0.75);
    expect(unavailability(graph, 2)).toBe(0);
    expect(unavailability(graph, ~2)).toBe(1);
  });

  it("refuses gates in a circle", () => {
    expect(() => solved(graphOf([0.5], [or(0, 2), or(1)]), 1)).toThrow(/reads itself/);
  });

  it("follows 100,000 gates one below the other", () => {
    const count = 100_000;
    const gates = Array.from({ length: count }, (_, index) => {
      const inputs = [index === 0 ? 0 : count + index, index + 1];
      return index % 2 === 0 ? or(...inputs) : and(...inputs);
    });
    // In the long run of an alternating chain of halves: x = (1 + x / 2) / 2 above an or.
    expectRelative(unavailability(graphOf(same(count + 1, 0.5), gates)), 1 / 3, 1e-12);
  });
});
