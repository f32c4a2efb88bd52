import type { Distribution } from "./distribution/distribution.ts";
import { meanOf, quantileOf } from "./distribution/quantiles.ts";
import { unreachable } from "../problem/problem.ts";
import { ratio } from "../units/units.ts";

/**
 * What each of several times takes of a total that is longer (or shorter) than their means: its mean, and of the difference as much
 * as it has of the variance. The parts add up to the total.
 */
export function spreadShares(
  times: readonly Distribution[],
  { mean, total }: { readonly mean: number; readonly total: number },
): readonly number[] {
  const variances = times.map(varianceOf);
  const all = variances.reduce((sum, each) => sum + each, 0);
  return times.map((time, at) => {
    const share = all === 0 ? 1 / times.length : (variances[at] ?? 0) / all;
    return Math.max(0, meanOf(time) + (total - mean) * share);
  });
}

function varianceOf(time: Distribution): number {
  switch (time.kind) {
    case "fixed":
      return 0;
    case "uniform":
      return (time.to - time.from) ** 2 / 12;
    case "exponential":
      return time.mean ** 2;
    case "log-normal":
      return Math.expm1(time.sigma ** 2) * Math.exp(time.sigma ** 2) * time.median ** 2;
    case "sum":
      return time.of.reduce((sum, part) => sum + varianceOf(part), 0);
    case "slowest":
    case "mixture":
    case "retried": {
      // Of a spread without a formula, that of a normal one between the same sixteenth and eighty-fourth percentiles.
      const [low, high] = [quantileOf(time, ratio(0.16)) ?? 0, quantileOf(time, ratio(0.84)) ?? 0];
      return ((high - low) / 2) ** 2;
    }
    default:
      return unreachable(time);
  }
}
