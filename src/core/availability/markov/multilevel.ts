import { invariant } from "../../problem/problem.ts";
import type { Chain } from "./chain.ts";
import { sharesOfTable } from "./elimination.ts";

/** Below this, a level is solved by elimination. */
const coarsestStatesMax = 100;
const sweepsPerLevel = 2;
const roundsMax = 2_000;
/** A round that changes no share by more than this part of itself is the last. */
const changeMax = 1e-13;
/** Rarer states are held at this share, so that none loses its way back; they are too rare to matter to any other. */
const shareMin = 1e-290;

/** Transitions sorted by where they lead, and what they came to at the last visit. */
interface Level {
  readonly states: number;
  /** The transitions into state j are at firsts[j] … firsts[j + 1] − 1. */
  readonly firsts: Int32Array;
  readonly sources: Int32Array;
  readonly rates: Float64Array;
  readonly leaving: Float64Array;
  /** `null` on the coarsest level. */
  readonly coarser: Coarser | null;
}

interface Coarser {
  readonly level: Level;
  /** For each state, the group that stands for it on the coarser level. */
  readonly groups: Int32Array;
  /** For each transition, which one of the coarser level it is part of; −1: it stays inside its group. */
  readonly targets: Int32Array;
}

/**
 * Long-run shares of a large chain whose states lead to one another, by multilevel aggregation (Horton and Leutenegger 1994): sweeps
 * of Gauss-Seidel, then the same for pairs of states that are strongly coupled, and so on down to a chain small enough for elimination.
 * All terms are positive. Shares are told apart down to `shareMin`.
 */
export function settledShares(chain: Chain): Float64Array {
  const level = levelOf(chain);
  let shares: Float64Array = new Float64Array(chain.states).fill(1 / chain.states);
  for (let round = 0; round < roundsMax; round++) {
    const next = roundOf(level, Float64Array.from(shares));
    const change = largestChange(shares, next);
    shares = next;
    if (change <= changeMax) return shares;
  }
  invariant(false, `a chain of ${chain.states} states did not settle in ${roundsMax} rounds`);
}

function largestChange(before: Float64Array, after: Float64Array): number {
  let largest = 0;
  for (const [state, share] of after.entries()) {
    if (share > 2 * shareMin) largest = Math.max(largest, Math.abs((before[state] as number) / share - 1));
  }
  return largest;
}

/** Improves `shares` in place and returns them, adding up to 1. */
function roundOf(level: Level, shares: Float64Array): Float64Array {
  if (level.coarser === null) return sharesOfTable(tableOf(level), level.states);
  sweep(level, shares);
  const { groups } = level.coarser;
  const sums = new Float64Array(level.coarser.level.states);
  for (const [state, share] of shares.entries()) {
    sums[groups[state] as number] = (sums[groups[state] as number] as number) + share;
  }
  weigh(level, level.coarser, { shares, sums });
  const better = roundOf(level.coarser.level, Float64Array.from(sums));
  for (const [state, share] of shares.entries()) {
    const group = groups[state] as number;
    shares[state] = share * ((better[group] as number) / (sums[group] as number));
  }
  sweep(level, shares);
  return shares;
}

/** Gauss-Seidel forwards and backwards: what flows into a state, over the rate at which it is left. */
function sweep({ states, firsts, sources, rates, leaving }: Level, shares: Float64Array): void {
  const relax = (state: number): void => {
    let inflow = 0;
    const end = firsts[state + 1] as number;
    for (let at = firsts[state] as number; at < end; at++) {
      inflow += (shares[sources[at] as number] as number) * (rates[at] as number);
    }
    shares[state] = inflow / (leaving[state] as number);
  };
  for (let count = 0; count < sweepsPerLevel; count++) {
    for (let state = 0; state < states; state++) relax(state);
    for (let state = states - 1; state >= 0; state--) relax(state);
  }
  const total = shares.reduce((sum, share) => sum + share, 0);
  for (const [state, share] of shares.entries()) shares[state] = Math.max(share / total, shareMin);
}

interface Weights {
  readonly shares: Float64Array;
  readonly sums: Float64Array;
}

