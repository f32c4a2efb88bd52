import { unreachable } from "../../problem/problem.ts";
import { type Ratio, ratio, type Seconds, seconds } from "../../units/units.ts";
import { closedShareWithin } from "./closed-form.ts";
import { type Distribution, meanWith, roughSlowest, shortestOf } from "./distribution.ts";
import { type Moments, momentsOf, momentsOfShares } from "./lattice-moments.ts";
import {
  emptySpectrum,
  type Spectrum,
  spectrumOf,
  transformLength,
  unitCosines,
  unitSines,
  valuesOf,
} from "./fourier.ts";
import { type Known, remembered } from "./remembered.ts";
import { simpleForm } from "./simple-form.ts";

/**
 * Times as weights at the points 0, h, 2h … above the shortest time: what lies beyond the last point never comes back before it,
 * so that a heavy tail costs nothing. h is 2^level seconds, and grows with the time that is asked about.
 */
const points = transformLength / 2;
/** The point from which on a quantile is taken to be told finely enough. */
const firstPoint = points / 8;
/** The point up to which shares are read: the last few lack neighbours. */
const lastPoint = points - 4;
/** The share by whose quantile the level is chosen on which most is asked. */
const usualShare = 0.99;
/** Rounding leaves shares this near to 1 alike. */
const shareMax = 1 - 1e-9;
/** Times are not told apart much below this many seconds. */
const spreadMin = 1e-9;
/** Below so many levels under the usual one, times are too short to matter beside the others. */
const levelsBelowMax = 20;
/** Weights fall by this factor over the whole transform, so that what runs over its end comes round as nothing. */
const damping = Float64Array.from(
  { length: transformLength },
  (_, at) => 10 ** ((-10 * at) / transformLength),
);

export function latticeShareWithin(distribution: Distribution, time: Seconds): Ratio {
  const simple = simpleForm(distribution);
  const excess = time - shortestOf(simple);
  const usual = usualLevel(simple);
  const finest = usual - levelsBelowMax;
  const point = excess / 2 ** usual;
  const isUsual = point >= firstPoint && point < lastPoint;
  const level = isUsual ? usual : Math.max(finest, Math.ceil(Math.log2(excess / lastPoint)));
  return ratio(Math.min(1, Math.max(0, shareAt(sharesOn(simple, level), excess / 2 ** level))));
}

/** @param share above 0 and below 1; what is nearer to 1 than a lattice tells apart is taken for `shareMax` */
export function latticeQuantile(distribution: Distribution, share: Ratio): Seconds {
  return quantileOn(simpleForm(distribution), Math.min(share, shareMax));
}

function quantileOn(simple: Distribution, share: number): Seconds {
  const usual = usualLevel(simple);
  let level = usual;
  while (lastOf(sharesOn(simple, level)) < share) level++;
  while (level > usual - levelsBelowMax) {
    if (level === usual && pointOf(sharesOn(simple, level), share) >= firstPoint) break;
    if (lastOf(sharesOn(simple, level - 1)) < share) break;
    level--;
  }
  return seconds(shortestOf(simple) + pointOf(sharesOn(simple, level), share) * 2 ** level);
}

function lastOf(shares: Float64Array): number {
  return shares[lastPoint] as number;
}

const usualLevels = new WeakMap<Distribution, number>();

/** The finest level that the quantile of the usual share lies on, or one as fine as matters where that share lies at the shortest time. */
function usualLevel(distribution: Distribution): number {
  const remembered = usualLevels.get(distribution);
  if (remembered !== undefined) return remembered;
  const { excess, square } = roughSpread(distribution);
  let level = Math.ceil(Math.log2(Math.max(spreadMin, excess + 2.33 * Math.sqrt(square)) / lastPoint));
  const finest = level - levelsBelowMax;
  while (lastOf(sharesOn(distribution, level)) < usualShare) level++;
  // A quantile beyond the middle of this level is beyond the end of the next finer one.
  while (level > finest && pointOf(sharesOn(distribution, level), usualShare) < lastPoint / 2) {
    if (lastOf(sharesOn(distribution, level - 1)) < usualShare) break;
    level--;
  }
  usualLevels.set(distribution, level);
  return level;
}

/**
 * About how far times lie above the shortest, and the sum of the squares of that over the parts, as a guess at where to begin; added
 * up part by part, for a long fixed one would take the digits of the others.
 */
function roughSpread(distribution: Distribution): { readonly excess: number; readonly square: number } {
  if (distribution.kind !== "sum") {
    const excess = meanWith(distribution, roughSlowest) - shortestOf(distribution);
    return { excess, square: excess ** 2 };
  }
  const parts = distribution.of.map(roughSpread);
  return {
    excess: parts.reduce((sum, { excess }) => sum + excess, 0),
    square: parts.reduce((sum, { square }) => sum + square, 0),
  };
}

