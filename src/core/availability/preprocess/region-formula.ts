import { AndGraph, type Edge } from "./and-graph.ts";
import type { Formula } from "./read-graph.ts";
import type { Region } from "./regions.ts";

/** What a region says of its variables: variable i of the formula is the region's i-th. */
export function formulaOfRegion({ variables, gates, top }: Region): Formula {
  const graph = new AndGraph();
  const edges: Edge[] = [0, ...variables.map((_, index) => graph.variable(index))];
  const edgeOf = (edge: Edge): Edge => (edges[edge >> 1] as Edge) ^ (edge & 1);
  for (const { kind, least, inputs } of gates) edges.push(graph.gate(kind, inputs.map(edgeOf), least));
  return { graph, top: edgeOf(top) };
}
