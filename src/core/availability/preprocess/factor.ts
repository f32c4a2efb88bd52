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

/** `choices` say "not all of" their inputs; the input that most of them share is taken out, and again, until none is shared. */
function takenOut(graph: AndGraph, choices: readonly Edge[]): readonly Edge[] {
  let open = choices;
  const done: Edge[] = [];
  while (open.length > 1) {
    const shared = mostShared(graph, open);
    if (shared === null) break;
    const isHaving = (edge: Edge): boolean => partsOf(graph, edge).includes(shared);
    const having = open.filter(isHaving);
    const rest = having.map((edge) => not(graph.and(partsOf(graph, edge).filter((each) => each !== shared))));
    done.push(not(graph.and([shared, not(graph.and(takenOut(graph, rest)))])));
    open = open.filter((edge) => !isHaving(edge));
  }
  return [...done, ...open];
}

function partsOf(graph: AndGraph, edge: Edge): readonly Edge[] {
  const isChoice = (edge & 1) === 1 && graph.kindOf(edge >> 1) === "and";
  return isChoice ? graph.inputsOf(edge >> 1) : [];
}

function mostShared(graph: AndGraph, choices: readonly Edge[]): Edge | null {
  const counts = new Map<Edge, number>();
  let best: Edge | null = null;
  let bestCount = 1;
  for (const choice of choices) {
    for (const edge of partsOf(graph, choice)) {
      const count = (counts.get(edge) ?? 0) + 1;
      counts.set(edge, count);
      if (count > bestCount) [best, bestCount] = [edge, count];
    }
  }
  return best;
}
