import type { Region } from "../preprocess/regions.ts";
import type { Order } from "./orders.ts";

/**
 * Draws what gates read together near to one another, from a first order on: in each round every gate goes to the middle of what it
 * reads, and every node to the middle of the gates that it is in (Aloul, Markov and Sakallah 2003, "FORCE"). The best of all
 * rounds is answered: the one with the smallest sum of spans.
 */
export function forced(region: Region, first: Order, roundsMax: number): Order {
  const count = region.variables.length;
  const state = startOf(region, first);
  let best = first;
  let bestSpan = spanOf(region, state.places);
  let worse = 0;
  for (let round = 0; round < roundsMax && worse < patience; round += 1) {
    moveOnce(region, state);
    const span = spanOf(region, state.places);
    worse += 1;
    if (span >= bestSpan) continue;
    worse = 0;
    bestSpan = span;
    best = levelsOf(state.places, count);
  }
  return best;
}

/** As many rounds without a better span end it. */
const patience = 20;

interface ForceState {
  /** Of every node of the region, its place on the line. */
  readonly places: Float64Array;
  readonly sums: Float64Array;
  readonly shares: Int32Array;
}

/** A gate begins in the middle of what it reads. */
function startOf({ variables, gates }: Region, first: Order): ForceState {
  const size = variables.length + gates.length + 1;
  const places = new Float64Array(size);
  for (let index = 0; index < variables.length; index += 1) places[index + 1] = first[index] as number;
  for (const [index, { inputs }] of gates.entries()) {
    let sum = 0;
    for (const edge of inputs) sum += places[edge >> 1] as number;
    places[variables.length + 1 + index] = sum / inputs.length;
  }
  return { places, sums: new Float64Array(size), shares: new Int32Array(size) };
}

function moveOnce({ variables, gates }: Region, { places, sums, shares }: ForceState): void {
  sums.fill(0);
  shares.fill(0);
  for (const [index, { inputs }] of gates.entries()) {
    const gate = variables.length + 1 + index;
    let sum = places[gate] as number;
    for (const edge of inputs) sum += places[edge >> 1] as number;
    const middle = sum / (inputs.length + 1);
    sums[gate] = (sums[gate] as number) + middle;
    shares[gate] = (shares[gate] as number) + 1;
    for (const edge of inputs) {
      const node = edge >> 1;
      sums[node] = (sums[node] as number) + middle;
      shares[node] = (shares[node] as number) + 1;
    }
  }
  for (let node = 1; node < places.length; node += 1)
    sums[node] = (sums[node] as number) / (shares[node] as number);
  for (const [rank, node] of rankedBy(sums).entries()) places[node] = rank;
}

/** Nodes by their value, from node 1 on. A number holds both, so that they sort without being compared by a function. */
function rankedBy(values: Float64Array): Float64Array {
  const keys = new Float64Array(values.length - 1);
  for (let index = 0; index < keys.length; index += 1) {
    keys[index] = Math.floor((values[index + 1] as number) * fineness) * values.length + index + 1;
  }
  return keys.sort().map((key) => key % values.length);
}

/** Places nearer than this part of a step count as one: keys of 100,000 nodes are still whole numbers. */
const fineness = 2 ** 16;

function spanOf({ variables, gates }: Region, places: Float64Array): number {
  let span = 0;
  for (const [index, { inputs }] of gates.entries()) {
    let low = places[variables.length + 1 + index] as number;
    let high = low;
    for (const edge of inputs) {
      const place = places[edge >> 1] as number;
      if (place < low) low = place;
      if (place > high) high = place;
    }
    span += high - low;
  }
  return span;
}

function levelsOf(places: Float64Array, count: number): Order {
  const levels = new Int32Array(count);
  const variables = rankedBy(places.subarray(0, count + 1));
  for (const [level, node] of variables.entries()) levels[node - 1] = level;
  return levels;
}
