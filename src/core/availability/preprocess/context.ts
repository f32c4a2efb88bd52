import { AndGraph, type Edge, type GateKind, isFalse, isTrue } from "./and-graph.ts";
import type { Formula } from "./read-graph.ts";
import { usesOf } from "./reachable.ts";

/** Deeper than this below a gate, what it takes for true is no longer looked for. */
const depthMax = 300;
/** Larger graphs are left as they are: what stands below what takes a bit for each pair of nodes. */
const nodesMax = 16_384;
/** Copies are made at most this many times as often as there are nodes. */
const copiesPerNode = 2;

/** What is done with what other gates read as well: nothing is assumed of it, or it is copied and the copy simplified. */
export type Shared = "kept" | "copied";

/**
 * The same function, where what stands below an `and` takes the other inputs of that `and` for true: `a and (a or b)` is `a`,
 * `a and not (a and b)` is `a and not b`, at any depth.
 */
export function inContext(formula: Formula, shared: Shared): Formula {
  return formula.graph.size > nodesMax ? formula : new ContextPass(formula, shared).run();
}

class ContextPass {
  readonly #formula: Formula;
  readonly #uses: Int32Array;
  readonly #below: NodesBelow;
  readonly #into = new AndGraph();
  /** What each node has become where nothing that it reads is taken for true. */
  readonly #edges: Int32Array;
  readonly #isLanding: Uint8Array;
  /** How many of the gates above take this edge of the old graph for true, and all of these edges. */
  readonly #assumed: Int32Array;
  readonly #assumptions: Edge[] = [];
  /** By node and what bears on it. */
  readonly #copies = new Map<number | string, Edge>();
  #copiesLeft: number;
  #depth = 0;

  constructor(formula: Formula, shared: Shared) {
    const { size } = formula.graph;
    this.#formula = formula;
    this.#uses = usesOf(formula);
    this.#below = new NodesBelow(formula, this.#uses);
    this.#edges = new Int32Array(size).fill(unknown);
    this.#edges[0] = isTrue;
    this.#isLanding = landingsOf(formula, this.#uses);
    this.#assumed = new Int32Array(2 * size);
    this.#copiesLeft = shared === "kept" ? 0 : copiesPerNode * size;
  }

  run(): Formula {
    const { top } = this.#formula;
    for (let node = 1; node <= top >> 1; node += 1) {
      // From the top down, gates are made in the order in which they are read; but only as deep as calls may be nested.
      if (this.#isLanding[node] === 1) this.#plain(node);
    }
    return { graph: this.#into, top: this.#plain(top >> 1) ^ (top & 1) };
  }

  /** What a node is where nothing is taken for true that bears on it. */
  #plain(node: number): Edge {
    const known = this.#edges[node] as number;
    if (known !== unknown) return known;
    const { graph } = this.#formula;
    const isVariable = graph.kindOf(node) === "variable";
    const made = isVariable ? this.#into.variable(graph.variableOf(node)) : this.#rewrite(node);
    this.#edges[node] = made;
    return made;
  }

  /** The same, whatever is taken for true where it is read. */
  #apart(node: number): Edge {
    const assumptions = this.#assumptions.splice(0);
    for (const edge of assumptions) this.#assumed[edge] = (this.#assumed[edge] as number) - 1;
    const made = this.#plain(node);
    for (const edge of assumptions) this.#assume(edge);
    return made;
  }

  #rewrite(node: number): Edge {
    const { graph } = this.#formula;
    const kind = graph.kindOf(node) as GateKind;
    const inputs = graph.inputsOf(node);
    if (kind === "and") return this.#rewriteAnd(inputs);
    const made = inputs.map((edge) => this.#known(edge) ?? this.#read(edge));
    return this.#into.gate(kind, made, graph.leastOf(node));
  }

  #rewriteAnd(inputs: readonly Edge[]): Edge {
    const open: Edge[] = [];
    for (const edge of inputs) {
      const known = this.#known(edge);
      if (known === isFalse) return isFalse;
      if (known === null) open.push(edge);
    }
    for (const edge of open) this.#assume(edge);
    const made = open.map((edge) => this.#read(edge));
    for (const edge of open) this.#assumed[edge] = (this.#assumed[edge] as number) - 1;
    this.#assumptions.length -= open.length;
    return this.#into.and(made);
  }

