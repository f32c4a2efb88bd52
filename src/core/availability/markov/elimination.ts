import { invariant } from "../../problem/problem.ts";
import type { Chain } from "./chain.ts";

/** Elimination takes states³ / 3 steps: half a second or so at this size. */
export const denseStatesMax = 1_000;

/** Long-run shares by elimination over a full table: see `longRunShares`. The chain's states lead to one another. */
export function eliminatedShares({ states, transitions }: Chain): Float64Array {
  const rates = new Float64Array(states * states);
  for (const { from, to, rate } of transitions) {
    rates[from * states + to] = (rates[from * states + to] as number) + rate;
  }
  return sharesOfTable(rates, states);
}

/**
 * The same from a full table of rates, row by row, which is used up; what stands on its diagonal does not matter. From the last state
 * on, each state is cut out: who led to it leads to where it would have gone on.
 */
export function sharesOfTable(rates: Float64Array, states: number): Float64Array {
  for (let cut = states - 1; cut > 0; cut--) {
    const row = cut * states;
    let out = 0;
    for (let to = 0; to < cut; to++) out += rates[row + to] as number;
    invariant(out > 0, `state ${cut} leads to none of those before it`);
    for (let from = 0; from < cut; from++) {
      const into = (rates[from * states + cut] as number) / out;
      rates[from * states + cut] = into;
      if (into === 0) continue;
      for (let to = 0; to < cut; to++) {
        const index = from * states + to;
        rates[index] = (rates[index] as number) + into * (rates[row + to] as number);
      }
    }
  }
  const shares = new Float64Array(states);
  shares[0] = 1;
  for (let state = 1; state < states; state++) {
    let share = 0;
    for (let from = 0; from < state; from++) {
      share += (shares[from] as number) * (rates[from * states + state] as number);
    }
    shares[state] = share;
  }
  const total = shares.reduceRight((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}
