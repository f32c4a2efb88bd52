import type { Literal } from "../fault-graph.ts";
import { nodeOf, parity, type Wiring } from "./wiring.ts";

/**
 * Which nodes are failed now. An event that flips counts itself in or out at the gates that read it; only gates whose value changes
 * are followed further. Nodes settle level by level, so that at one instant each changes once or not at all.
 */
export class GateValues {
  readonly values: Uint8Array;
  readonly counts: Int32Array;
  /** Watched nodes that have changed since the last `settle` began; the first `changedCount` hold. */
  readonly changed: Int32Array;
  changedCount = 0;
  readonly #wiring: Wiring;
  readonly #isWatched: Uint8Array;
  readonly #isQueued: Uint8Array;
  /** By level, the first gate that waits there; by gate, the one after it. -1: none. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  #lowest: number;
  #highest = -1;

  /** Every event works. */
  constructor(wiring: Wiring, watched: readonly Literal[]) {
    const gates = wiring.nodes - wiring.events;
    this.#wiring = wiring;
    this.values = new Uint8Array(wiring.nodes);
    this.counts = wiring.negated.slice();
    this.#isWatched = new Uint8Array(wiring.nodes);
    for (const literal of watched) this.#isWatched[nodeOf(literal)] = 1;
    this.changed = new Int32Array(new Set(watched.map(nodeOf)).size);
    this.#isQueued = new Uint8Array(gates);
    this.#first = new Int32Array(wiring.levelCount).fill(-1);
    this.#next = new Int32Array(gates).fill(-1);
    this.#lowest = wiring.levelCount;
    for (const gate of wiring.order) this.#consider(gate);
    this.settle();
  }

  isTrue(literal: Literal): boolean {
    return literal < 0 ? this.values[~literal] === 0 : this.values[literal] === 1;
  }

  /** Of an event. Gates follow at the next `settle`. */
  flip(node: number): void {
    const { readersFrom, readers, signs } = this.#wiring;
    const value = 1 - (this.values[node] as number);
    this.values[node] = value;
    if (this.#isWatched[node] === 1) this.#noteChange(node);
    const last = readersFrom[node + 1] as number;
    for (let at = readersFrom[node] as number; at < last; at += 1) {
      const gate = readers[at] as number;
      const sign = signs[at] as number;
      this.counts[gate] = (this.counts[gate] as number) + (value === 1 ? sign : -sign);
      this.#consider(gate);
    }
  }

  /** Brings every gate to what its inputs say; answers whether a watched node changed, events included. */
  settle(): boolean {
    if (this.#highest < 0) return this.changedCount > 0;
    for (let level = this.#lowest; level <= this.#highest; level += 1) {
      let gate = this.#first[level] as number;
      this.#first[level] = -1;
      while (gate !== -1) {
        this.#isQueued[gate] = 0;
        if (this.#isOff(gate)) this.flip(this.#wiring.events + gate);
        gate = this.#next[gate] as number;
      }
    }
    this.#lowest = this.#wiring.levelCount;
    this.#highest = -1;
    return this.changedCount > 0;
  }

  /** Whether a gate has another value than its inputs give it. */
  #isOff(gate: number): boolean {
    const count = this.counts[gate] as number;
    const least = this.#wiring.least[gate] as number;
    const value = least === parity ? count & 1 : count >= least ? 1 : 0;
    return value !== this.values[this.#wiring.events + gate];
  }

  #consider(gate: number): void {
    if (this.#isQueued[gate] === 1 || !this.#isOff(gate)) return;
    const level = this.#wiring.levels[gate] as number;
    this.#isQueued[gate] = 1;
    this.#next[gate] = this.#first[level] as number;
    this.#first[level] = gate;
    if (level < this.#lowest) this.#lowest = level;
    if (level > this.#highest) this.#highest = level;
  }

  /** One that changes back within the instant has not changed. */
  #noteChange(node: number): void {
    for (let at = 0; at < this.changedCount; at += 1) {
      if (this.changed[at] !== node) continue;
      this.changedCount -= 1;
      this.changed[at] = this.changed[this.changedCount] as number;
      return;
    }
    this.changed[this.changedCount] = node;
    this.changedCount += 1;
  }
}
