/**
 * Families of sets of variables as one zero-suppressed decision diagram (Minato 1993): node 0 is the family without a set, node 1
 * the family of the empty set; any other node is the sets of `low`, and those of `high` with its variable added. Variables are
 * levels: smaller ones stand above. A node is made after its children.
 *
 * Every index into the arrays is one that this class made: `as number` says so to the compiler.
 */
export class Families {
  levels: Int32Array;
  lows: Int32Array;
  highs: Int32Array;
  size = 2;
  /** How often two families have been compared anew: the work done so far. */
  steps = 0;
  isExhausted = false;
  readonly #stepsMax: number;
  #unique: Int32Array;
  #done: Int32Array;

  /** @param nodes how many nodes are expected; it grows when there are more */
  constructor(stepsMax: number, nodes: number) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(nodes, 32)));
    this.levels = new Int32Array(capacity);
    this.lows = new Int32Array(capacity);
    this.highs = new Int32Array(capacity);
    this.#unique = new Int32Array(2 * capacity);
    this.#done = new Int32Array(4 * capacity);
    this.#stepsMax = stepsMax;
    this.levels[0] = terminalLevel;
    this.levels[1] = terminalLevel;
  }

  /** The sets of `low`, and those of `high` with the variable added. */
  node(level: number, low: Family, high: Family): Family {
    if (high === none) return low;
    const mask = this.#unique.length - 1;
    let slot = hashOf(low, high, level) & mask;
    for (;;) {
      const node = this.#unique[slot] as number;
      if (node === 0) break;
      if (this.lows[node] === low && this.highs[node] === high && this.levels[node] === level) return node;
      slot = (slot + 1) & mask;
    }
    const made = this.size;
    this.#unique[slot] = made;
    this.levels[made] = level;
    this.lows[made] = low;
    this.highs[made] = high;
    this.size = made + 1;
    if (this.size === this.levels.length) this.#grow();
    return made;
  }

  /** The sets of `f` that contain no set of `g`. */
  without(f: Family, g: Family): Family {
    if (g === none || f === none) return f;
    if (f === g || g === ofEmpty) return none;
    if (f === ofEmpty) return this.#hasEmpty(g) ? none : f;
    const slot = this.#slotOf(f, g);
    if (this.#done[slot] === f && this.#done[slot + 1] === g) return this.#done[slot + 2] as number;
    return this.#withoutAnew(f, g);
  }

  #withoutAnew(f: Family, g: Family): Family {
    this.steps += 1;
    if (this.steps > this.#stepsMax) this.isExhausted = true;
    if (this.isExhausted) return none;
    const made = this.#withoutBelow(f, g);
    const slot = this.#slotOf(f, g);
    this.#done[slot] = f;
    this.#done[slot + 1] = g;
    this.#done[slot + 2] = made;
    return made;
  }

  #withoutBelow(f: Family, g: Family): Family {
    const level = this.levels[f] as number;
    const levelOfG = this.levels[g] as number;
    if (levelOfG < level) return this.without(f, this.lows[g] as number);
    const fLow = this.lows[f] as number;
    const fHigh = this.highs[f] as number;
    if (level < levelOfG) return this.node(level, this.without(fLow, g), this.without(fHigh, g));
    const gLow = this.lows[g] as number;
    const high = this.without(this.without(fHigh, this.highs[g] as number), gLow);
    return this.node(level, this.without(fLow, gLow), high);
  }

  #hasEmpty(family: Family): boolean {
    let at = family;
    while (at > ofEmpty) at = this.lows[at] as number;
    return at === ofEmpty;
  }

  #slotOf(f: Family, g: Family): number {
    return (hashOf(f, g, 0) & ((this.#done.length >> 2) - 1)) << 2;
  }

  #grow(): void {
    const { levels, lows, highs } = this;
    const longer = (array: Int32Array): Int32Array => {
      const made = new Int32Array(2 * array.length);
      made.set(array);
      return made;
    };
    this.levels = longer(levels);
    this.lows = longer(lows);
    this.highs = longer(highs);
    this.#unique = new Int32Array(2 * this.#unique.length);
    const mask = this.#unique.length - 1;
    for (let node = 2; node < this.size; node += 1) {
      let slot = hashOf(lows[node] as number, highs[node] as number, levels[node] as number) & mask;
      while (this.#unique[slot] !== 0) slot = (slot + 1) & mask;
      this.#unique[slot] = node;
    }
    const done = this.#done;
    this.#done = new Int32Array(2 * done.length);
    for (let at = 0; at < done.length; at += 4) {
      if (done[at] !== 0)
        this.#done.set(done.subarray(at, at + 4), this.#slotOf(done[at] as number, done[at + 1] as number));
    }
  }
}

export type Family = number;
export const none: Family = 0;
export const ofEmpty: Family = 1;
const terminalLevel = 0x7fffffff;

function hashOf(a: number, b: number, c: number): number {
  const hash = Math.imul(a, 0x9e3779b1) + Math.imul(b, 0x85ebca6b) + Math.imul(c, 0xc2b2ae35);
  return hash ^ (hash >>> 15);
}