const sharesKnown: Known<Float64Array> = new WeakMap();

/** Shares within h/2, 3h/2, 5h/2 … of the shortest time; they never fall. */
function sharesOn(distribution: Distribution, level: number): Float64Array {
  return remembered(sharesKnown, [distribution, level], () => {
    const values = valuesOf(spectrumOn(distribution, level));
    const shares = new Float64Array(points - 1);
    let total = 0;
    let highest = 0;
    let weight = values[0] as number;
    for (let point = 0; point < points - 1; point++) {
      const next = (values[point + 1] as number) / (damping[point + 1] as number);
      total += weight;
      // The weights stand for a density: between two points the midpoint rule is short by a 24th of its rise.
      highest = Math.max(highest, Math.min(1, total + (next - weight) / 24));
      shares[point] = highest;
      weight = next;
    }
    return shares;
  });
}

/** Share at `point` steps above the shortest time: a cubic through the four values around, kept between the nearer two. */
function shareAt(shares: Float64Array, point: number): number {
  const at = Math.floor(point - 0.5);
  const low = shareOrEnd(shares, at);
  const high = shareOrEnd(shares, at + 1);
  const part = point - 0.5 - at;
  const before = shareOrEnd(shares, at - 1);
  const after = shareOrEnd(shares, at + 2);
  const bend = (part * (part - 1)) / 6;
  const line = low + part * (high - low);
  const cubic =
    line + bend * ((2 - part) * (before - 2 * low + high) + (1 + part) * (low - 2 * high + after));
  return Math.min(high, Math.max(low, cubic));
}

function shareOrEnd(shares: Float64Array, at: number): number {
  return at < 0 ? 0 : (shares[Math.min(at, shares.length - 1)] as number);
}

/** The point at which a share is reached, in steps above the shortest time. */
function pointOf(shares: Float64Array, share: number): number {
  let [before, reached] = [-1, shares.length - 1];
  while (reached - before > 1) {
    const middle = (before + reached) >> 1;
    if ((shares[middle] as number) < share) before = middle;
    else reached = middle;
  }
  let [low, high] = [Math.max(0, before + 0.5), reached + 0.5];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (shareAt(shares, middle) < share) low = middle;
    else high = middle;
  }
  return high;
}

const spectraKnown: Known<Spectrum> = new WeakMap();

function spectrumKnown(distribution: Distribution, level: number): Spectrum {
  return remembered(spectraKnown, [distribution, level], () => spectrumOn(distribution, level));
}

/** The transform of the damped weights of the times above the shortest one. */
function spectrumOn(distribution: Distribution, level: number): Spectrum {
  switch (distribution.kind) {
    case "fixed":
      return constant(1);
    case "uniform":
    case "exponential":
    case "log-normal":
      return transformed(weightsOf(momentsOf(distribution, 2 ** level)));
    case "sum":
      return productOf(distribution, level);
    case "slowest":
      return transformed(weightsOf(slowestMoments(distribution, level)));
    case "mixture":
      return mixtureSpectrum(distribution, level);
    case "retried":
      return retriedSpectrum(distribution, level);
    default:
      return unreachable(distribution);
  }
}

function constant(value: number): Spectrum {
  const spectrum = emptySpectrum();
  spectrum.re.fill(value);
  return spectrum;
}

/** Frequencies this faint are dropped: they change nothing that is told. */
const faint = 1e-20;

/** Spectra of sums are not kept: they would be as many as sums, and are quick to find again. */
function productOf(sum: Extract<Distribution, { kind: "sum" }>, level: number): Spectrum {
  const product = constant(1);
  let reach = product.re.length;
  const take = (parts: readonly Distribution[]): void => {
    for (const part of parts) {
      if (part.kind === "sum") take(part.of);
      else if (part.kind !== "fixed") reach = multiply(product, spectrumKnown(part, level), reach);
    }
  };
  take(sum.of);
  return product;
}

/**
 * Into `product`, up to the frequency `reach`, beyond which it is 0.
 *
 * @returns the frequency beyond which it now is: the more spread times are added, the fewer frequencies are left
 */
function multiply(product: Spectrum, { re, im }: Spectrum, reach: number): number {
  let loud = 0;
  for (let at = 0; at < reach; at++) {
    const pr = product.re[at] as number;
    const pi = product.im[at] as number;
    const fr = re[at] as number;
    const fi = im[at] as number;
    const real = pr * fr - pi * fi;
    const imaginary = pr * fi + pi * fr;
    product.re[at] = real;
    product.im[at] = imaginary;
    if (real > faint || real < -faint || imaginary > faint || imaginary < -faint) loud = at + 1;
  }
  product.re.fill(0, loud, reach);
  product.im.fill(0, loud, reach);
  return loud;
}

