import type { FrozenDiagram } from "../diagram/frozen.ts";
import type { Conditional } from "./room.ts";
import type { Rows } from "./rows.ts";

/** So many states are gone over at once for each node of a diagram: few enough that what is worked on stays near. */
export const statesAtOnce = 256;

export interface LevelRows {
  readonly rows: Rows;
  /** Of each state of the space, which state of the variable's it belongs to. */
  readonly at: Int32Array;
}

/** Of each node of a diagram, what it comes to in some states. */
export class NodeRows {
  readonly #diagram: FrozenDiagram;
  readonly #failed: Float64Array;
  readonly #works: Float64Array;
  readonly #changes: Float64Array;

  constructor(diagram: FrozenDiagram) {
    this.#diagram = diagram;
    const nodes = diagram.levels.length;
    this.#failed = new Float64Array(nodes * statesAtOnce).fill(1, 0, statesAtOnce);
    this.#works = new Float64Array(nodes * statesAtOnce);
    this.#changes = new Float64Array(nodes * statesAtOnce);
  }

  /** A node after those that it reads, in the states of a span. */
  decide(node: number, { rows, at }: LevelRows, [begin, end]: readonly [number, number]): void {
    const { lows, highs } = this.#diagram;
    const low = (lows[node] as number) >> 1;
    const high = ((highs[node] as number) >> 1) * statesAtOnce;
    const isNegated = ((lows[node] as number) & 1) === 1;
    const lowFalls = isNegated ? this.#works : this.#failed;
    const lowHolds = isNegated ? this.#failed : this.#works;
    const lowSign = isNegated ? -1 : 1;
    const [failed, works, changes] = [this.#failed, this.#works, this.#changes];
    const { data, trues, falses, perHour, sign } = rows;
    let here = node * statesAtOnce;
    let fromLow = low * statesAtOnce;
    let fromHigh = high;
    for (let state = begin; state < end; state += 1) {
      const index = at[state] as number;
      const yes = data[trues + index] as number;
      const no = data[falses + index] as number;
      const lowFailed = lowFalls[fromLow] as number;
      const lowWorks = lowHolds[fromLow] as number;
      const highFailed = failed[fromHigh] as number;
      const highWorks = works[fromHigh] as number;
      // From whichever of truth and falsehood is the smaller number.
      const rise = highFailed < 0.5 ? highFailed - lowFailed : lowWorks - highWorks;
      changes[here] =
        yes * (changes[fromHigh] as number) +
        no * lowSign * (changes[fromLow] as number) +
        rise * sign * (data[perHour + index] as number);
      failed[here] = yes * highFailed + no * lowFailed;
      works[here] = yes * highWorks + no * lowWorks;
      here += 1;
      fromLow += 1;
      fromHigh += 1;
    }
  }

  /** Writes what a node comes to. */
  read(
    node: number,
    { data, at, space: { size } }: Conditional,
    [begin, end]: readonly [number, number],
  ): void {
    const from = node * statesAtOnce;
    const to = from + end - begin;
    data.set(this.#failed.subarray(from, to), at + begin);
    data.set(this.#works.subarray(from, to), at + size + begin);
    data.set(this.#changes.subarray(from, to), at + 2 * size + begin);
  }
}
