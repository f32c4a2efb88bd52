import { unreachable } from "../../problem/problem.ts";
import { type Distribution, type Way } from "./distribution.ts";
import { normalShareBelow } from "./normal.ts";
import { simpleForm } from "./simple-form.ts";

/** Share of the times that are at most so many seconds, right to 1e-10. */
export type ShareWithin = (time: number) => number;

/** Sums with mixtures are taken apart into at most so many ways. */
const waysMax = 64;
/** By how much a rounding error may grow in a sum of terms that cancel: to 1e-10 of a share. */
const amplificationMax = 1e6;
/** Beyond this many times the longest mean, an exponential time is over. */
const meansMax = 40;
/** A time reaches a number of attempts when it falls short by no more than rounding. */
const roundingMax = 2 * Number.EPSILON;

const known = new WeakMap<Distribution, ShareWithin | null>();

/** `null` where there is no closed form, or none that keeps its digits. */
export function closedShareWithin(distribution: Distribution): ShareWithin | null {
  const remembered = known.get(distribution);
  if (remembered !== undefined) return remembered;
  const found = closed(simpleForm(distribution));
  known.set(distribution, found);
  return found;
}

function closed(distribution: Distribution): ShareWithin | null {
  switch (distribution.kind) {
    case "fixed":
      return (time) => (time >= distribution.time ? 1 : 0);
    case "uniform": {
      const { from, to } = distribution;
      return (time) => Math.min(1, Math.max(0, (time - from) / (to - from)));
    }
    case "exponential":
      return (time) => (time <= 0 ? 0 : -Math.expm1(-(time / distribution.mean)));
    case "log-normal": {
      const { median, sigma } = distribution;
      return (time) => (time <= 0 ? 0 : normalShareBelow(Math.log(time / median) / sigma));
    }
    case "sum":
      // A phase without a closed form is part of many sums: it is asked before its parts are looked at.
      return distribution.of.some((part) => part.kind === "sum" && closedShareWithin(part) === null)
        ? null
        : closedSum(flat(distribution.of));
    case "slowest": {
      const parts = allOf(distribution.of.map(closedShareWithin));
      return parts && ((time) => parts.reduce((product, share) => product * share(time), 1));
    }
    case "mixture":
      return closedMixture(distribution.of);
    case "retried":
      return closedRetried(distribution);
    default:
      return unreachable(distribution);
  }
}

function allOf<Part>(parts: readonly (Part | null)[]): readonly Part[] | null {
  const there = parts.filter((part) => part !== null);
  return there.length === parts.length ? there : null;
}

function closedMixture(ways: readonly Way[]): ShareWithin | null {
  const parts = allOf(
    ways.map(({ chance, time }) => {
      const share = closedShareWithin(time);
      return share && { chance, share };
    }),
  );
  return (
    parts &&
    ((time) =>
      Math.min(
        1,
        parts.reduce((sum, { chance, share }) => sum + chance * share(time), 0),
      ))
  );
}

function closedRetried({ attempt, success }: Extract<Distribution, { kind: "retried" }>): ShareWithin | null {
  if (attempt.kind !== "fixed") return null;
  const failure = Math.log1p(0 - success);
  return (time) => -Math.expm1(failure * Math.floor((time / attempt.time) * (1 + roundingMax)));
}

function flat(parts: readonly Distribution[]): readonly Distribution[] {
  return parts.flatMap((part) => (part.kind === "sum" ? flat(part.of) : [part]));
}

function closedSum(parts: readonly Distribution[]): ShareWithin | null {
  const mixture = parts.find(({ kind }) => kind === "mixture");
  if (mixture?.kind === "mixture") return closedSumOfWays(mixture, parts);
  const fixed = parts.reduce((sum, part) => sum + (part.kind === "fixed" ? part.time : 0), 0);
  const spread = parts.filter(({ kind }) => kind !== "fixed");
  const [only, ...others] = spread;
  const share = only !== undefined && others.length === 0 ? closedShareWithin(only) : closedSpans(spread);
  return share && ((time) => share(time - fixed));
}

function closedSumOfWays(
  mixture: Extract<Distribution, { kind: "mixture" }>,
  parts: readonly Distribution[],
): ShareWithin | null {
  const ways = parts.reduce((count, part) => count * (part.kind === "mixture" ? part.of.length : 1), 1);
  if (ways > waysMax) return null;
  const others = parts.filter((part) => part !== mixture);
  return closedMixture(
    mixture.of.map(({ chance, time }) => ({ chance, time: { kind: "sum", of: [time, ...others] } })),
  );
}

/** Exponential times of different means, and uniform times by their widths. */
interface Spans {
  readonly rates: readonly number[];
  /** Weight of e^(−rate × time) in the share of the exponential times that takes longer. */
  readonly weights: readonly number[];
  readonly widths: readonly number[];
}

/**
 * A sum of exponential times (hypo-exponential, by partial fractions) and uniform ones: its share is the former's, integrated once
 * for each uniform time and differenced over the width of each. Terms cancel; where too many digits would go, there is no form.
 */
function closedSpans(parts: readonly Distribution[]): ShareWithin | null {
  const uniform = parts.flatMap((part) => (part.kind === "uniform" ? [part] : []));
  const rates = parts.flatMap((part) => (part.kind === "exponential" ? [1 / part.mean] : []));
  if (uniform.length + rates.length < parts.length) return null;
  const widths = uniform.map(({ from, to }) => to - from);
  const weights = rates.map((rate, at) =>
    rates.reduce((product, other, index) => (index === at ? product : (product * other) / (other - rate)), 1),
  );
  const start = uniform.reduce((sum, { from }) => sum + from, 0);
  const end = widths.reduce(
    (sum, width) => sum + width,
    rates.length > 0 ? meansMax / Math.min(...rates) : 0,
  );
  const size = weights.reduce((sum, weight) => sum + Math.abs(weight), 1);
  const amplification = widths.reduce((product, width) => (product * 2 * end) / width, size);
  if (!(amplification <= amplificationMax)) return null;
  const spans = { rates, weights, widths };
  return (time) => (time - start >= end ? 1 : Math.min(1, Math.max(0, shareOfSpans(spans, time - start))));
}

function shareOfSpans(spans: Spans, time: number): number {
  const { widths } = spans;
  let total = 0;
  for (let corner = 0; corner < 2 ** widths.length; corner++) {
    const taken = widths.filter((_, at) => ((corner >> at) & 1) === 1);
    const left = time - taken.reduce((sum, width) => sum + width, 0);
    if (left > 0) total += (taken.length % 2 === 0 ? 1 : -1) * integrated(spans, left);
  }
  return widths.reduce((share, width) => share / width, total);
}

/** The share of the exponential times, integrated from 0 once for each width. */
function integrated({ rates, weights, widths }: Spans, time: number): number {
  let powers = 1;
  for (let order = 1; order <= widths.length; order++) powers *= time / order;
  let total = powers;
  for (const [at, rate] of rates.entries()) {
    let term = Math.exp(-rate * time);
    let power = 1;
    for (let order = 1; order <= widths.length; order++) {
      term = order === 1 ? -Math.expm1(-rate * time) / rate : (power - term) / rate;
      power *= time / order;
    }
    total -= (weights[at] as number) * term;
  }
  return total;
}
