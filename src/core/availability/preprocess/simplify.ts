import { AndGraph, type Edge, type GateKind, not } from "./and-graph.ts";
import { inContext, type Shared } from "./context.ts";
import { factored } from "./factor.ts";
import { grouped } from "./group.ts";
import type { Formula } from "./read-graph.ts";
import { usesOf } from "./reachable.ts";

/** More rounds than this change next to nothing. */
const roundsMax = 4;

/** With fewer nodes than this that several gates read, a diagram is small in any case. */
const sharedMin = 24;

/** The same function with fewer gates and fewer readers of each, so that its diagram is smaller. */
export function simplified(formula: Formula): Formula {
  let best = sized(coalesced(formula));
  for (let round = 0; round < roundsMax; round += 1) {
    const kept = sized(oneRound(best.formula, "kept"));
    if (kept.size < best.size) {
      best = kept;
      continue;
    }
    // Copies are worth their while only when more falls away than they add, and where a diagram may be large at all.
    if (sharedIn(best.formula) < sharedMin) break;
    const copied = sized(oneRound(best.formula, "copied"));
    if (copied.size >= best.size) break;
    best = copied;
  }
  return grouped(best.formula);
}

function oneRound(formula: Formula, shared: Shared): Formula {
  return coalesced(factored(coalesced(inContext(formula, shared))));
}

function sized(formula: Formula): { readonly formula: Formula; readonly size: number } {
  return { formula, size: sizeOf(formula) };
}

function sharedIn(formula: Formula): number {
  return usesOf(formula).reduce((count, uses) => (uses > 1 ? count + 1 : count), 0);
}

/** The inputs of all gates that the top reads. */
function sizeOf(formula: Formula): number {
  return usesOf(formula).reduce((sum, uses) => sum + uses, 0);
}

/** Gates that only one gate of the same kind reads become part of it; what a neighbour decides is left out. */
function coalesced(formula: Formula): Formula {
  const { graph: from, top } = formula;
  const absorbed = absorbedBy(formula);
  const into = new AndGraph();
  const edges = new Int32Array(from.size);
  for (let node = 1; node <= top >> 1; node += 1) {
    // What is absorbed is written out where it is read: a chain of a thousand gates is one, never a thousand ever longer ones.
    if (absorbed[node] !== standsAlone) continue;
    const kind = from.kindOf(node);
    if (kind === "variable") {
      edges[node] = into.variable(from.variableOf(node));
    } else {
      const flat = flatInputs(formula, node, absorbed).map(
        (edge) => (edges[edge >> 1] as number) ^ (edge & 1),
      );
      const inputs = kind === "and" ? undecided(into, flat) : flat;
      edges[node] = into.gate(kind as GateKind, inputs, from.leastOf(node));
    }
  }
  return { graph: into, top: (edges[top >> 1] as number) ^ (top & 1) };
}

const unread = 0;
const standsAlone = 1;
const isPart = 2;

/** For each node whether it stands alone, or is part of the one gate that reads it, which is of its own kind. */
function absorbedBy(formula: Formula): Uint8Array {
  const { graph, top } = formula;
  const uses = usesOf(formula);
  const states = new Uint8Array(graph.size);
  states[top >> 1] = standsAlone;
  for (let node = top >> 1; node > 0; node -= 1) {
    if (states[node] === unread) continue;
    const kind = graph.kindOf(node);
    for (const edge of graph.inputsOf(node)) {
      const below = edge >> 1;
      const isSame = graph.kindOf(below) === kind && uses[below] === 1;
      const joins = isSame && (kind === "xor" || (kind === "and" && (edge & 1) === 0));
      states[below] = joins ? isPart : standsAlone;
    }
  }
  return states;
}

/** The inputs of a gate with those of its parts in their place, in the order in which they were written. */
function flatInputs({ graph }: Formula, node: number, absorbed: Uint8Array): readonly Edge[] {
  const flat: Edge[] = [];
  const open = graph.inputsOf(node).toReversed();
  for (let edge = open.pop(); edge !== undefined; edge = open.pop()) {
    if (absorbed[edge >> 1] !== isPart) {
      flat.push(edge);
      continue;
    }
    const inputs = graph.inputsOf(edge >> 1);
    // The sign of a part of an exclusive or is the sign of any one of its inputs.
    for (let at = inputs.length - 1; at >= 0; at -= 1)
      open.push((inputs[at] as Edge) ^ (at === 0 ? edge & 1 : 0));
  }
  return flat;
}

/** Without the inputs of an `and` that another of its inputs makes true: those that say "not all of" what cannot all be. */
function undecided(graph: AndGraph, inputs: readonly Edge[]): readonly Edge[] {
  const isChoice = (edge: Edge): boolean => (edge & 1) === 1 && graph.kindOf(edge >> 1) === "and";
  if (!inputs.some(isChoice)) return inputs;
  const given = new Set(inputs);
  return inputs.filter((edge) => {
    if (!isChoice(edge)) return true;
    return !graph.inputsOf(edge >> 1).some((below) => given.has(not(below)));
  });
}
