import type { Chances } from "../chances.ts";
import type { Diagram, DiagramEdge } from "./diagram.ts";

/** Makes functions smaller by making them false where that costs least. */
export class Pruning {
  readonly #diagram: Diagram;
  readonly #read: Chances;
  /** Of each node how likely it is true and false, found once: negative while it is not known. */
  #failed = new Float64Array(0);
  #works = new Float64Array(0);
  /** Where a node stands among those that are looked at. */
  #places = new Int32Array(0);

  constructor(diagram: Diagram, read: Chances) {
    this.#diagram = diagram;
    this.#read = read;
  }

  chanceOf(edge: DiagramEdge): number {
    this.#nodesBelow(edge);
    return ((edge & 1) === 0 ? this.#failed : this.#works)[edge >> 1] as number;
  }

  /** A function that is true only where this one is, of about `nodesMax` nodes; the function itself when it is small enough. */
  lighter(edge: DiagramEdge, nodesMax: number): DiagramEdge {
    const nodes = this.#nodesBelow(edge);
    if (nodes.length <= nodesMax) return edge;
    const weights = this.#weights(edge, nodes);
    const bound = weights.toSorted()[weights.length - nodesMax] as number;
    const made = new Int32Array(2 * nodes.length).fill(1);
    const edgeOf = (below: DiagramEdge): DiagramEdge => {
      if (below <= 1) return below;
      return made[2 * (this.#places[below >> 1] as number) + (below & 1)] as number;
    };
    const { levels, lows, highs } = this.#diagram;
    for (const [place, node] of nodes.entries()) {
      for (const sign of [0, 1]) {
        if ((weights[2 * place + sign] as number) <= bound) continue;
        const low = edgeOf((lows[node] as number) ^ sign);
        const high = edgeOf((highs[node] as number) ^ sign);
        made[2 * place + sign] = this.#diagram.node(levels[node] as number, low, high);
      }
    }
    return edgeOf(edge);
  }

  /** Of each node, as it is and negated, the share of time that the function is true and reaches its truth through it. */
  #weights(edge: DiagramEdge, nodes: Int32Array): Float64Array {
    const { levels, lows, highs } = this.#diagram;
    const reached = new Float64Array(2 * nodes.length);
    const placeOf = (below: DiagramEdge): number => 2 * (this.#places[below >> 1] as number) + (below & 1);
    reached[placeOf(edge)] = 1;
    for (let place = nodes.length - 1; place >= 0; place -= 1) {
      const node = nodes[place] as number;
      const level = levels[node] as number;
      for (const sign of [0, 1]) {
        const chance = reached[2 * place + sign] as number;
        if (chance === 0) continue;
        this.#add(reached, (lows[node] as number) ^ sign, chance * (this.#read.works[level] as number));
        this.#add(reached, (highs[node] as number) ^ sign, chance * (this.#read.failed[level] as number));
        reached[2 * place + sign] = chance * ((sign === 0 ? this.#failed : this.#works)[node] as number);
      }
    }
    return reached;
  }

  #add(reached: Float64Array, edge: DiagramEdge, chance: number): void {
    if (edge <= 1) return;
    const at = 2 * (this.#places[edge >> 1] as number) + (edge & 1);
    reached[at] = (reached[at] as number) + chance;
  }

  /** In ascending order, the constant left out; their chances are known afterwards. */
  #nodesBelow(edge: DiagramEdge): Int32Array {
    const { lows, highs, size } = this.#diagram;
    this.#makeRoom(size);
    const isSeen = new Uint8Array((edge >> 1) + 1);
    isSeen[edge >> 1] = 1;
    const found: number[] = [];
    const open = [edge >> 1];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (node === 0) continue;
      found.push(node);
      for (const below of [(lows[node] as number) >> 1, (highs[node] as number) >> 1]) {
        if (isSeen[below] === 1) continue;
        isSeen[below] = 1;
        open.push(below);
      }
    }
    const nodes = Int32Array.from(found).sort();
    for (const [place, node] of nodes.entries()) {
      this.#places[node] = place;
      if ((this.#failed[node] as number) < 0) this.#learn(node);
    }
    return nodes;
  }

  #learn(node: number): void {
    const { levels, lows, highs } = this.#diagram;
    const level = levels[node] as number;
    const p = this.#read.failed[level] as number;
    const q = this.#read.works[level] as number;
    const low = lows[node] as number;
    const high = (highs[node] as number) >> 1;
    const [lowTrue, lowFalse] = (low & 1) === 0 ? [this.#failed, this.#works] : [this.#works, this.#failed];
    this.#failed[node] = p * (this.#failed[high] as number) + q * (lowTrue[low >> 1] as number);
    this.#works[node] = p * (this.#works[high] as number) + q * (lowFalse[low >> 1] as number);
  }

  #makeRoom(size: number): void {
    if (size <= this.#failed.length) return;
    const failed = new Float64Array(2 * size).fill(-1);
    const works = new Float64Array(2 * size).fill(-1);
    failed.set(this.#failed);
    works.set(this.#works);
    failed[0] = 1;
    works[0] = 0;
    this.#failed = failed;
    this.#works = works;
    this.#places = new Int32Array(2 * size);
  }
}
