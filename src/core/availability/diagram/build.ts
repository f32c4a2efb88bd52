import type { Region, RegionGate } from "../preprocess/regions.ts";
import { Diagram, type DiagramEdge } from "./diagram.ts";
import type { Order } from "./orders.ts";

/** The diagram of a region while it is built, gate by gate, from the variables up. */
export class Build {
  readonly diagram: Diagram;
  readonly #region: Region;
  readonly #edges: DiagramEdge[] = [0];

  constructor(region: Region, order: Order) {
    this.#region = region;
    this.diagram = new Diagram(Number.POSITIVE_INFINITY, 8 * (order.length + region.gates.length));
    for (const level of order) this.#edges.push(this.diagram.variable(level));
  }

  /** How far it is: gates that are done. */
  get gatesDone(): number {
    return this.#edges.length - 1 - this.#region.variables.length;
  }

  /** Means nothing before all gates are done. */
  get top(): DiagramEdge {
    const { top } = this.#region;
    return (this.#edges[top >> 1] as number) ^ (top & 1);
  }

  /**
   * Goes on until all gates are done, or as many steps as this in all. What was begun of a gate is not lost.
   *
   * @returns whether all are done
   */
  goOn(stepsMax: number): boolean {
    const { gates } = this.#region;
    this.diagram.allow(stepsMax);
    while (this.gatesDone < gates.length) {
      const gate = gates[this.gatesDone] as RegionGate;
      const inputs = gate.inputs.map((edge) => (this.#edges[edge >> 1] as number) ^ (edge & 1));
      const made = gateEdge(this.diagram, gate, inputs);
      if (this.diagram.isExhausted) return false;
      this.#edges.push(made);
    }
    return true;
  }
}

function gateEdge(diagram: Diagram, gate: RegionGate, inputs: DiagramEdge[]): DiagramEdge {
  // Deepest first: what is joined last stands above all that was joined before, and costs little.
  inputs.sort((a, b) => diagram.levelOf(b) - diagram.levelOf(a));
  if (gate.kind === "and") return joined(inputs, (a, b) => diagram.and(a, b)) ?? 0;
  if (gate.kind === "xor") return joined(inputs, (a, b) => diagram.xor(a, b)) ?? 1;
  return atLeast(diagram, gate.least, inputs);
}

/** Neighbours first, so that no large function meets many small ones one after another. */
function joined(
  inputs: readonly DiagramEdge[],
  join: (a: DiagramEdge, b: DiagramEdge) => DiagramEdge,
): DiagramEdge | undefined {
  let open = inputs;
  while (open.length > 1) {
    const next: DiagramEdge[] = [];
    for (let index = 0; index < open.length; index += 2) {
      const [a, b] = [open[index] as DiagramEdge, open[index + 1]];
      next.push(b === undefined ? a : join(a, b));
    }
    open = next;
  }
  return open[0];
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
