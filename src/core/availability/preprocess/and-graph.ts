import { invariant } from "../../problem/problem.ts";

/**
 * A Boolean function as a graph in which `or` has become `and` of negations, so that one rule serves both.
 * An edge is `2 × node`, plus 1 when it is negated; node 0 is the constant true. Equal nodes are made once, and a node's
 * inputs are always older than itself: the numbers of nodes are a topological order.
 */
export class AndGraph {
  readonly #kinds: NodeKind[] = ["true"];
  readonly #inputs: (readonly Edge[])[] = [[]];
  /** Of a variable its number, of an `at-least` how many. */
  readonly #values: number[] = [0];
  #table = new Int32Array(256);
  readonly #variables = new Map<number, Edge>();

  get size(): number {
    return this.#kinds.length;
  }

  kindOf(node: number): NodeKind {
    return this.#kinds[node] as NodeKind;
  }

  /** Of an `and` and an `at-least` in ascending order, each once; of an `xor` not negated either. */
  inputsOf(node: number): readonly Edge[] {
    return this.#inputs[node] as readonly Edge[];
  }

  variableOf(node: number): number {
    return this.#values[node] as number;
  }

  leastOf(node: number): number {
    return this.#values[node] as number;
  }

  variable(number: number): Edge {
    const known = this.#variables.get(number);
    if (known !== undefined) return known;
    const edge = this.#add("variable", [], number);
    this.#variables.set(number, edge);
    return edge;
  }

  and(edges: readonly Edge[]): Edge {
    const sorted = ascending(edges);
    const inputs: Edge[] = [];
    let last = isTrue;
    for (const edge of sorted) {
      if (edge === isFalse || (edge ^ last) === 1) return isFalse;
      if (edge !== last && edge !== isTrue) inputs.push(edge);
      last = edge;
    }
    if (inputs.length === 0) return isTrue;
    return inputs.length === 1 ? (inputs[0] as Edge) : this.#once("and", inputs, 0);
  }

  or(edges: readonly Edge[]): Edge {
    return this.and(edges.map(not)) ^ 1;
  }

  xor(edges: readonly Edge[]): Edge {
    let sign = 0;
    const odd = new Set<Edge>();
    for (const edge of edges) {
      sign ^= edge & 1;
      const plain = edge & ~1;
      if (!odd.delete(plain)) odd.add(plain);
    }
    // The constant true, when it stands there an odd number of times.
    if (odd.delete(isTrue)) sign ^= 1;
    const inputs = [...odd].sort((a, b) => a - b);
    if (inputs.length === 0) return isFalse ^ sign;
    if (inputs.length === 1) return (inputs[0] as Edge) ^ sign;
    return this.#once("xor", inputs, 0) ^ sign;
  }

  /** True when `least` of `edges` are or more; an edge that is there twice counts twice. */
  atLeast(least: number, edges: readonly Edge[]): Edge {
    const counted = countedOnce(least, edges);
    const { inputs } = counted;
    if (counted.least <= 0) return isTrue;
    if (counted.least > inputs.length + (counted.repeated?.[1] ?? 0)) return isFalse;
    if (counted.repeated !== null) {
      const [edge, times] = counted.repeated;
      const without = this.atLeast(counted.least, inputs);
      return this.or([this.and([edge, this.atLeast(counted.least - times, inputs)]), without]);
    }
    if (counted.least === 1) return this.or(inputs);
    if (counted.least === inputs.length) return this.and(inputs);
    return this.#once("at-least", inputs, counted.least);
  }

  /** A gate as one of this graph, over other inputs. */
  gate(kind: GateKind, edges: readonly Edge[], least: number): Edge {
    if (kind === "and") return this.and(edges);
    return kind === "xor" ? this.xor(edges) : this.atLeast(least, edges);
  }

  #once(kind: GateKind, inputs: readonly Edge[], value: number): Edge {
    if (this.size * 2 > this.#table.length) this.#grow();
    const mask = this.#table.length - 1;
    let slot = hashOf(inputs, value) & mask;
    for (;;) {
      const node = this.#table[slot] as number;
      if (node === 0) break;
      if (this.#isSame(node, kind, { inputs, value })) return 2 * node;
      slot = (slot + 1) & mask;
    }
    this.#table[slot] = this.size;
    return this.#add(kind, inputs, value);
  }

  #isSame(node: number, kind: GateKind, { inputs, value }: { inputs: readonly Edge[]; value: number }) {
    if (this.kindOf(node) !== kind || this.#values[node] !== value) return false;
    const others = this.inputsOf(node);
    return others.length === inputs.length && others.every((edge, index) => edge === inputs[index]);
  }

  #grow(): void {
    this.#table = new Int32Array(this.#table.length * 2);
    const mask = this.#table.length - 1;
    for (let node = 1; node < this.size; node += 1) {
      if (this.kindOf(node) === "variable") continue;
      let slot = hashOf(this.inputsOf(node), this.#values[node] as number) & mask;
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
      this.#table[slot] = node;
    }
  }

  #add(kind: NodeKind, inputs: readonly Edge[], value: number): Edge {
    this.#kinds.push(kind);
    this.#inputs.push(inputs);
    this.#values.push(value);
    const node = this.size - 1;
    invariant(node < 2 ** 29, "a graph has fewer than 2^29 nodes");
    return 2 * node;
  }
}

export type Edge = number;
export type GateKind = "and" | "xor" | "at-least";
export type NodeKind = "true" | "variable" | GateKind;

export const isTrue: Edge = 0;
export const isFalse: Edge = 1;

export function not(edge: Edge): Edge {
  return edge ^ 1;
}

/** Longer lists are sorted faster by what the engine has for numbers. */
const fewMax = 16;

function ascending(edges: readonly Edge[]): ArrayLike<Edge> & Iterable<Edge> {
  if (edges.length > fewMax) return Int32Array.from(edges).sort();
  const sorted = edges.slice();
  for (let end = 1; end < sorted.length; end += 1) {
    const edge = sorted[end] as Edge;
    let at = end - 1;
    while (at >= 0 && (sorted[at] as Edge) > edge) {
      sorted[at + 1] = sorted[at] as Edge;
      at -= 1;
    }
    sorted[at + 1] = edge;
  }
  return sorted;
}

interface Counted {
  readonly least: number;
  readonly inputs: readonly Edge[];
  /** An edge that is there several times, and no longer among `inputs`. */
  readonly repeated: readonly [edge: Edge, times: number] | null;
}

/** Constants and pairs of an edge with its negation, of which just one is true, are counted and gone. */
function countedOnce(least: number, edges: readonly Edge[]): Counted {
  const times = new Map<Edge, number>();
  let needed = least;
  for (const edge of edges) {
    const opposite = times.get(edge ^ 1) ?? 0;
    if (edge === isTrue || opposite > 0) needed -= 1;
    if (opposite > 0) times.set(edge ^ 1, opposite - 1);
    else if (edge > isFalse) times.set(edge, (times.get(edge) ?? 0) + 1);
  }
  const counts = [...times];
  const repeated = counts.find(([, count]) => count > 1);
  const inputs = counts.flatMap(([edge, count]) =>
    edge === repeated?.[0] ? [] : Array<Edge>(count).fill(edge),
  );
  return { least: needed, inputs: inputs.sort((a, b) => a - b), repeated: repeated ?? null };
}

function hashOf(inputs: readonly Edge[], value: number): number {
  let hash = value + inputs.length;
  for (const edge of inputs) hash = Math.imul(hash ^ edge, 0x9e3779b1) ^ (hash >>> 15);
  return hash ^ (hash >>> 16);
}