/** Gives the coarser level its rates: those of the states, each weighted by its share of its group. */
function weigh(level: Level, { level: coarse, groups, targets }: Coarser, { shares, sums }: Weights): void {
  coarse.rates.fill(0);
  coarse.leaving.fill(0);
  for (const [at, target] of targets.entries()) {
    if (target < 0) continue;
    const source = level.sources[at] as number;
    const group = groups[source] as number;
    const rate = ((shares[source] as number) / (sums[group] as number)) * (level.rates[at] as number);
    coarse.rates[target] = (coarse.rates[target] as number) + rate;
    coarse.leaving[group] = (coarse.leaving[group] as number) + rate;
  }
}

function tableOf({ states, firsts, sources, rates }: Level): Float64Array {
  const table = new Float64Array(states * states);
  for (let state = 0; state < states; state++) {
    for (let at = firsts[state] as number; at < (firsts[state + 1] as number); at++) {
      const index = (sources[at] as number) * states + state;
      table[index] = (table[index] as number) + (rates[at] as number);
    }
  }
  return table;
}

function levelOf({ states, transitions }: Chain): Level {
  const sorted = [...transitions].sort((a, b) => a.to - b.to || a.from - b.from);
  const firsts = new Int32Array(states + 1);
  const leaving = new Float64Array(states);
  for (const { from, to, rate } of sorted) {
    firsts[to + 1] = (firsts[to + 1] as number) + 1;
    leaving[from] = (leaving[from] as number) + rate;
  }
  for (let state = 0; state < states; state++) {
    firsts[state + 1] = (firsts[state + 1] as number) + (firsts[state] as number);
  }
  const sources = Int32Array.from(sorted, ({ from }) => from);
  const rates = Float64Array.from(sorted, ({ rate }) => rate);
  return { states, firsts, sources, rates, leaving, coarser: coarserOf({ states, transitions: sorted }) };
}

/** `transitions` as the level has them sorted. */
function coarserOf(chain: Chain): Coarser | null {
  if (chain.states <= coarsestStatesMax) return null;
  const { groups, count } = pairs(chain);
  const merged = new Map<number, { from: number; to: number; rate: number }>();
  for (const { from, to, rate } of chain.transitions) {
    const ends = { from: groups[from] as number, to: groups[to] as number };
    if (ends.from === ends.to) continue;
    const key = ends.to * count + ends.from;
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { ...ends, rate });
    else known.rate += rate;
  }
  const keys = [...merged.keys()].sort((a, b) => a - b);
  const places = new Map(keys.map((key, place) => [key, place]));
  const targets = Int32Array.from(chain.transitions, ({ from, to }) => {
    return places.get((groups[to] as number) * count + (groups[from] as number)) ?? -1;
  });
  const level = levelOf({ states: count, transitions: keys.map((key) => merged.get(key)).filter(isThere) });
  return { level, groups, targets };
}

function isThere<Value>(value: Value | undefined): value is Value {
  return value !== undefined;
}

/** Joins each state with the free neighbour that it is most strongly coupled to; one without a free neighbour joins a taken one's group. */
function pairs({ states, transitions }: Chain): { readonly groups: Int32Array; readonly count: number } {
  const neighbours: { readonly state: number; readonly rate: number }[][] = Array.from(
    { length: states },
    () => [],
  );
  for (const { from, to, rate } of transitions) {
    (neighbours[from] as (typeof neighbours)[number]).push({ state: to, rate });
    (neighbours[to] as (typeof neighbours)[number]).push({ state: from, rate });
  }
  const groups = new Int32Array(states).fill(-1);
  let count = 0;
  for (const [state, near] of neighbours.entries()) {
    if ((groups[state] as number) >= 0) continue;
    const free = near.filter((other) => (groups[other.state] as number) < 0);
    const [best] = [...(free.length > 0 ? free : near)].sort((a, b) => b.rate - a.rate);
    invariant(best !== undefined, `state ${state} has no neighbour`);
    if (free.length > 0) {
      groups[state] = count;
      groups[best.state] = count++;
    } else {
      groups[state] = groups[best.state] as number;
    }
  }
  return { groups, count };
}