  #known(edge: Edge): Edge | null {
    if (this.#assumed[edge] !== 0) return isTrue;
    return this.#assumed[edge ^ 1] === 0 ? null : isFalse;
  }

  #assume(edge: Edge): void {
    this.#assumed[edge] = (this.#assumed[edge] as number) + 1;
    this.#assumptions.push(edge);
  }

  /** An input, as it is where this much is taken for true. */
  #read(edge: Edge): Edge {
    const node = edge >> 1;
    const bearing = this.#below.among(node, this.#assumptions, this.#assumed);
    if (bearing.length === 0) return this.#plain(node) ^ (edge & 1);
    return (this.#depth > depthMax ? this.#apart(node) : this.#copy(node, bearing)) ^ (edge & 1);
  }

  #copyKey(node: number, bearing: readonly Edge[]): number | string {
    const [first, ...others] = bearing;
    if (first !== undefined && others.length === 0) return node * this.#assumed.length + first;
    return `${node}:${bearing.toSorted((a, b) => a - b).join()}`;
  }

  #copy(node: number, bearing: readonly Edge[]): Edge {
    const key = this.#copyKey(node, bearing);
    const known = this.#copies.get(key);
    if (known !== undefined) return known;
    if ((this.#uses[node] as number) > 1) {
      if (this.#copiesLeft <= 0) return this.#apart(node);
      this.#copiesLeft -= 1;
    }
    this.#depth += 1;
    const made = this.#rewrite(node);
    this.#depth -= 1;
    this.#copies.set(key, made);
    return made;
  }
}

const unknown: Edge = -1;

/** Nodes (1) at which a path from above enters the next lower of the storeys of a graph, each `depthMax` gates high. */
function landingsOf({ graph, top }: Formula, uses: Int32Array): Uint8Array {
  const heights = new Int32Array(graph.size);
  const isLanding = new Uint8Array(graph.size);
  for (let node = 1; node <= top >> 1; node += 1) {
    if (uses[node] === 0) continue;
    for (const edge of graph.inputsOf(node)) {
      heights[node] = Math.max(heights[node] as number, (heights[edge >> 1] as number) + 1);
    }
    const storey = Math.floor((heights[node] as number) / depthMax);
    if (storey === 0) continue;
    for (const edge of graph.inputsOf(node)) {
      if (Math.floor((heights[edge >> 1] as number) / depthMax) < storey) isLanding[edge >> 1] = 1;
    }
  }
  return isLanding;
}

/** Which nodes stand below which, at any depth. */
class NodesBelow {
  readonly #graph: AndGraph;
  readonly #words: number;
  readonly #bits: Int32Array;

  constructor({ graph, top }: Formula, uses: Int32Array) {
    this.#graph = graph;
    this.#words = (graph.size + 31) >> 5;
    this.#bits = new Int32Array(this.#words * graph.size);
    for (let node = 1; node <= top >> 1; node += 1) {
      if (uses[node] !== 0) for (const edge of graph.inputsOf(node)) this.#add(node, edge >> 1);
    }
  }

  /** Those of the edges whose nodes stand below; `isAmong` says of each edge whether it is one (not 0). */
  among(node: number, edges: readonly Edge[], isAmong: Int32Array): readonly Edge[] {
    if (this.#graph.inputsOf(node).length === 0) return [];
    if (edges.length <= this.#words) return edges.filter((edge) => this.#has(node, edge >> 1));
    const found: Edge[] = [];
    for (let word = 0; word < this.#words; word += 1) {
      const bits = this.#bits[node * this.#words + word] as number;
      for (let bit = 0; bits !== 0 && bit < 32; bit += 1) {
        if (((bits >> bit) & 1) === 0) continue;
        const plain = 2 * (32 * word + bit);
        if (isAmong[plain] !== 0) found.push(plain);
        if (isAmong[plain + 1] !== 0) found.push(plain + 1);
      }
    }
    return found;
  }

  #has(node: number, below: number): boolean {
    return (((this.#bits[node * this.#words + (below >> 5)] as number) >> (below & 31)) & 1) === 1;
  }

  #add(node: number, input: number): void {
    const [own, other] = [node * this.#words, input * this.#words];
    for (let word = 0; word < this.#words; word += 1) {
      this.#bits[own + word] = (this.#bits[own + word] as number) | (this.#bits[other + word] as number);
    }
    const at = own + (input >> 5);
    this.#bits[at] = (this.#bits[at] as number) | (1 << (input & 31));
  }
}
