import fc from "fast-check";
import type { FaultGraph, Gate, Literal } from "../src/core/availability/fault-graph.ts";
import { unreachable } from "../src/core/problem/problem.ts";
import { ratio } from "../src/core/units/units.ts";

/** A fault graph of constant events. */
export function graphOf(unavailabilities: readonly number[], gates: readonly Gate[]): FaultGraph {
  const events = unavailabilities.map((value, index) => ({
    name: `e${index}`,
    law: { kind: "constant" as const, unavailability: ratio(value) },
  }));
  return { events, gates };
}

export function unavailabilitiesOf({ events }: FaultGraph): number[] {
  return events.map(({ law }) => (law.kind === "constant" ? law.unavailability : Number.NaN));
}

export const and = (...inputs: Literal[]): Gate => ({ name: "and", kind: "and", inputs });
export const or = (...inputs: Literal[]): Gate => ({ name: "or", kind: "or", inputs });
export const xor = (...inputs: Literal[]): Gate => ({ name: "xor", kind: "xor", inputs });
export const atLeast = (least: number, ...inputs: Literal[]): Gate => ({
  name: "at-least",
  kind: "at-least",
  least,
  inputs,
});

export type TreeShape = "coherent" | "any";

/** Random graphs of a few events, whose last gate is the top; gates may read anything made before them, several times. */
export function faultGraphs(shape: TreeShape): fc.Arbitrary<FaultGraph> {
  const counts = fc.record({ events: fc.integer({ min: 1, max: 8 }), gates: fc.integer({ min: 1, max: 9 }) });
  return counts.chain(({ events, gates }) =>
    fc
      .tuple(
        fc.array(percent, { minLength: events, maxLength: events }),
        fc.tuple(...Array.from({ length: gates }, (_, index) => gatesOver(events + index, shape))),
      )
      .map(([chances, made]) => graphOf(chances, made)),
  );
}

/** Mostly far from 0 and 1, so that every state weighs something. */
const percent = fc.integer({ min: 0, max: 100 }).map((value) => value / 100);

function inputsOf(literal: fc.Arbitrary<Literal>): fc.Arbitrary<Literal[]> {
  const some = fc.array(literal, { minLength: 2, maxLength: 5 });
  return fc.oneof(
    { weight: 12, arbitrary: some },
    { weight: 1, arbitrary: fc.array(literal, { maxLength: 1 }) },
  );
}

function gatesOver(nodes: number, shape: TreeShape): fc.Arbitrary<Gate> {
  const recent = fc.integer({ min: Math.max(0, nodes - 3), max: nodes - 1 });
  const node = fc.oneof(recent, fc.integer({ min: 0, max: nodes - 1 }));
  const literal =
    shape === "coherent"
      ? node
      : fc.oneof(
          node,
          node,
          node.map((each) => ~each),
        );
  const kind =
    shape === "coherent"
      ? fc.constantFrom("and", "or", "at-least")
      : fc.constantFrom("and", "or", "and", "or", "at-least", "xor");
  return fc
    .record({ kind, inputs: inputsOf(literal), least: fc.integer({ min: 0, max: 5 }) })
    .map(
      ({ kind: chosen, inputs, least }): Gate =>
        chosen === "at-least"
          ? { name: "g", kind: chosen, least, inputs }
          : { name: "g", kind: chosen, inputs },
    );
}

export function topOf({ events, gates }: FaultGraph): Literal {
  return events.length + gates.length - 1;
}

/** Whether the top holds when just the events whose bits are set have failed: gate by gate, as they are declared. */
export function holds({ events, gates }: FaultGraph, top: Literal, failed: number): boolean {
  const values = events.map((_, index) => ((failed >> index) & 1) === 1);
  const read = (literal: Literal): boolean =>
    literal < 0 ? values[~literal] !== true : values[literal] === true;
  for (const gate of gates) {
    const count = gate.inputs.filter(read).length;
    values.push(gateHolds(gate, count));
  }
  return read(top);
}

/** Whether a gate is true of which so many inputs are. */
export function gateHolds(gate: Gate, count: number): boolean {
  switch (gate.kind) {
    case "and":
      return count === gate.inputs.length;
    case "or":
      return count > 0;
    case "xor":
      return count % 2 === 1;
    case "at-least":
      return count >= gate.least;
    default:
      return unreachable(gate);
  }
}

/** Sums over every state of all events. */
export function enumerated(
  graph: FaultGraph,
  top: Literal,
): { readonly failed: number; readonly works: number } {
  const chances = unavailabilitiesOf(graph);
  const sums = { failed: 0, works: 0 };
  for (let state = 0; state < 2 ** chances.length; state += 1) {
    const chance = chances.reduce(
      (product, p, index) => product * (((state >> index) & 1) === 1 ? p : 1 - p),
      1,
    );
    sums[holds(graph, top, state) ? "failed" : "works"] += chance;
  }
  return sums;
}

/** States that fail the top, themselves or by a part of them, and of which no part does: bits are events. */
export function enumeratedCutSets(graph: FaultGraph, top: Literal): number[] {
  const found: number[] = [];
  const states = Array.from({ length: 2 ** graph.events.length }, (_, state) => state);
  const bits = (state: number): number => state.toString(2).replaceAll("0", "").length;
  for (const state of states.sort((a, b) => bits(a) - bits(b))) {
    if (!holds(graph, top, state)) continue;
    if (!found.some((smaller) => (smaller & state) === smaller)) found.push(state);
  }
  return found.sort((a, b) => a - b);
}
