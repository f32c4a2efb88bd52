import type { FrozenDiagram } from "../diagram/frozen.ts";
import type { Conditional } from "./room.ts";
import type { Rows } from "./rows.ts";

/** So many states are gone over at once for each node of a diagram: few enough that what is worked on stays near. */
export const statesAtOnce = 256;

interface Variable {
  readonly rows: Rows;
  /** Of each state of the space, which state of the variable's it belongs to. */
  readonly at: Int32Array;
  readonly begin: number;
  readonly end: number;
}

/** Of each node of a diagram, what it comes to in some states. */
export class NodeRows {
  readonly #failed: Float64Array;
  readonly #works: Float64Array;
  readonly #changes: Float64Array;

  constructor(nodes: number) {
    this.#failed = new Float64Array(nodes * statesAtOnce).fill(1, 0, statesAtOnce);
    this.#works = new Float64Array(nodes * statesAtOnce);
    this.#changes = new Float64Array(nodes * statesAtOnce);
  }

  /** After what it reads. */
  decide({ lows, highs }: FrozenDiagram, node: number, { rows, at, begin, end }: Variable): void {
    const low = (lows[node] as number) >> 1;
    const high = ((highs[node] as number) >> 1) * statesAtOnce;
    const isNegated = ((lows[node] as number) & 1) === 1;
    const lowFalls = isNegated ? this.#works : this.#failed;
    const lowHolds = isNegated ? this.#failed : this.#works;
    const lowSign = isNegated ? -1 : 1;
    const { data, trues, falses, perHour, sign } = rows;
    for (let state = begin; state < end; state += 1) {
      const index = at[state] as number;
      const offset = state - begin;
      const yes = data[trues + index] as number;
      const no = data[falses + index] as number;
      const lowFailed = lowFalls[low * statesAtOnce + offset] as number;
      const lowWorks = lowHolds[low * statesAtOnce + offset] as number;
      const highFailed = this.#failed[high + offset] as number;
      const highWorks = this.#works[high + offset] as number;
      // From whichever of truth and falsehood is the smaller number.
      const rise = highFailed < 0.5 ? highFailed - lowFailed : lowWorks - highWorks;
      const here = node * statesAtOnce + offset;
      this.#changes[here] =
        yes * (this.#changes[high + offset] as number) +
        no * lowSign * (this.#changes[low * statesAtOnce + offset] as number) +
        rise * sign * (data[perHour + index] as number);
      this.#failed[here] = yes * highFailed + no * lowFailed;
      this.#works[here] = yes * highWorks + no * lowWorks;
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
