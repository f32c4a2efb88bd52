import { secondsPerYear } from "../../units/units.ts";
import type { Ratio } from "../../units/units.ts";
import type { Moments } from "./moments.ts";
import { OutageLengths } from "./outage-lengths.ts";
import {
  type Method,
  momentsOf,
  outagesForSpread,
  type OutputPart,
  type SimulationPart,
  variables,
} from "./part.ts";
import { betaQuantile, gammaQuantile, normalQuantile, studentQuantile } from "./quantiles.ts";

/** What is believed of a number: a value with the interval that holds it with the wanted confidence, or a bound from nothing seen. */
export type Estimate =
  | { readonly kind: "interval"; readonly value: number; readonly low: number; readonly high: number }
  /** It never happened: no more than this, with the wanted confidence. */
  | { readonly kind: "at-most"; readonly high: number };

export interface OutputEstimates {
  readonly name: string;
  readonly method: Method;
  /** Outages that were seen; `null`: chance was biased, and a count would mean nothing. */
  readonly outagesSeen: number | null;
  readonly unavailability: Estimate;
  readonly outagesPerYear: Estimate;
  /** `null`: too few outages were seen. */
  readonly meanOutageSeconds: Estimate | null;
  /** From all working to the first failure; `null`: not told by this method. */
  readonly meanTimeToFailureSeconds: Estimate | null;
  readonly outageLengths: OutageQuantiles | null;
  readonly overRto: OverRto | null;
}

/** Lengths of outages, in seconds: a share `of` of them is not longer. `high` is `null` when it lies beyond all that was seen. */
export interface OutageQuantiles {
  readonly quantiles: readonly {
    readonly of: number;
    readonly value: number;
    readonly low: number;
    readonly high: number | null;
  }[];
  readonly longest: number;
}

export interface OverRto {
  readonly rtoSeconds: number;
  /** Of all outages. */
  readonly share: Estimate;
}

/** Fewer say nothing of how long outages are. */
const outagesForLengths = 10;
const quantilesTold = [0.5, 0.9, 0.95, 0.99] as const;

/** @param confidence such as 0.95; what is told of outages takes them as independent of one another */
export function estimatesOf(part: SimulationPart, confidence: Ratio): readonly OutputEstimates[] {
  return part.outputs.map((output) => estimatesOfOutput(output, confidence));
}

function estimatesOfOutput(output: OutputPart, confidence: number): OutputEstimates {
  const { name, method } = output;
  const lengths = output.lengths === null ? null : new OutageLengths(output.lengths);
  const seen = { moments: momentsOf(output), lengths, confidence };
  const outages = seen.moments.sum(variables.outages);
  return {
    name,
    method,
    outagesSeen: lengths === null ? null : outages,
    unavailability: failedEstimate(seen),
    outagesPerYear: times(outagesEstimate(seen), secondsPerYear),
    meanOutageSeconds: outages > 0 ? meanOutage(seen) : null,
    meanTimeToFailureSeconds: method === "failure-biasing" && outages > 0 ? timeToFailure(seen) : null,
    ...(lengths === null ? { outageLengths: null, overRto: null } : ofLengths(lengths, output, confidence)),
  };
}

function ofLengths(
  lengths: OutageLengths,
  { rtoSeconds }: OutputPart,
  confidence: number,
): Pick<OutputEstimates, "outageLengths" | "overRto"> {
  const { total } = lengths.counts;
  const share = total === 0 ? null : shareEstimate(lengths.overRto, total, confidence);
  return {
    outageLengths: total < outagesForLengths ? null : quantilesOf(lengths, confidence),
    overRto: rtoSeconds === null || share === null ? null : { rtoSeconds, share },
  };
}

interface Seen {
  readonly moments: Moments;
  readonly lengths: OutageLengths | null;
  readonly confidence: number;
}

function failedEstimate({ moments, lengths, confidence }: Seen): Estimate {
  const failed = moments.sum(variables.failed);
  if (failed === 0) {
    // A share of time from 0 to 1 that was 0 in each of n independent runs.
    return { kind: "at-most", high: betaQuantile(confidence, { a: 1, b: moments.count }) };
  }
  const spread = ratioEstimate(moments, [variables.failed, variables.time], confidence);
  const outages = moments.sum(variables.outages);
  if (lengths === null || outages === 0 || outages >= outagesForSpread) return clipped(spread);
  const time = moments.sum(variables.time);
  const weights = { sum: failed, squares: lengths.squares.value(), most: lengths.longest };
  return clipped(wider(spread, times(weightedPoisson(weights, confidence), 1 / time)));
}

