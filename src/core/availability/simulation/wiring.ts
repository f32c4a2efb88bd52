import { invariant } from "../../problem/problem.ts";
import type { FaultGraph, Gate, Literal } from "../fault-graph.ts";

/** A fault graph laid out for being followed upwards: who reads a node, and how many inputs make a gate true. */
export interface Wiring {
  readonly events: number;
  readonly nodes: number;
  /** The readers of node i stand from `readersFrom[i]` to before `readersFrom[i + 1]`. */
  readonly readersFrom: Int32Array;
  /** Number of the gate that reads, from 0. */
  readonly readers: Int32Array;
  /** 1: it reads the node; -1: its negation. */
  readonly signs: Int8Array;
  /** By gate: how many true inputs make it true; for an exclusive or, `parity`. */
  readonly least: Int32Array;
  /** By gate: above every gate that it reads. From 0. */
  readonly levels: Int32Array;
  readonly levelCount: number;
  /** By gate: true inputs while every node is false. */
  readonly negated: Int32Array;
  /** Gates in an order in which each stands after those that it reads. */
  readonly order: Int32Array;
}

/** In the place of a number of inputs: true while an odd number of them is. */
export const parity = -1;

export function nodeOf(literal: Literal): number {
  return literal < 0 ? ~literal : literal;
}

/** @throws InvariantBroken when the graph has a circle or reads what is not there */
export function wiringOf({ events, gates }: FaultGraph): Wiring {
  const nodes = events.length + gates.length;
  const readersFrom = new Int32Array(nodes + 1);
  for (const literal of gates.flatMap((gate) => gate.inputs)) {
    const node = nodeOf(literal);
    invariant(node < nodes, `a gate reads node ${node}, of which there are ${nodes}`);
    readersFrom[node + 1] = (readersFrom[node + 1] as number) + 1;
  }
  for (let node = 0; node < nodes; node += 1) {
    readersFrom[node + 1] = (readersFrom[node + 1] as number) + (readersFrom[node] as number);
  }
  const readers = new Int32Array(readersFrom[nodes] as number);
  const signs = new Int8Array(readers.length);
  const filled = readersFrom.slice();
  for (const [number, gate] of gates.entries()) {
    for (const literal of gate.inputs) {
      const at = filled[nodeOf(literal)] as number;
      readers[at] = number;
      signs[at] = literal < 0 ? -1 : 1;
      filled[nodeOf(literal)] = at + 1;
    }
  }
  return {
    events: events.length,
    nodes,
    readersFrom,
    readers,
    signs,
    least: Int32Array.from(gates, leastOf),
    negated: Int32Array.from(gates, (gate) => gate.inputs.filter((literal) => literal < 0).length),
    ...levelled(events.length, gates),
  };
}

function leastOf(gate: Gate): number {
  switch (gate.kind) {
    case "and":
      return gate.inputs.length;
    case "or":
      return 1;
    case "xor":
      return parity;
    case "at-least":
      return gate.least;
  }
}

/** Puts each gate above those that it reads, without recursion: a chain of gates may be long. */
function levelled(events: number, gates: readonly Gate[]): Pick<Wiring, "levels" | "levelCount" | "order"> {
  const below = gates.map((gate) =>
    gate.inputs.map(nodeOf).flatMap((node) => (node < events ? [] : [node - events])),
  );
  const levels = new Int32Array(gates.length).fill(unknown);
  const order: number[] = [];
  const path = [...gates.keys()];
  while (path.length > 0) {
    const gate = path.at(-1) as number;
    const unknowns = (below[gate] as number[]).filter((each) => (levels[each] as number) < 0);
    if ((levels[gate] as number) >= 0) path.pop();
    else if (unknowns.length > 0) {
      invariant(levels[gate] === unknown, `the gate "${gates[gate]?.name ?? ""}" reads itself on a circle`);
      levels[gate] = opened;
      path.push(...unknowns);
    } else {
      path.pop();
      levels[gate] =
        below[gate]?.reduce((most, each) => Math.max(most, (levels[each] as number) + 1), 0) ?? 0;
      order.push(gate);
    }
  }
  const levelCount = levels.reduce((most, level) => Math.max(most, level + 1), 0);
  return { levels, levelCount, order: Int32Array.from(order) };
}

/** Levels of gates that are not levelled yet: not looked at, or waiting for those below. */
const [unknown, opened] = [-1, -2] as const;
