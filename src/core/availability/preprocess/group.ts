import { AndGraph, type Edge, type GateKind } from "./and-graph.ts";
import { modulesOf } from "./modules.ts";
import type { Formula } from "./read-graph.ts";
import { rebuilt, usesOf } from "./reachable.ts";

/**
 * The same function, in which variables and modules that stand together, with the same signs, in every `and` that reads them have
 * become one gate of their own: nothing else reads what is in it, so that it is a module and counts as one variable from then on.
 */
export function grouped(formula: Formula): Formula {
  const { graph: from } = formula;
  const groupOf = groupsOf(formula);
  const into = new AndGraph();
  return rebuilt(formula, into, (node, inputs) => {
    const kind = from.kindOf(node) as GateKind;
    if (kind !== "and") return into.gate(kind, inputs, from.leastOf(node));
    const groups = new Map<number, Edge[]>();
    const alone: Edge[] = [];
    for (const [index, edge] of from.inputsOf(node).entries()) {
      const group = groupOf[edge >> 1] as number;
      const made = inputs[index] as Edge;
      if (group === 0) alone.push(made);
      else if (groups.has(group)) (groups.get(group) as Edge[]).push(made);
      else groups.set(group, [made]);
    }
    for (const edges of groups.values()) alone.push(into.and(edges));
    return into.and(alone);
  });
}

/** For each node the number of its group, from 1; 0: it stands alone. */
function groupsOf(formula: Formula): Int32Array {
  const members = new Map<string, number[]>();
  for (const [node, readers] of readersOf(formula)) {
    const text = readers.join(" ");
    const known = members.get(text);
    if (known === undefined) members.set(text, [node]);
    else known.push(node);
  }
  const groups = new Int32Array(formula.graph.size);
  let group = 0;
  for (const nodes of members.values()) {
    if (nodes.length < 2) continue;
    group += 1;
    for (const node of nodes) groups[node] = group;
  }
  return groups;
}

/** The gates that read each variable and module, for those that only `and`s read, and always with the same sign. */
function readersOf(formula: Formula): Map<number, number[]> {
  const { graph, top } = formula;
  const uses = usesOf(formula);
  const isModule = modulesOf({ graph, tops: [top] });
  const readers = new Map<number, number[]>();
  const signs = new Int8Array(graph.size).fill(-1);
  const mixed = new Set<number>();
  for (let node = top >> 1; node > 0; node -= 1) {
    if (uses[node] === 0) continue;
    const isAnd = graph.kindOf(node) === "and";
    for (const edge of graph.inputsOf(node)) {
      const below = edge >> 1;
      if (isModule[below] === 0) continue;
      if (!isAnd || (signs[below] !== -1 && signs[below] !== (edge & 1))) mixed.add(below);
      signs[below] = edge & 1;
      const known = readers.get(below);
      if (known === undefined) readers.set(below, [node]);
      else known.push(node);
    }
  }
  for (const node of mixed) readers.delete(node);
  return readers;
}