function transformed(weights: Float64Array): Spectrum {
  const damped = new Float64Array(transformLength);
  for (const [at, weight] of weights.entries()) damped[at] = weight * (damping[at] as number);
  return spectrumOf(damped);
}

/**
 * Spreads what lies around each point over it and its two neighbours, with its mean and its variance kept: then a sum keeps them too,
 * and is right to the fourth order of h where the density is smooth. What lies around point 0 is spread from point 1.
 */
function weightsOf(below: Moments): Float64Array {
  const weights = new Float64Array(points);
  let before: readonly [number, number, number] = [0, 0, 0];
  for (let point = 1; point < points - 1; point++) {
    const here = [below[0][point] as number, below[1][point] as number, below[2][point] as number] as const;
    const mass = here[0] - before[0];
    const first = here[1] - before[1];
    const mean = first - point * mass;
    const square = here[2] - before[2] - 2 * point * first + point * point * mass;
    weights[point - 1] = (weights[point - 1] as number) + (square - mean) / 2;
    weights[point] = (weights[point] as number) + mass - square;
    weights[point + 1] = (weights[point + 1] as number) + (square + mean) / 2;
    before = here;
  }
  return weights;
}

/** The shares of the slowest are the products of the shares of all. */
function slowestMoments({ of }: Extract<Distribution, { kind: "slowest" }>, level: number): Moments {
  const shortest = Math.max(...of.map(shortestOf));
  const parts = of.map((part) => sharesAbove(part, level));
  return momentsOfShares((steps) => {
    const time = shortest + steps * 2 ** level;
    return parts.reduce((product, share) => product * share(time), 1);
  });
}

function sharesAbove(part: Distribution, level: number): (time: number) => number {
  const closed = closedShareWithin(part);
  if (closed !== null) return closed;
  const shares = sharesOn(part, level);
  const shortest = shortestOf(part);
  return (time) => shareAt(shares, (time - shortest) / 2 ** level);
}

function mixtureSpectrum(distribution: Extract<Distribution, { kind: "mixture" }>, level: number): Spectrum {
  const shortest = shortestOf(distribution);
  const total = emptySpectrum();
  for (const { chance, time } of distribution.of) {
    const way = shifted(spectrumKnown(time, level), (shortestOf(time) - shortest) / 2 ** level);
    for (let at = 0; at < total.re.length; at++) {
      total.re[at] = (total.re[at] as number) + chance * (way.re[at] as number);
      total.im[at] = (total.im[at] as number) + chance * (way.im[at] as number);
    }
  }
  return total;
}

/** p a / (1 − (1 − p) a) for one attempt's a, counted above the shortest attempt. */
function retriedSpectrum(
  { attempt, success }: Extract<Distribution, { kind: "retried" }>,
  level: number,
): Spectrum {
  const once = spectrumKnown(attempt, level);
  const again = shifted(once, shortestOf(attempt) / 2 ** level);
  const quotient = emptySpectrum();
  for (let at = 0; at < once.re.length; at++) {
    const nr = success * (once.re[at] as number);
    const ni = success * (once.im[at] as number);
    const dr = 1 - (1 - success) * (again.re[at] as number);
    const di = -(1 - success) * (again.im[at] as number);
    const size = dr * dr + di * di;
    quotient.re[at] = (nr * dr + ni * di) / size;
    quotient.im[at] = (ni * dr - nr * di) / size;
  }
  return quotient;
}

/** Later by so many steps, spread over three points with its mean and variance kept. */
function shifted(spectrum: Spectrum, steps: number): Spectrum {
  if (steps === 0) return spectrum;
  if (steps >= transformLength - 2) return constant(0);
  const centre = Math.max(1, Math.round(steps));
  const off = steps - centre;
  const weights = [(off * (off - 1)) / 2, 1 - off * off, (off * (off + 1)) / 2];
  const delay = emptySpectrum();
  for (const [at, weight] of weights.entries()) {
    const point = centre - 1 + at;
    const damped = weight * (damping[point] as number);
    for (let frequency = 0; frequency < delay.re.length; frequency++) {
      const angle = (frequency * point) % transformLength;
      delay.re[frequency] = (delay.re[frequency] as number) + damped * (unitCosines[angle] as number);
      delay.im[frequency] = (delay.im[frequency] as number) + damped * (unitSines[angle] as number);
    }
  }
  multiply(delay, spectrum, delay.re.length);
  return delay;
}
