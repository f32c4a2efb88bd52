import type { Chances } from "../chances.ts";
import type { Region, RegionGate } from "../preprocess/regions.ts";
import { Diagram, type DiagramEdge } from "./diagram.ts";
import { type FrozenDiagram, frozen } from "./frozen.ts";
import type { Order } from "./orders.ts";
import { Pruning } from "./prune.ts";

/** Two functions with small diagrams: whatever fails, `lower` is true only where the region is, and `upper` wherever it is. */
export interface Approximation {
  readonly lower: FrozenDiagram;
  readonly upper: FrozenDiagram;
}

/**
 * Builds gate by gate as the exact diagram is built, twice: each time that one has grown past `nodesMax`, the parts of it that weigh
 * least are made false in `lower` and true in `upper`. Both stay bounds through every later gate, for `and` is monotone and a
 * negation swaps them.
 *
 * @param read chances by level, which only decide what weighs least
 */
export function approximated(
  region: Region,
  order: Order,
  { read, nodesMax }: { readonly read: Chances; readonly nodesMax: number },
): Approximation {
  const building = new Building(read, nodesMax);
  const pairs: Pair[] = [{ lower: 0, upper: 0 }];
  for (const level of order) pairs.push(building.variable(level));
  for (const gate of region.gates) {
    pairs.push(building.gate(gate, pairs));
    building.restartWhenLarge(pairs);
  }
  const top = signed(pairs[region.top >> 1] as Pair, region.top);
  return { lower: building.frozen(top.lower), upper: building.frozen(top.upper) };
}

interface Pair {
  readonly lower: DiagramEdge;
  readonly upper: DiagramEdge;
}

function signed({ lower, upper }: Pair, edge: number): Pair {
  return (edge & 1) === 0 ? { lower, upper } : { lower: upper ^ 1, upper: lower ^ 1 };
}

/** Past this many nodes, what is no longer read is left behind. */
const diagramNodesMax = 2 ** 21;
/** Joining two small diagrams may take this many steps for each node that they may have. */
const stepsPerNode = 64;

class Building {
  readonly #read: Chances;
  readonly #nodesMax: number;
  #diagram: Diagram;
  #pruning: Pruning;

  constructor(read: Chances, nodesMax: number) {
    this.#read = read;
    this.#nodesMax = nodesMax;
    this.#diagram = new Diagram(Number.POSITIVE_INFINITY, 8 * nodesMax);
    this.#pruning = new Pruning(this.#diagram, read);
  }

  variable(level: number): Pair {
    const edge = this.#diagram.variable(level);
    return { lower: edge, upper: edge };
  }

  frozen(edge: DiagramEdge): FrozenDiagram {
    return frozen(this.#diagram, edge);
  }

  gate(gate: RegionGate, pairs: readonly Pair[]): Pair {
    const inputs = gate.inputs.map((edge) => signed(pairs[edge >> 1] as Pair, edge));
    inputs.sort((a, b) => this.#diagram.levelOf(b.upper) - this.#diagram.levelOf(a.upper));
    if (gate.kind === "and") return inputs.reduce((joined, each) => this.#and(joined, each), always);
    if (gate.kind === "xor") return inputs.reduce((joined, each) => this.#xor(joined, each), never);
    return this.#atLeast(gate.least, inputs);
  }

  restartWhenLarge(pairs: Pair[]): void {
    if (this.#diagram.size < diagramNodesMax) return;
    const old = this.#diagram;
    this.#diagram = new Diagram(Number.POSITIVE_INFINITY, 8 * this.#nodesMax);
    this.#pruning = new Pruning(this.#diagram, this.#read);
    const edges = copied(
      old,
      this.#diagram,
      pairs.flatMap(({ lower, upper }) => [lower, upper]),
    );
    for (let index = 0; index < pairs.length; index += 1) {
      pairs[index] = { lower: edges[2 * index] as DiagramEdge, upper: edges[2 * index + 1] as DiagramEdge };
    }
  }

  #and(a: Pair, b: Pair): Pair {
    const lower = this.#joined(a.lower, b.lower);
    const upper = a.lower === a.upper && b.lower === b.upper ? lower : this.#joined(a.upper, b.upper);
    return {
      lower: lower === null ? 1 : this.#pruned(lower, "down"),
      upper: upper === null ? this.#lessLikely(a.upper, b.upper) : this.#pruned(upper, "up"),
    };
  }

  #or(a: Pair, b: Pair): Pair {
    return signed(this.#and(signed(a, 1), signed(b, 1)), 1);
  }

  #xor(a: Pair, b: Pair): Pair {
    return this.#or(this.#and(a, signed(b, 1)), this.#and(signed(a, 1), b));
  }

  #atLeast(least: number, inputs: readonly Pair[]): Pair {
    const some: Pair[] = [always, ...Array.from({ length: least }, () => never)];
    for (const [index, input] of inputs.entries()) {
      const left = inputs.length - index - 1;
      for (let count = least; count >= 1 && count + left >= least; count -= 1) {
        some[count] = this.#or(this.#and(input, some[count - 1] as Pair), some[count] as Pair);
      }
    }
    return some[least] as Pair;
  }

  /** `null`: it takes too much work. */
  #joined(a: DiagramEdge, b: DiagramEdge): DiagramEdge | null {
    return this.#diagram.andWithin(a, b, stepsPerNode * this.#nodesMax);
  }

  #pruned(edge: DiagramEdge, direction: "down" | "up"): DiagramEdge {
    return direction === "down"
      ? this.#pruning.lighter(edge, this.#nodesMax)
      : this.#pruning.lighter(edge ^ 1, this.#nodesMax) ^ 1;
  }

  /** Both are true wherever both together are. */
  #lessLikely(a: DiagramEdge, b: DiagramEdge): DiagramEdge {
    return this.#pruning.chanceOf(a) <= this.#pruning.chanceOf(b) ? a : b;
  }
}

const always: Pair = { lower: 0, upper: 0 };
const never: Pair = { lower: 1, upper: 1 };

/** The same functions in another diagram. */
function copied(from: Diagram, into: Diagram, edges: readonly DiagramEdge[]): readonly DiagramEdge[] {
  const isRead = new Uint8Array(from.size);
  for (const edge of edges) isRead[edge >> 1] = 1;
  for (let node = from.size - 1; node > 0; node -= 1) {
    if (isRead[node] === 0) continue;
    isRead[(from.lows[node] as number) >> 1] = 1;
    isRead[(from.highs[node] as number) >> 1] = 1;
  }
  const made = new Int32Array(from.size);
  const edgeOf = (edge: DiagramEdge): DiagramEdge => (made[edge >> 1] as number) ^ (edge & 1);
  for (let node = 1; node < from.size; node += 1) {
    if (isRead[node] === 0) continue;
    made[node] = into.node(
      from.levels[node] as number,
      edgeOf(from.lows[node] as number),
      edgeOf(from.highs[node] as number),
    );
  }
  return edges.map(edgeOf);
}
