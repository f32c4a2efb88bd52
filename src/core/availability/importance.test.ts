import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  and,
  atLeast,
  faultGraphs,
  graphOf,
  or,
  topOf,
  unavailabilitiesOf,
} from "../../../test/fault-graphs.ts";
import { chanceOf } from "./chance.ts";
import { chancesOf } from "./chances.ts";
import type { FaultGraph } from "./fault-graph.ts";
import { type Importance, importanceOf } from "./importance.ts";
import { solved } from "./solve.ts";

function importance(graph: FaultGraph): readonly Importance[] {
  return importanceOf(solved(graph, topOf(graph)), chancesOf(unavailabilitiesOf(graph)));
}

function expectRelative(value: number | null | undefined, expected: number): void {
  expect(Math.abs(Number(value) / expected - 1)).toBeLessThan(1e-10);
}

/** What the top comes to when one event has failed, or never does. */
function withEvent(graph: FaultGraph, event: number, value: number): number {
  const chances = unavailabilitiesOf(graph).with(event, value);
  return chanceOf(solved(graph, topOf(graph)), chancesOf(chances)).failed;
}

describe("the importance of an event", () => {
  it.each([
    [0, 0.0213484, 0.0954637246432, 0.104509087397, 10.4509087397, 1.10553885703],
    [1, 0.0110942, 0.0992199559627, 0.117235556843, 5.86177784217, 1.11014892772],
    [2, 0.0012228, 0.0164039987765, 0.0459118788132, 1.53039596044, 1.01667757774],
    [3, 0.0505396, 0.903992516156, 0.90783281551, 22.6958203878, 10.415854681],
    [4, 0.04025048, 0.899941152376, 0.904944094757, 18.0988818951, 9.99411869861],
  ])("F: is that of part %i of a bridge", (event, ...expected) => {
    const bridge = graphOf(
      [0.01, 0.02, 0.03, 0.04, 0.05],
      [and(0, 1), and(3, 4), and(0, 2, 4), and(1, 2, 3), or(5, 6, 7, 8)],
    );
    const { birnbaum, criticality, diagnostic, achievement, reduction } = importance(bridge)[
      event
    ] as Importance;
    for (const [at, value] of [birnbaum, criticality, diagnostic, achievement, reduction].entries()) {
      expectRelative(value, expected[at] as number);
    }
  });

  it("is what comes of failing the event, and of never failing it, for any graph", () => {
    fc.assert(
      fc.property(faultGraphs("any"), (graph) => {
        const whole = withEvent(graph, 0, unavailabilitiesOf(graph)[0] as number);
        const [first] = importance(graph);
        const [always, never] = [withEvent(graph, 0, 1), withEvent(graph, 0, 0)];
        expect(first?.birnbaum).toBeCloseTo(always - never, 12);
        if (whole > 1e-9) expect(first?.achievement).toBeCloseTo(always / whole, 6);
        if (never > 1e-9) expect(first?.reduction).toBeCloseTo(whole / never, 6);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps its digits where hardly anything is left without the event", () => {
    const [shared] = importance(graphOf([1e-3, 1e-8, 1e-8], [and(1, 2), or(0, 3)]));
    expectRelative(shared?.reduction, (1e-3 + 1e-16 - 1e-19) / 1e-16);
  });

  it("says nothing where nothing can be divided", () => {
    const [only] = importance(graphOf([1e-3], [or(0)]));
    expect(only).toMatchObject({ birnbaum: 1, criticality: 1, reduction: null, achievement: 1000 });
    expect(importance(graphOf([0, 0.5], [and(0, 1)]))[1]).toMatchObject({
      criticality: null,
      achievement: null,
    });
  });

  it.each([3, 98])("of one of 100 counted units is that of the others being %i - 1 down", (least) => {
    const graph = graphOf(
      Array.from({ length: 100 }, (_, index) => 0.01 + index / 200),
      [atLeast(least, ...Array.from({ length: 100 }, (_, index) => index))],
    );
    for (const event of [0, 57, 99]) {
      const rise = withEvent(graph, event, 1) - withEvent(graph, event, 0);
      expect(Math.abs((importance(graph)[event]?.birnbaum ?? 0) - rise)).toBeLessThan(1e-13);
    }
  });
});