/** Per second. */
function outagesEstimate({ moments, lengths, confidence }: Seen): Estimate {
  const outages = moments.sum(variables.outages);
  const time = moments.sum(variables.time);
  if (outages === 0) return { kind: "at-most", high: -Math.log(1 - confidence) / time };
  const spread = ratioEstimate(moments, [variables.outages, variables.time], confidence);
  if (lengths === null || outages >= outagesForSpread) return spread;
  return wider(
    spread,
    times(weightedPoisson({ sum: outages, squares: outages, most: 1 }, confidence), 1 / time),
  );
}

function meanOutage({ moments, lengths, confidence }: Seen): Estimate | null {
  if (lengths !== null && moments.sum(variables.outages) < outagesForLengths) return null;
  return ratioEstimate(moments, [variables.failed, variables.outages], confidence);
}

function timeToFailure({ moments, confidence }: Seen): Estimate {
  return ratioEstimate(moments, [variables.timeToFirst, variables.firstFailures], confidence);
}

/** Student's t on what replications leave over, n - 1 degrees of freedom. */
function ratioEstimate(
  moments: Moments,
  [over, under]: readonly [number, number],
  confidence: number,
): Estimate {
  const { value, standardError } = moments.ratio(over, under);
  const half = studentQuantile((1 + confidence) / 2, moments.count - 1) * standardError;
  return { kind: "interval", value, low: Math.max(0, value - half), high: value + half };
}

interface Weights {
  readonly sum: number;
  readonly squares: number;
  readonly most: number;
}

/** The mean of a sum of weights of independent rare events (Fay and Feuer 1997); with weights of 1 the exact one of Garwood. */
function weightedPoisson({ sum, squares, most }: Weights, confidence: number): Estimate {
  const tail = (1 - confidence) / 2;
  const scale = squares / sum;
  const scaleAbove = (squares + most ** 2) / (sum + most);
  return {
    kind: "interval",
    value: sum,
    low: gammaQuantile(tail, sum / scale) * scale,
    high: gammaQuantile(1 - tail, (sum + most) / scaleAbove) * scaleAbove,
  };
}

/** A share of independent tries, by Clopper and Pearson. */
function shareEstimate(hits: number, tries: number, confidence: number): Estimate {
  if (hits === 0) return { kind: "at-most", high: betaQuantile(confidence, { a: 1, b: tries }) };
  const tail = (1 - confidence) / 2;
  const low = betaQuantile(tail, { a: hits, b: tries - hits + 1 });
  const high = hits === tries ? 1 : betaQuantile(1 - tail, { a: hits + 1, b: tries - hits });
  return { kind: "interval", value: hits / tries, low, high };
}

/** By the ranks between which a quantile lies, and the ends of the bins in which they stand. */
function quantilesOf({ counts, longest }: OutageLengths, confidence: number): OutageQuantiles {
  const n = counts.total;
  const deviations = normalQuantile((1 + confidence) / 2);
  const quantiles = quantilesTold.map((of) => {
    const half = deviations * Math.sqrt(n * of * (1 - of));
    const within = counts.ofRank(Math.ceil(n * of)) ?? { low: longest, high: longest };
    const low = counts.ofRank(Math.max(1, Math.floor(n * of - half)))?.low ?? within.low;
    const high = counts.ofRank(Math.ceil(n * of + half) + 1)?.high ?? null;
    return { of, value: Math.sqrt(within.low * within.high), low, high };
  });
  return { quantiles, longest };
}

function times(estimate: Estimate, factor: number): Estimate {
  if (estimate.kind === "at-most") return { kind: "at-most", high: estimate.high * factor };
  const { value, low, high } = estimate;
  return { kind: "interval", value: value * factor, low: low * factor, high: high * factor };
}

/** The value of the first, and all that either holds. */
function wider(one: Estimate, other: Estimate): Estimate {
  if (one.kind === "at-most" || other.kind === "at-most") return one;
  return { ...one, low: Math.min(one.low, other.low), high: Math.max(one.high, other.high) };
}

/** A share of time is no more than 1. */
function clipped(estimate: Estimate): Estimate {
  return { ...estimate, high: Math.min(1, estimate.high) };
}
