import type { AndGraph, Edge } from "./and-graph.ts";
import type { Formula } from "./read-graph.ts";

/** For each node how many edges of reachable nodes point at it, the top's own included; 0: not reachable. */
export function usesOf({ graph, top }: Formula): Int32Array {
  const uses = new Int32Array(graph.size);
  uses[top >> 1] = 1;
  for (let node = top >> 1; node > 0; node -= 1) {
    if (uses[node] === 0) continue;
    for (const edge of graph.inputsOf(node)) uses[edge >> 1] = (uses[edge >> 1] as number) + 1;
  }
  return uses;
}

/** Makes each reachable gate anew, inputs first; `remake` is given its inputs as they are now. */
export function rebuilt(
  { graph, top }: Formula,
  into: AndGraph,
  remake: (node: number, inputs: readonly Edge[]) => Edge,
): Formula {
  const uses = usesOf({ graph, top });
  const edges = new Int32Array(graph.size);
  for (let node = 1; node <= top >> 1; node += 1) {
    if (uses[node] === 0) continue;
    if (graph.kindOf(node) === "variable") edges[node] = into.variable(graph.variableOf(node));
    else {
      const inputs = graph.inputsOf(node).map((edge) => (edges[edge >> 1] as number) ^ (edge & 1));
      edges[node] = remake(node, inputs);
    }
  }
  return { graph: into, top: (edges[top >> 1] as number) ^ (top & 1) };
}
