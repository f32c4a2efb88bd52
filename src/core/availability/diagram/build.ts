import type { Region, RegionGate } from "../preprocess/regions.ts";
import { Diagram, type DiagramEdge } from "./diagram.ts";
import type { Order } from "./orders.ts";

/** What an attempt to build the diagram of a region came to. */
export interface Attempt {
  readonly diagram: Diagram;
  /** Means nothing when the diagram is exhausted. */
  readonly top: DiagramEdge;
  /** How many gates were done. */
  readonly gatesDone: number;
}

/** Builds gate by gate, from the variables up, until it is done or more than `stepsMax` steps of work are. */
export function attempt(region: Region, order: Order, stepsMax: number): Attempt {
  const diagram = new Diagram(stepsMax, 8 * (order.length + region.gates.length));
  const edges: DiagramEdge[] = [0];
  for (const level of order) edges.push(diagram.variable(level));
  for (const [index, gate] of region.gates.entries()) {
    const inputs = gate.inputs.map((edge) => (edges[edge >> 1] as number) ^ (edge & 1));
    edges.push(gateEdge(diagram, gate, inputs));
    if (diagram.isExhausted) return { diagram, top: 0, gatesDone: index };
  }
  const top = (edges[region.top >> 1] as number) ^ (region.top & 1);
  return { diagram, top, gatesDone: region.gates.length };
}

function gateEdge(diagram: Diagram, gate: RegionGate, inputs: DiagramEdge[]): DiagramEdge {
  // Deepest first: what is joined last stands above all that was joined before, and costs one node. Where the topmost variable is
  // the same, as with a region that everything reads, those written later stand deeper in an order that follows the gates.
  inputs.reverse().sort((a, b) => diagram.levelOf(b) - diagram.levelOf(a));
  if (gate.kind === "and") return inputs.reduce((joined, edge) => diagram.and(edge, joined), 0);
  if (gate.kind === "xor") return inputs.reduce((joined, edge) => diagram.xor(edge, joined), 1);
  return atLeast(diagram, gate.least, inputs);
}

/** Counts: of the inputs so far, `some[j]` says that j or more are true. */
function atLeast(diagram: Diagram, least: number, inputs: readonly DiagramEdge[]): DiagramEdge {
  const some: DiagramEdge[] = [0, ...Array.from({ length: least }, () => 1)];
  for (const [index, input] of inputs.entries()) {
    const left = inputs.length - index - 1;
    for (let count = least; count >= 1 && count + left >= least; count -= 1) {
      some[count] = diagram.choice(input, some[count - 1] as number, some[count] as number);
      if (diagram.isExhausted) return 0;
    }
  }
  return some[least] as number;
}
