import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  and,
  atLeast,
  enumerated,
  enumeratedCutSets,
  type TreeShape,
  faultGraphs,
  graphOf,
  or,
  topOf,
  unavailabilitiesOf,
} from "../../../../test/fault-graphs.ts";
import type { FaultGraph, Literal } from "../fault-graph.ts";
import { chancesOf } from "../chances.ts";
import { solved } from "../solve.ts";
import { cutSetCount, cutSetCountsByOrder } from "./count.ts";
import { type CutSets, cutSetsOf, singlePointsOfFailure } from "./cut-sets.ts";
import { fussellVeselyOf } from "./fussell-vesely.ts";
import { type CutSet, likeliestCutSets } from "./likeliest.ts";

function cutSets(graph: FaultGraph, top: Literal = topOf(graph)): CutSets {
  const found = cutSetsOf(solved(graph, top));
  if (found === null) throw new Error("the budget ran out");
  return found;
}

function asBits({ events }: CutSet): number {
  return events.reduce((bits, event) => bits | (1 << event), 0);
}

const bridge = graphOf(
  [0.01, 0.02, 0.03, 0.04, 0.05],
  [and(0, 1), and(3, 4), and(0, 2, 4), and(1, 2, 3), or(5, 6, 7, 8)],
);

function fussellVesely(graph: FaultGraph): readonly number[] | null {
  const made = solved(graph, topOf(graph));
  return fussellVeselyOf({ graph: made, cutSets: cutSets(graph) }, chancesOf(unavailabilitiesOf(graph)), 1e6);
}

describe("the importance by the union of cut sets", () => {
  it("F: is that of the parts of a bridge", () => {
    const expected = [0.0960074838437, 0.100058847624, 0.017434279367, 0.904536275357, 0.900780044037];
    for (const [event, share] of fussellVesely(bridge)?.entries() ?? []) {
      expect(Math.abs(share / (expected[event] ?? 0) - 1)).toBeLessThan(1e-10);
    }
  });

  it("is the chance of any set with the event, for any coherent graph", () => {
    fc.assert(
      fc.property(faultGraphs("coherent"), (graph) => {
        const shares = fussellVesely(graph);
        const whole = enumerated(graph, topOf(graph)).failed;
        if (shares === null || whole < 1e-6) return;
        for (const [event, share] of shares.entries()) {
          const sets = enumeratedCutSets(graph, topOf(graph)).filter((set) => ((set >> event) & 1) === 1);
          expect(share).toBeCloseTo(unionChance(sets, unavailabilitiesOf(graph)) / whole, 8);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function unionChance(sets: readonly number[], chances: readonly number[]): number {
  let sum = 0;
  for (let state = 0; state < 2 ** chances.length; state += 1) {
    if (!sets.some((set) => (set & state) === set)) continue;
    sum += chances.reduce((product, p, index) => product * (((state >> index) & 1) === 1 ? p : 1 - p), 1);
  }
  return sum;
}

describe("minimal cut sets", () => {
  it("of a bridge are four, likeliest first", () => {
    const found = likeliestCutSets(cutSets(bridge), unavailabilitiesOf(bridge), 10);
    expect(found.map(({ events }) => events)).toEqual([
      [3, 4],
      [0, 1],
      [1, 2, 3],
      [0, 2, 4],
    ]);
    expect(found[0]?.probability).toBeCloseTo(0.002, 15);
    expect(cutSetCountsByOrder(cutSets(bridge))).toEqual([0n, 0n, 2n, 2n]);
  });

  it.each<TreeShape>(["coherent", "any"])("are all there, each once: %s graphs", (shape) => {
    fc.assert(
      fc.property(faultGraphs(shape), (graph) => {
        const top = topOf(graph);
        const expected = enumeratedCutSets(graph, top);
        const found = likeliestCutSets(cutSets(graph), unavailabilitiesOf(graph), 1_000);
        expect(found.map(asBits).sort((a, b) => a - b)).toEqual(expected);
        expect(cutSetCount(cutSets(graph))).toBe(BigInt(expected.length));
        const sizes = found.map(({ events }) => events.length);
        for (const [order, count] of cutSetCountsByOrder(cutSets(graph)).entries()) {
          expect(count).toBe(BigInt(sizes.filter((size) => size === order).length));
        }
        expect(singlePointsOfFailure(cutSets(graph))).toEqual(
          found
            .filter(({ events }) => events.length === 1)
            .flatMap(({ events }) => events)
            .sort((a, b) => a - b),
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it("come with their probability, the likeliest first, and no more than asked for", () => {
    fc.assert(
      fc.property(faultGraphs("any"), fc.nat({ max: 5 }), (graph, count) => {
        const chances = unavailabilitiesOf(graph);
        const all = likeliestCutSets(cutSets(graph), chances, 1_000);
        const first = likeliestCutSets(cutSets(graph), chances, count);
        expect(first).toEqual(all.slice(0, count));
        for (const [index, { events, probability }] of all.entries()) {
          expect(probability).toBeCloseTo(
            events.reduce((product, event) => product * (chances[event] ?? 0), 1),
            14,
          );
          expect(probability).toBeLessThanOrEqual((all[index - 1]?.probability ?? 1) * (1 + 1e-12));
        }
      }),
    );
  });

  it("are counted past what a double holds", () => {
    const events = Array.from({ length: 300 }, () => 0.1);
    const pairs = Array.from({ length: 150 }, (_, index) => or(2 * index, 2 * index + 1));
    const graph = graphOf(events, [...pairs, and(...pairs.map((_, index) => 300 + index))]);
    expect(cutSetCount(cutSets(graph))).toBe(2n ** 150n);
    expect(cutSetCountsByOrder(cutSets(graph))[150]).toBe(2n ** 150n);
    const counting = graphOf(events, [atLeast(3, ...events.map((_, index) => index))]);
    expect(cutSetCount(cutSets(counting))).toBe(4_455_100n);
  });

  it("are one of nothing when the top is failed while no event is", () => {
    const graph = graphOf([0.5], [or(0, ~0)]);
    expect(cutSetCount(cutSets(graph))).toBe(1n);
    expect(likeliestCutSets(cutSets(graph, ~0), [0.5], 9)).toEqual([{ events: [], probability: 1 }]);
    expect(cutSetCount(cutSets(graph, ~1))).toBe(0n);
  });

  it("are not told when their work is past the bound", () => {
    const many = graphOf(
      Array.from({ length: 12 }, () => 0.5),
      [
        ...Array.from({ length: 11 }, (_, index) => and(index, index + 1)),
        or(...Array.from({ length: 11 }, (_, index) => 12 + index)),
      ],
    );
    expect(cutSetsOf(solved(many, topOf(many)), 2)).toBeNull();
  });
});
