import { AndGraph, type Edge, type GateKind, isFalse, isTrue } from "./and-graph.ts";
import type { Formula } from "./read-graph.ts";
import { usesOf } from "./reachable.ts";

/** Deeper trees are cut here, and what hangs below is looked at by itself. */
const treeDepthMax = 500;

/**
 * The same function, where what stands below an `and` and is read by nothing else takes the other inputs of that `and` for true:
 * `a and (a or b)` is `a`, `a and not (a and b)` is `a and not b`, at any depth.
 */
export function inContext(formula: Formula): Formula {
  return new ContextPass(formula).run();
}

class ContextPass {
  readonly #formula: Formula;
  readonly #uses: Int32Array;
  readonly #into = new AndGraph();
  /** Of a node that several read, what it has become. */
  readonly #edges: Int32Array;
  readonly #isRoot: Uint8Array;
  /** How many of the gates above take this edge of the old graph for true. */
  readonly #assumed: Int32Array;

  constructor(formula: Formula) {
    const { size } = formula.graph;
    this.#formula = formula;
    this.#uses = usesOf(formula);
    this.#edges = new Int32Array(size);
    this.#isRoot = rootsOf(formula, this.#uses);
    this.#assumed = new Int32Array(2 * size);
  }

  run(): Formula {
    const { graph, top } = this.#formula;
    for (let node = 1; node <= top >> 1; node += 1) {
      if (this.#isRoot[node] === 0) continue;
      this.#edges[node] =
        graph.kindOf(node) === "variable" ? this.#into.variable(graph.variableOf(node)) : this.#rewrite(node);
    }
    return { graph: this.#into, top: (this.#edges[top >> 1] as number) ^ (top & 1) };
  }

  #rewrite(node: number): Edge {
    const { graph } = this.#formula;
    const kind = graph.kindOf(node) as GateKind;
    const inputs = graph.inputsOf(node);
    if (kind === "and") return this.#rewriteAnd(inputs);
    return this.#into.gate(
      kind,
      inputs.map((edge) => this.#known(edge) ?? this.#below(edge)),
      graph.leastOf(node),
    );
  }

  #rewriteAnd(inputs: readonly Edge[]): Edge {
    const open: Edge[] = [];
    for (const edge of inputs) {
      const known = this.#known(edge);
      if (known === isFalse) return isFalse;
      if (known === null) open.push(edge);
    }
    for (const edge of open) this.#assume(edge, 1);
    const made = open.map((edge) => this.#below(edge));
    for (const edge of open) this.#assume(edge, -1);
    return this.#into.and(made);
  }

  #known(edge: Edge): Edge | null {
    if (this.#assumed[edge] !== 0) return isTrue;
    return this.#assumed[edge ^ 1] === 0 ? null : isFalse;
  }

  #assume(edge: Edge, change: 1 | -1): void {
    this.#assumed[edge] = (this.#assumed[edge] as number) + change;
  }

  #below(edge: Edge): Edge {
    const node = edge >> 1;
    return (this.#isRoot[node] === 1 ? (this.#edges[node] as number) : this.#rewrite(node)) ^ (edge & 1);
  }
}

/** Variables, the top, and gates that several read or that stand too deep below such a one. */
function rootsOf({ graph, top }: Formula, uses: Int32Array): Uint8Array {
  const isRoot = new Uint8Array(graph.size);
  const depths = new Int32Array(graph.size);
  isRoot[top >> 1] = 1;
  for (let node = top >> 1; node > 0; node -= 1) {
    if (uses[node] === 0) continue;
    const isDeep = (depths[node] as number) > treeDepthMax;
    if (uses[node] !== 1 || graph.kindOf(node) === "variable" || isDeep) isRoot[node] = 1;
    const depth = isRoot[node] === 1 ? 1 : (depths[node] as number) + 1;
    for (const edge of graph.inputsOf(node)) depths[edge >> 1] = depth;
  }
  return isRoot;
}
