import { invariant, unreachable } from "../../problem/problem.ts";
import type { FaultGraph, Gate, Literal } from "../fault-graph.ts";
import { AndGraph, type Edge } from "./and-graph.ts";

/** A function over the events of a fault graph: event i is variable i. */
export interface Formula {
  readonly graph: AndGraph;
  readonly top: Edge;
}

/**
 * What `top` says, gate by gate; gates that it does not read are left out.
 *
 * @throws InvariantBroken when the gates form a circle, or point at what is not there
 */
export function formulaOf(faults: FaultGraph, top: Literal): Formula {
  const { graph, edges } = formulasOf(faults, [top]);
  return { graph, top: edges[0] as Edge };
}

/** The same of several tops in one graph: what they share is in it once. */
export function formulasOf(
  faults: FaultGraph,
  tops: readonly Literal[],
): { readonly graph: AndGraph; readonly edges: readonly Edge[] } {
  const graph = new AndGraph();
  const edges = new Int32Array(faults.gates.length).fill(unmade);
  const edgeOf = (literal: Literal): Edge => {
    const node = nodeOf(literal);
    const edge = node < faults.events.length ? graph.variable(node) : edges[node - faults.events.length];
    if (edge === undefined || edge === unmade)
      invariant(false, `gate ${node - faults.events.length} is made after what it reads`);
    return literal < 0 ? edge ^ 1 : edge;
  };
  for (const node of gatesBelow(faults, tops)) {
    edges[node - faults.events.length] = gateEdge(graph, gateAt(faults, node), edgeOf);
  }
  return { graph, edges: tops.map(edgeOf) };
}

const unmade: Edge = -1;

function gateEdge(graph: AndGraph, gate: Gate, edgeOf: (literal: Literal) => Edge): Edge {
  const inputs = gate.inputs.map(edgeOf);
  switch (gate.kind) {
    case "and":
      return graph.and(inputs);
    case "or":
      return graph.or(inputs);
    case "xor":
      return graph.xor(inputs);
    case "at-least":
      return graph.atLeast(gate.least, inputs);
    default:
      return unreachable(gate);
  }
}

function nodeOf(literal: Literal): number {
  return literal < 0 ? ~literal : literal;
}

function gateAt(faults: FaultGraph, node: number): Gate {
  const gate = faults.gates[node - faults.events.length];
  if (gate === undefined) invariant(false, `a literal points at node ${node}, which is not there`);
  return gate;
}

const unseen = 0;
const open = 1;
const done = 2;

/** The gates that the tops read, each after those that it reads itself; as deep as memory allows. */
function gatesBelow(faults: FaultGraph, tops: readonly Literal[]): readonly number[] {
  const ordered: number[] = [];
  const states = new Uint8Array(faults.events.length + faults.gates.length);
  const waiting = tops.map(nodeOf).toReversed();
  for (let node = waiting.at(-1); node !== undefined; node = waiting.at(-1)) {
    const state = states[node] ?? unseen;
    if (node < faults.events.length || state !== unseen) {
      waiting.pop();
      if (state === open) {
        states[node] = done;
        ordered.push(node);
      }
      continue;
    }
    states[node] = open;
    for (const input of gateAt(faults, node).inputs.toReversed()) {
      const below = nodeOf(input);
      if (states[below] === open) invariant(false, `gate ${below - faults.events.length} reads itself`);
      if (below >= faults.events.length && states[below] === unseen) waiting.push(below);
    }
  }
  return ordered;
}
