import { invariant } from "../../problem/problem.ts";

/**
 * Long-run shares of a chain whose states 0 … n stand in a row and lead to their neighbours only (a birth-death chain): products
 * of the ratios of neighbours, begun at the most likely state, so that nothing overflows and nothing is subtracted.
 *
 * @param ratios at i: rate from state i to i + 1, over the rate back; 0 to Infinity, never rising with i
 * @returns n + 1 shares that add up to 1, each right to about n × 3e-16 of itself; below 1e-308 a share is 0
 */
export function sharesInRow(ratios: readonly number[]): readonly number[] {
  const top = likeliest(ratios);
  const weights = new Array<number>(ratios.length + 1).fill(0);
  weights[top] = 1;
  for (let state = top + 1; state < weights.length; state++) {
    weights[state] = at(weights, state - 1) * at(ratios, state - 1);
  }
  for (let state = top - 1; state >= 0; state--) {
    weights[state] = at(weights, state + 1) / at(ratios, state);
  }
  const total = sumOf(weights);
  return weights.map((weight) => weight / total);
}

/** The state after the last step that leads to a likelier one. */
function likeliest(ratios: readonly number[]): number {
  let state = 0;
  for (const [at, ratio] of ratios.entries()) {
    invariant(ratio >= 0, `a ratio of rates is at least 0, got ${ratio}`);
    invariant(at === 0 || ratio <= (ratios[at - 1] as number), "ratios of rates do not rise along the row");
    if (ratio >= 1) state = at + 1;
  }
  return state;
}

/**
 * Mean time from state 0 to state n of such a chain: each step up takes a visit, and the way back up from one state lower as often
 * as it falls back. Sums of positive terms.
 *
 * @param up at i: rate from i to i + 1, above 0
 * @param down at i: rate from i to i − 1; that of state 0 is not read; Infinity: at once
 * @returns in the unit of time of the rates; Infinity where it cannot be held
 */
export function meanTimeUpRow(up: readonly number[], down: readonly number[]): number {
  let step = 0;
  let total = 0;
  for (const [state, rate] of up.entries()) {
    step = (state === 0 ? 1 : 1 + at(down, state) * step) / rate;
    total += step;
  }
  return total;
}

/** Adds from the last to the first: along a row of failures that is from the small to the large. */
export function sumOf(values: readonly number[], from = 0): number {
  let total = 0;
  for (let index = values.length - 1; index >= from; index--) total += at(values, index);
  return total;
}

function at(values: readonly number[], index: number): number {
  return values[index] as number;
}
