import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  and,
  atLeast,
  enumerated,
  faultGraphs,
  graphOf,
  or,
  topOf,
  type TreeShape,
  unavailabilitiesOf,
  xor,
} from "../../../test/fault-graphs.ts";
import { chanceBounds } from "./bounds.ts";
import { chanceOf } from "./chance.ts";
import { chancesOf } from "./chances.ts";
import { solved } from "./solve.ts";

/** A work bound that no region of more than one gate stays within. */
const hardlyAny = 1;

describe("the bounds of a chance", () => {
  it("are the chance itself where every module is solved", () => {
    const graph = graphOf([0.1, 0.2], [and(0, 1)]);
    expect(chanceBounds(solved(graph, 2), chancesOf([0.1, 0.2]))).toEqual({
      lower: 0.1 * 0.2,
      upper: 0.1 * 0.2,
    });
  });

  it.each<readonly [TreeShape, number]>([
    ["coherent", 1],
    ["any", 1],
    ["coherent", 3],
    ["any", 3],
    ["any", 100],
  ])("hold for any graph whose work is past what is allowed: %s graphs, %i nodes", (shape, nodesMax) => {
    fc.assert(
      fc.property(faultGraphs(shape), (graph) => {
        const top = topOf(graph);
        const bounds = chanceBounds(
          solved(graph, top, hardlyAny),
          chancesOf(unavailabilitiesOf(graph)),
          nodesMax,
        );
        const { failed } = enumerated(graph, top);
        expect(bounds.lower).toBeLessThanOrEqual(failed + 1e-12);
        expect(bounds.upper).toBeGreaterThanOrEqual(failed - 1e-12);
        expect(bounds.lower).toBeGreaterThanOrEqual(0);
        expect(bounds.upper).toBeLessThanOrEqual(1 + 1e-12);
      }),
      { numRuns: 1_000 },
    );
  });

  it("hold through modules that read an unsolved one", () => {
    // A bridge that is not solved, read by a count, an exclusive or, and a diagram with another such bridge.
    const bridge = (at: number, gates: number) => [
      and(at, at + 1),
      and(at + 3, at + 4),
      and(at, at + 2, at + 4),
      and(at + 1, at + 2, at + 3),
      or(gates, gates + 1, gates + 2, gates + 3),
    ];
    const events = Array.from({ length: 13 }, (_, index) => 0.1 + index / 30);
    const graph = graphOf(events, [
      ...bridge(0, 13),
      ...bridge(5, 18),
      atLeast(2, 17, ~10, 11),
      xor(22, 12),
      or(23, ~24),
    ]);
    const exact = chanceOf(solved(graph, topOf(graph)), chancesOf(events)).failed;
    const widths = [2, 4, 1_000].map((nodesMax) => {
      const { lower, upper } = chanceBounds(
        solved(graph, topOf(graph), hardlyAny),
        chancesOf(events),
        nodesMax,
      );
      expect(lower).toBeLessThanOrEqual(exact + 1e-14);
      expect(upper).toBeGreaterThanOrEqual(exact - 1e-14);
      return upper - lower;
    });
    expect(widths[0]).toBeGreaterThan(0.01);
    expect(widths[2]).toBeLessThan(1e-12);
  });
});
