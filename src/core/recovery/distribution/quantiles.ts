import { type Ratio, ratio, type Seconds, seconds } from "../../units/units.ts";
import { closedShareWithin } from "./closed-form.ts";
import { type Distribution, longestOf, meanWith, shortestOf } from "./distribution.ts";
import { latticeQuantile, latticeShareWithin } from "./lattice.ts";
import { type Known, remembered } from "./remembered.ts";
import { simpleForm } from "./simple-form.ts";
import { meanOfSlowest } from "./slowest.ts";

/**
 * How the answers are found: by a closed form, right to 1e-10 of a share; or, wholly or in part, on a lattice, right to
 * `latticeErrorMax` of a share, but within a 40th of a time (counted above the shortest one) at which shares jump.
 */
export type Method = "closed-form" | "lattice";

export const latticeErrorMax = 2e-4;

/** @throws InvariantBroken, as all below, for a distribution that makes no sense: see `simpleForm` */
export function methodOf(distribution: Distribution): Method {
  return closedShareWithin(distribution) === null ? "lattice" : "closed-form";
}

/** Share of the times that are at most `time`. */
export function shareWithin(distribution: Distribution, time: Seconds): Ratio {
  const closed = closedShareWithin(distribution);
  if (closed !== null) return ratio(closed(time));
  const simple = simpleForm(distribution);
  if (time < shortestOf(simple)) return ratio(0);
  const longest = longestOf(simple);
  if (longest !== null && time >= longest) return ratio(1);
  if (simple.kind === "mixture") {
    const sum = simple.of.reduce((total, way) => total + way.chance * shareWithin(way.time, time), 0);
    return ratio(Math.min(1, sum));
  }
  if (simple.kind === "slowest") {
    return ratio(simple.of.reduce((product, part) => product * shareWithin(part, time), 1));
  }
  return latticeShareWithin(simple, time);
}

const quantilesKnown: Known<Seconds | null> = new WeakMap();

/**
 * The shortest time that at least `share` of the times are within.
 *
 * @returns `null` for a share of 1 where no time is the longest
 */
export function quantileOf(distribution: Distribution, share: Ratio): Seconds | null {
  return remembered(quantilesKnown, [distribution, share], () => {
    const simple = simpleForm(distribution);
    if (share === 0) return shortestOf(simple);
    return share === 1 ? longestOf(simple) : quantileInside(simple, share);
  });
}

/** @param share above 0 and below 1 */
function quantileInside(simple: Distribution, share: Ratio): Seconds {
  const shortest = shortestOf(simple);
  const closed = closedShareWithin(simple);
  if (closed !== null) {
    if (closed(shortest) >= share) return shortest;
    let low: number = shortest;
    let high = Math.max(2 * low, 1e-9);
    while (closed(high) < share && high < Number.MAX_VALUE / 4) [low, high] = [high, 2 * high];
    return bisected(closed, share, [low, high]);
  }
  if (simple.kind === "mixture") {
    const times = simple.of.map((way) => quantileInside(way.time, share));
    return between(simple, share, [Math.min(...times), Math.max(...times)]);
  }
  if (simple.kind === "slowest") {
    // Where each of n parts reaches the n-th root of the share, their product has.
    const root = ratio(Math.min(share ** (1 / simple.of.length), 1 - Number.EPSILON));
    const times = (of: Ratio): readonly number[] => simple.of.map((part) => quantileInside(part, of));
    return between(simple, share, [Math.max(...times(share)), Math.max(...times(root))]);
  }
  return latticeQuantile(simple, share);
}

type Span = readonly [low: number, high: number];

function between(simple: Distribution, share: Ratio, [low, high]: Span): Seconds {
  const within = (time: number): number => shareWithin(simple, seconds(time));
  return within(low) >= share ? seconds(low) : bisected(within, share, [low, high]);
}

/** Halves the span that the quantile lies in until no number lies between its ends. */
function bisected(within: (time: number) => number, share: number, [from, to]: Span): Seconds {
  let [low, high] = [from, to];
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return seconds(high);
    if (within(middle) < share) low = middle;
    else high = middle;
  }
}

/** The mean; where the slowest of several is part of it, right to 1e-6 of itself where a closed form is known for them. */
export function meanOf(distribution: Distribution): Seconds {
  return seconds(meanWith(simpleForm(distribution), slowestMean));
}

const slowestMeansKnown = new WeakMap<readonly Distribution[], number>();

function slowestMean(parts: readonly Distribution[]): number {
  const known = slowestMeansKnown.get(parts);
  if (known !== undefined) return known;
  const mean = meanOfSlowest(parts, shareWithin);
  slowestMeansKnown.set(parts, mean);
  return mean;
}
