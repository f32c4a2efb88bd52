import type { Seconds } from "../../units/units.ts";

/** What was bad and all there was in spans of equal length that follow one another, oldest first. */
export interface History {
  readonly step: Seconds;
  readonly bins: readonly Bin[];
  /** How many bins the running period has, whether or not all of them are known. */
  readonly inPeriod: number;
}

export interface Bin {
  readonly bad: number;
  readonly total: number;
}

/** A value that nine, five and one of ten futures exceed. */
export interface Band {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

export interface Terms {
  /** Share that may be bad. */
  readonly budget: number;
  /** Whether what is older than the period goes out of it. */
  readonly rolls: boolean;
  /** How many bins it looks ahead. */
  readonly horizon: number;
  /** How many bins lie between the beginnings of two stretches that are replayed: a day, so that noon stays noon. */
  readonly stride: number;
}

/** Fewer futures than this say nothing of a tenth of them. */
export const futuresMin = 10;

/** What is left of the budget at each bin of one future. */
export type Future = readonly number[];

/**
 * The futures: each stretch of the past, as long as the horizon, happens once more. So nights stay nights, an incident keeps its
 * length, and nothing is assumed of any distribution. What rolls loses its oldest bins meanwhile.
 */
export function futuresOf({ bins, inPeriod }: Omit<History, "step">, terms: Terms): readonly Future[] {
  const { horizon, stride } = terms;
  const futures: Future[] = [];
  for (let from = bins.length - horizon; from >= 0; from -= stride)
    futures.push(replayed({ bins, inPeriod }, bins.slice(from, from + horizon), terms));
  return futures;
}

function replayed(
  { bins, inPeriod }: Omit<History, "step">,
  next: readonly Bin[],
  { budget, rolls }: Terms,
): Future {
  const period = padded(lastOf(bins, inPeriod), inPeriod);
  const sums = { bad: sumOf(period, "bad"), total: sumOf(period, "total") };
  return next.map(({ bad, total }, at) => {
    const out = rolls ? agedOut(period, next, at) : undefined;
    sums.bad += bad - (out?.bad ?? 0);
    sums.total += total - (out?.total ?? 0);
    return leftOf(sums, budget);
  });
}

/** The last so many, or as many as there are. */
export function lastOf(bins: readonly Bin[], count: number): readonly Bin[] {
  return bins.slice(Math.max(0, bins.length - count));
}

/** Before anything was known nothing is counted, and nothing leaves the period. */
function padded(bins: readonly Bin[], count: number): readonly Bin[] {
  const missing = Array.from({ length: Math.max(0, count - bins.length) }, () => ({ bad: 0, total: 0 }));
  return [...missing, ...bins];
}

/** The bin that leaves a period that rolls: of the past, and then, if the horizon is longer, of the future. */
function agedOut(period: readonly Bin[], next: readonly Bin[], at: number): Bin | undefined {
  return at < period.length ? period[at] : next[at - period.length];
}

export function sumOf(bins: readonly Bin[], what: keyof Bin): number {
  return bins.reduce((sum, bin) => sum + bin[what], 0);
}

/** Of no events none was bad: all of the budget is left. */
export function leftOf({ bad, total }: Bin, budget: number): number {
  return total <= 0 ? 1 : 1 - bad / total / budget;
}

export function bandOf(values: readonly number[]): Band {
  const sorted = [...values].sort((a, b) => a - b);
  return { p10: quantile(sorted, 0.1), p50: quantile(sorted, 0.5), p90: quantile(sorted, 0.9) };
}

/** Between two values in proportion (type 7 of Hyndman and Fan, 1996). */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}
