import { AndGraph, type Edge, type GateKind, not } from "./and-graph.ts";
import type { Formula } from "./read-graph.ts";
import { rebuilt, usesOf } from "./reachable.ts";

/** The same function with what several inputs of a gate share taken out: `(a or b) and (a or c)` is `a or (b and c)`. */
export function factored(formula: Formula): Formula {
  const uses = usesOf(formula);
  const into = new AndGraph();
  const { graph: from } = formula;
  return rebuilt(formula, into, (node, inputs) => {
    const kind = from.kindOf(node) as GateKind;
    if (kind !== "and") return into.gate(kind, inputs, from.leastOf(node));
    const old = from.inputsOf(node);
    const apart = inputs.filter((_, index) => !isPrivateChoice(old[index] as Edge));
    const choices = inputs.filter((_, index) => isPrivateChoice(old[index] as Edge));
    return into.and([...apart, ...takenOut(into, choices)]);
  });

  function isPrivateChoice(edge: Edge): boolean {
    return (edge & 1) === 1 && from.kindOf(edge >> 1) === "and" && uses[edge >> 1] === 1;
  }
}

/** `choices` say "not all of" their inputs; what most of them share is taken out, and so on with what the fewest share. */
function takenOut(graph: AndGraph, choices: readonly Edge[]): readonly Edge[] {
  const left = new Set(choices);
  const done: Edge[] = [];
  for (const [shared, having] of readersOf(graph, choices)) {
    const now = having.filter((edge) => left.has(edge));
    if (now.length < 2) continue;
    const rests = now.map((edge) => not(graph.and(partsOf(graph, edge).filter((each) => each !== shared))));
    done.push(not(graph.and([shared, not(graph.and(takenOut(graph, rests)))])));
    for (const edge of now) left.delete(edge);
  }
  return [...done, ...left];
}

function partsOf(graph: AndGraph, edge: Edge): readonly Edge[] {
  const isChoice = (edge & 1) === 1 && graph.kindOf(edge >> 1) === "and";
  return isChoice ? graph.inputsOf(edge >> 1) : [];
}

/** Each input that several choices have, with these; those that most have first. */
function readersOf(graph: AndGraph, choices: readonly Edge[]): readonly (readonly [Edge, readonly Edge[]])[] {
  const readers = new Map<Edge, Edge[]>();
  for (const choice of choices) {
    for (const edge of partsOf(graph, choice)) {
      const known = readers.get(edge);
      if (known === undefined) readers.set(edge, [choice]);
      else known.push(choice);
    }
  }
  return [...readers].filter(([, having]) => having.length > 1).sort(([, a], [, b]) => b.length - a.length);
}
