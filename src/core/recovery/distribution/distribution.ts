import { unreachable } from "../../problem/problem.ts";
import { type Ratio, type Seconds, seconds } from "../../units/units.ts";

/** How a time spreads. Times that make up another are independent of one another. */
export type Distribution =
  | { readonly kind: "fixed"; readonly time: Seconds }
  | { readonly kind: "uniform"; readonly from: Seconds; readonly to: Seconds }
  | { readonly kind: "exponential"; readonly mean: Seconds }
  /** `sigma` is the standard deviation of the logarithm. */
  | { readonly kind: "log-normal"; readonly median: Seconds; readonly sigma: number }
  /** One after another. */
  | { readonly kind: "sum"; readonly of: readonly Distribution[] }
  /** Side by side: as long as the slowest. */
  | { readonly kind: "slowest"; readonly of: readonly Distribution[] }
  /** One way or another: the chances add up to 1. */
  | { readonly kind: "mixture"; readonly of: readonly Way[] }
  /** Tried until an attempt succeeds, which each does with this chance, above 0. */
  | { readonly kind: "retried"; readonly attempt: Distribution; readonly success: Ratio };

/** One way that a time may come about, such as with capacity there at once, or not. */
export interface Way {
  readonly chance: Ratio;
  readonly time: Distribution;
}

/** The shortest time. */
export function shortestOf(distribution: Distribution): Seconds {
  switch (distribution.kind) {
    case "fixed":
      return distribution.time;
    case "uniform":
      return distribution.from;
    case "exponential":
      return seconds(0);
    case "log-normal":
      return distribution.sigma === 0 ? distribution.median : seconds(0);
    case "sum":
      return seconds(distribution.of.reduce((sum, part) => sum + shortestOf(part), 0));
    case "slowest":
      return seconds(Math.max(...distribution.of.map(shortestOf)));
    case "mixture":
      return seconds(Math.min(...waysOf(distribution.of).map(({ time }) => shortestOf(time))));
    case "retried":
      return shortestOf(distribution.attempt);
    default:
      return unreachable(distribution);
  }
}

/** The longest time; `null` where none is. */
export function longestOf(distribution: Distribution): Seconds | null {
  switch (distribution.kind) {
    case "fixed":
      return distribution.time;
    case "uniform":
      return distribution.to;
    case "exponential":
      return distribution.mean === 0 ? seconds(0) : null;
    case "log-normal":
      return distribution.median === 0 || distribution.sigma === 0 ? distribution.median : null;
    case "sum":
      return among(distribution.of, (times) => times.reduce((sum, time) => sum + time, 0));
    case "slowest":
      return among(distribution.of, (times) => Math.max(...times));
    case "mixture":
      return among(
        waysOf(distribution.of).map(({ time }) => time),
        (times) => Math.max(...times),
      );
    case "retried": {
      const longest = longestOf(distribution.attempt);
      return distribution.success === 1 || longest === 0 ? longest : null;
    }
    default:
      return unreachable(distribution);
  }
}

function among(parts: readonly Distribution[], of: (times: readonly number[]) => number): Seconds | null {
  const times = parts.map(longestOf).filter((time) => time !== null);
  return times.length < parts.length ? null : seconds(of(times));
}

/** The ways that can come about. */
export function waysOf(ways: readonly Way[]): readonly Way[] {
  return ways.filter(({ chance }) => chance > 0);
}

/** The mean, with the mean of the slowest of several found by `slowest`. */
export function meanWith(
  distribution: Distribution,
  slowest: (parts: readonly Distribution[]) => number,
): number {
  switch (distribution.kind) {
    case "fixed":
      return distribution.time;
    case "uniform":
      return (distribution.from + distribution.to) / 2;
    case "exponential":
      return distribution.mean;
    case "log-normal":
      return distribution.median * Math.exp(distribution.sigma ** 2 / 2);
    case "sum":
      return distribution.of.reduce((sum, part) => sum + meanWith(part, slowest), 0);
    case "slowest":
      return slowest(distribution.of);
    case "mixture":
      return distribution.of.reduce((sum, { chance, time }) => sum + chance * meanWith(time, slowest), 0);
    case "retried":
      return meanWith(distribution.attempt, slowest) / distribution.success;
    default:
      return unreachable(distribution);
  }
}

/** About the mean of the slowest of several times, which is no less: the longest of their means. */
export function roughSlowest(parts: readonly Distribution[]): number {
  return Math.max(...parts.map((part) => meanWith(part, roughSlowest)));
}
