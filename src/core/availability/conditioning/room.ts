import type { Space, Spaces } from "./space.ts";

/**
 * What something comes to in each state of a space, as long as that state lasts. `data` holds, from `at` on, three numbers for each
 * state, sorted by what they are: the chances that it has failed; that it works; and how often it begins to be failed, per hour, for
 * failures of what is not shared (Σ ∂failed/∂q of each event × its frequency).
 */
export interface Conditional {
  readonly space: Space;
  readonly data: Float64Array;
  readonly at: number;
}

/** One that is read, or its negation. */
export interface Signed {
  readonly of: Conditional;
  readonly isNegated: boolean;
}

export function plain(of: Conditional): Signed {
  return { of, isNegated: false };
}

export function negated({ of, isNegated }: Signed): Signed {
  return { of, isNegated: !isNegated };
}

/** Room for values. Small ones lie side by side in large arrays: a hundred thousand small arrays would keep the collector busy. */
export class Room {
  readonly spaces: Spaces;
  #chunk = new Float64Array(0);
  #used = 0;
  /** Large arrays that have been given back, by length: new ones cost more than what is done with them. */
  readonly #free = new Map<number, Float64Array[]>();

  constructor(spaces: Spaces) {
    this.spaces = spaces;
  }

  /** Whatever was there before is to be written over. */
  over(space: Space): Conditional {
    const length = 3 * space.size;
    if (length > sharedLengthMax)
      return { space, data: this.#free.get(length)?.pop() ?? new Float64Array(length), at: 0 };
    if (this.#used + length > this.#chunk.length) {
      this.#chunk = new Float64Array(chunkLength);
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += length;
    return { space, data: this.#chunk, at };
  }

  /** Nobody reads it any more. */
  giveBack({ space, data }: Conditional): void {
    const length = 3 * space.size;
    if (length <= sharedLengthMax) return;
    const free = this.#free.get(length) ?? [];
    this.#free.set(length, free);
    free.push(data);
  }

  /** The same in every state. */
  constant(space: Space, values: Values): Conditional {
    const made = this.over(space);
    this.fill(made, values);
    return made;
  }

  /** In one state. */
  setAt({ data, at, space: { size } }: Conditional, state: number, { failed, works, perHour }: Values): void {
    data[at + state] = failed;
    data[at + size + state] = works;
    data[at + 2 * size + state] = perHour;
  }

  fill({ data, at, space: { size } }: Conditional, { failed, works, perHour }: Values): void {
    data.fill(failed, at, at + size);
    data.fill(works, at + size, at + 2 * size);
    data.fill(perHour, at + 2 * size, at + 3 * size);
  }
}

export interface Values {
  readonly failed: number;
  readonly works: number;
  readonly perHour: number;
}

export const neverFails: Values = { failed: 0, works: 1, perHour: 0 };
export const alwaysFailed: Values = { failed: 1, works: 0, perHour: 0 };
export const nothing: Values = { failed: 0, works: 0, perHour: 0 };

const sharedLengthMax = 256;
const chunkLength = 16_384;
