/** Of each event of a fault graph, the share of time that it is failed, and that it is not: neither is 1 minus the other. */
export interface Chances {
  readonly failed: Float64Array;
  readonly works: Float64Array;
}

/** @returns by event of the graph; `works` is 1 − `failed`, which loses no digit that `failed` has above 1e-16 */
export function chancesOf(failed: ArrayLike<number>): Chances {
  const array = Float64Array.from(failed);
  return { failed: array, works: array.map((value) => 1 - value) };
}
