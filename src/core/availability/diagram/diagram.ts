/**
 * A binary decision diagram under construction, with complement edges (Brace, Rudell and Bryant 1990). An edge is
 * `2 × node`, plus 1 when it is negated; node 0 is the constant true. `high` is never negated, so that equal functions are
 * equal edges. A node is made after its children, so that the numbers of nodes are a topological order.
 *
 * Every index into the arrays is one that this class made: `as number` says so to the compiler.
 */
export class Diagram {
  levels: Int32Array;
  lows: Int32Array;
  highs: Int32Array;
  /** How many nodes there are, the constant included. */
  size = 1;
  /** How often two functions have been joined anew: the work done so far. */
  steps = 0;
  /** Set when the work went past `stepsMax`; edges answered from then on mean nothing. */
  isExhausted = false;
  #stepsMax: number;
  #unique: Int32Array;
  /** Entries of three functions and what became of them: what was done before is not done again. */
  #done: Int32Array;

  /**
   * @param stepsMax how much work may be done; 2^26 steps need about 2 GiB at worst
   * @param nodes how many nodes are expected; it grows when there are more
   */
  constructor(stepsMax: number, nodes: number) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(nodes, 32)));
    this.levels = new Int32Array(capacity);
    this.lows = new Int32Array(capacity);
    this.highs = new Int32Array(capacity);
    this.#unique = new Int32Array(2 * capacity);
    this.#done = new Int32Array(4 * capacity);
    this.#stepsMax = stepsMax;
    this.levels[0] = terminalLevel;
  }

  variable(level: number): DiagramEdge {
    return this.node(level, 1, 0);
  }

  and(a: DiagramEdge, b: DiagramEdge): DiagramEdge {
    if (a === b || b === 0) return a;
    if (a === 0) return b;
    if (a === 1 || b === 1 || (a ^ b) === 1) return 1;
    return a < b ? this.#andAnew(a, b) : this.#andAnew(b, a);
  }

  /** After it was exhausted: what has been done stays done, and as many steps as this may be done in all. */
  allow(stepsMax: number): void {
    this.#stepsMax = stepsMax;
    this.isExhausted = this.steps > stepsMax;
  }

  /** @returns `null` when it would take more than so many steps */
  andWithin(a: DiagramEdge, b: DiagramEdge, steps: number): DiagramEdge | null {
    const before = this.#stepsMax;
    this.#stepsMax = Math.min(before, this.steps + steps);
    const made = this.and(a, b);
    this.#stepsMax = before;
    if (!this.isExhausted) return made;
    this.isExhausted = this.steps > before;
    return null;
  }

  or(a: DiagramEdge, b: DiagramEdge): DiagramEdge {
    return this.and(a ^ 1, b ^ 1) ^ 1;
  }

  xor(a: DiagramEdge, b: DiagramEdge): DiagramEdge {
    return this.choice(a, b ^ 1, b);
  }

  /** Where `f` holds `g`, and elsewhere `h`. */
  choice(f: DiagramEdge, g: DiagramEdge, h: DiagramEdge): DiagramEdge {
    if (f === 0 || g === h) return g;
    if (f === 1) return h;
    if (g <= 1 || h <= 1 || f >> 1 === g >> 1 || f >> 1 === h >> 1) return this.#choiceOfTwo(f, g, h);
    if ((f & 1) === 1) return this.choice(f ^ 1, h, g);
    if ((g & 1) === 1) return this.#choiceAnew(f, g ^ 1, h ^ 1) ^ 1;
    return this.#choiceAnew(f, g, h);
  }

  levelOf(edge: DiagramEdge): number {
    return this.levels[edge >> 1] as number;
  }

  /** One of the three is a constant, or the first stands among the others: a conjunction at most. */
  #choiceOfTwo(f: DiagramEdge, given: DiagramEdge, other: DiagramEdge): DiagramEdge {
    let g = given;
    if (g >> 1 === f >> 1) g = g === f ? 0 : 1;
    let h = other;
    if (h >> 1 === f >> 1) h = h === f ? 1 : 0;
    if (g === 0) return this.or(f, h);
    if (g === 1) return this.and(f ^ 1, h);
    if (h === 0) return this.or(f ^ 1, g);
    return h === 1 ? this.and(f, g) : this.choice(f, g, h);
  }

  #andAnew(a: DiagramEdge, b: DiagramEdge): DiagramEdge {
    const slot = mixed(Math.imul(a, 0x2c1b3c6d) + Math.imul(b, 0x9e3779b1));
    let at = (slot & ((this.#done.length >> 2) - 1)) << 2;
    if (this.#done[at] === a && this.#done[at + 1] === b && this.#done[at + 2] === 1) {
      return this.#done[at + 3] as number;
    }
    if (this.#isOver()) return 0;
    const levelA = this.levels[a >> 1] as number;
    const levelB = this.levels[b >> 1] as number;
    const level = levelA < levelB ? levelA : levelB;
    let lowA = a;
    let highA = a;
    if (levelA === level) {
      lowA = (this.lows[a >> 1] as number) ^ (a & 1);
      highA = (this.highs[a >> 1] as number) ^ (a & 1);
    }
    let lowB = b;
    let highB = b;
    if (levelB === level) {
      lowB = (this.lows[b >> 1] as number) ^ (b & 1);
      highB = (this.highs[b >> 1] as number) ^ (b & 1);
    }
    const high = this.and(highA, highB);
    const low = this.and(lowA, lowB);
    if (this.isExhausted) return 0;
    const made = this.node(level, low, high);
    at = (slot & ((this.#done.length >> 2) - 1)) << 2;
    this.#done[at] = a;
    this.#done[at + 1] = b;
    this.#done[at + 2] = 1;
    this.#done[at + 3] = made;
    return made;
  }

  #choiceAnew(f: DiagramEdge, g: DiagramEdge, h: DiagramEdge): DiagramEdge {
    const slot = mixed(Math.imul(f, 0x2c1b3c6d) + Math.imul(g, 0x9e3779b1) + Math.imul(h, 0x85ebca6b));
    let at = (slot & ((this.#done.length >> 2) - 1)) << 2;
    if (this.#done[at] === f && this.#done[at + 1] === g && this.#done[at + 2] === h) {
      return this.#done[at + 3] as number;
    }
    if (this.#isOver()) return 0;
    const level = Math.min(this.levelOf(f), this.levelOf(g), this.levelOf(h));
    const high = this.choice(this.#child(f, level, 1), this.#child(g, level, 1), this.#child(h, level, 1));
    const low = this.choice(this.#child(f, level, 0), this.#child(g, level, 0), this.#child(h, level, 0));
    if (this.isExhausted) return 0;
    const made = this.node(level, low, high);
    at = (slot & ((this.#done.length >> 2) - 1)) << 2;
    this.#done[at] = f;
    this.#done[at + 1] = g;
    this.#done[at + 2] = h;
    this.#done[at + 3] = made;
    return made;
  }

  #child(edge: DiagramEdge, level: number, branch: 0 | 1): DiagramEdge {
    const node = edge >> 1;
    if (this.levels[node] !== level) return edge;
    return ((branch === 1 ? this.highs[node] : this.lows[node]) as number) ^ (edge & 1);
  }

  #isOver(): boolean {
    this.steps += 1;
    if (this.steps > this.#stepsMax) this.isExhausted = true;
    return this.isExhausted;
  }

  /** Where the variable of this level has not failed `low`, and where it has `high`; both stand below it. */
  node(level: number, low: DiagramEdge, high: DiagramEdge): DiagramEdge {
    if (low === high) return low;
    return (high & 1) === 0 ? this.#nodeOnce(level, low, high) : this.#nodeOnce(level, low ^ 1, high ^ 1) ^ 1;
  }

  #nodeOnce(level: number, low: DiagramEdge, high: DiagramEdge): DiagramEdge {
    const mask = this.#unique.length - 1;
    let slot = uniqueHash(level, low, high) & mask;
    for (;;) {
      const node = this.#unique[slot] as number;
      if (node === 0) break;
      if (this.lows[node] === low && this.highs[node] === high && this.levels[node] === level)
        return 2 * node;
      slot = (slot + 1) & mask;
    }
    const made = this.size;
    this.#unique[slot] = made;
    this.levels[made] = level;
    this.lows[made] = low;
    this.highs[made] = high;
    this.size = made + 1;
    if (this.size === this.levels.length) this.#grow();
    return 2 * made;
  }

  #grow(): void {
    this.levels = twiceAsLong(this.levels);
    this.lows = twiceAsLong(this.lows);
    this.highs = twiceAsLong(this.highs);
    const unique = new Int32Array(2 * this.#unique.length);
    const mask = unique.length - 1;
    for (let node = 1; node < this.size; node += 1) {
      let slot =
        uniqueHash(this.levels[node] as number, this.lows[node] as number, this.highs[node] as number) & mask;
      while (unique[slot] !== 0) slot = (slot + 1) & mask;
      unique[slot] = node;
    }
    this.#unique = unique;
    this.#done = doneAgain(this.#done);
  }
}

export type DiagramEdge = number;

/** Level of the constant: below every variable. */
export const terminalLevel = 0x7fffffff;

function uniqueHash(level: number, low: number, high: number): number {
  return mixed(Math.imul(low, 0x9e3779b1) + Math.imul(high, 0x85ebca6b) + Math.imul(level, 0xc2b2ae35));
}

/** The upper bits of a product know of all factors' bits: they decide, too. */
function mixed(hash: number): number {
  return hash ^ (hash >>> 15);
}

function twiceAsLong(array: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(2 * array.length);
  longer.set(array);
  return longer;
}

/** A table of twice the length that remembers what the old one did. */
function doneAgain(done: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(2 * done.length);
  const mask = (longer.length >> 2) - 1;
  for (let at = 0; at < done.length; at += 4) {
    const f = done[at] as number;
    if (f === 0) continue;
    const g = done[at + 1] as number;
    const h = done[at + 2] as number;
    const slot =
      Math.imul(f, 0x2c1b3c6d) + Math.imul(g, 0x9e3779b1) + (h === 1 ? 0 : Math.imul(h, 0x85ebca6b));
    const to = (mixed(slot) & mask) << 2;
    longer[to] = f;
    longer[to + 1] = g;
    longer[to + 2] = h;
    longer[to + 3] = done[at + 3] as number;
  }
  return longer;
}
