import { AndGraph, type Edge, type GateKind, not } from "./and-graph.ts";
import { inContext } from "./context.ts";
import { factored } from "./factor.ts";
import { grouped } from "./group.ts";
import type { Formula } from "./read-graph.ts";
import { rebuilt, usesOf } from "./reachable.ts";

/** More rounds than this change next to nothing. */
const roundsMax = 4;

/** The same function with fewer gates and fewer readers of each, so that its diagram is smaller. */
export function simplified(formula: Formula): Formula {
  let best = coalesced(formula);
  let size = sizeOf(best);
  for (let round = 0; round < roundsMax; round += 1) {
    const next = coalesced(factored(coalesced(inContext(best))));
    const nextSize = sizeOf(next);
    if (nextSize >= size) break;
    best = next;
    size = nextSize;
  }
  return grouped(best);
}

/** The inputs of all gates that the top reads. */
function sizeOf(formula: Formula): number {
  return usesOf(formula).reduce((sum, uses) => sum + uses, 0);
}

/** Gates that only one gate of the same kind reads become part of it; what a neighbour decides is left out. */
export function coalesced(formula: Formula): Formula {
  const uses = usesOf(formula);
  const into = new AndGraph();
  const { graph: from } = formula;
  /** For each node of the new graph, whether only one gate reads it. */
  const isPrivate = new Set<number>();
  return rebuilt(formula, into, (node, inputs) => {
    const kind = from.kindOf(node) as GateKind;
    const flat = kind === "at-least" ? inputs : inputs.flatMap((edge) => partsOf(edge, kind));
    const made = into.gate(kind, kind === "and" ? undecided(into, flat) : flat, from.leastOf(node));
    if (uses[node] === 1) isPrivate.add(made >> 1);
    else isPrivate.delete(made >> 1);
    return made;
  });

  function partsOf(edge: Edge, kind: GateKind): readonly Edge[] {
    const node = edge >> 1;
    if (into.kindOf(node) !== kind || !isPrivate.has(node)) return [edge];
    if (kind === "xor") {
      const [first = 0, ...others] = into.inputsOf(node);
      return [first ^ (edge & 1), ...others];
    }
    return (edge & 1) === 1 ? [edge] : into.inputsOf(node);
  }
}

/** Without the inputs of an `and` that another of its inputs makes true: those that say "not all of" what cannot all be. */
function undecided(graph: AndGraph, inputs: readonly Edge[]): readonly Edge[] {
  const given = new Set(inputs);
  return inputs.filter((edge) => {
    if ((edge & 1) === 0 || graph.kindOf(edge >> 1) !== "and") return true;
    return !graph.inputsOf(edge >> 1).some((below) => given.has(not(below)));
  });
}
