import { unreachable } from "../../problem/problem.ts";
import type { Distribution } from "./distribution.ts";
import { transformLength } from "./fourier.ts";
import { normalShareBelow } from "./normal.ts";

const points = transformLength / 2;

/** At k, for each point: the k-th moment, in steps, of the times below half a step beyond it. */
export type Moments = readonly [Float64Array, Float64Array, Float64Array];

/** The times below so many steps above the shortest: their share, and what their first and second powers add up to, in steps. */
type Below = (steps: number) => readonly [number, number, number];

type Spread = Extract<Distribution, { kind: "uniform" | "exponential" | "log-normal" }>;

/** Of a distribution whose moments are known. */
export function momentsOf(distribution: Spread, step: number): Moments {
  const below = belowOf(distribution, step);
  const moments = noMoments();
  for (let point = 0; point < points; point++) {
    const [share, first, second] = below(point + 0.5);
    moments[0][point] = share;
    moments[1][point] = first;
    moments[2][point] = second;
  }
  return moments;
}

function noMoments(): Moments {
  return [new Float64Array(points), new Float64Array(points), new Float64Array(points)];
}

/**
 * Of times of which only the shares are known: by parts, with what the shares and their products with the time add up to (Simpson).
 *
 * @param within the share of the times up to so many steps above the shortest
 */
export function momentsOfShares(within: (steps: number) => number): Moments {
  const moments = noMoments();
  let from = 0;
  let share = within(0);
  let area = 0;
  let lever = 0;
  for (let point = 0; point < points; point++) {
    const to = point + 0.5;
    const middle = (from + to) / 2;
    const [before, between] = [share, within(middle)];
    share = within(to);
    area += ((to - from) / 6) * (before + 4 * between + share);
    lever += ((to - from) / 6) * (from * before + 4 * middle * between + to * share);
    moments[0][point] = share;
    moments[1][point] = to * share - area;
    moments[2][point] = to * to * share - 2 * lever;
    from = to;
  }
  return moments;
}

function belowOf(distribution: Spread, step: number): Below {
  switch (distribution.kind) {
    case "uniform": {
      const width = (distribution.to - distribution.from) / step;
      return (steps) => {
        const end = Math.min(steps, width);
        return [end / width, end ** 2 / (2 * width), end ** 3 / (3 * width)];
      };
    }
    case "exponential": {
      const mean = distribution.mean / step;
      return (steps) => {
        const y = steps / mean;
        return [-Math.expm1(-y), mean * lowerGamma(2, y), mean * mean * lowerGamma(3, y)];
      };
    }
    case "log-normal": {
      const { sigma } = distribution;
      const median = distribution.median / step;
      const first = median * Math.exp(sigma ** 2 / 2);
      const second = median ** 2 * Math.exp(2 * sigma ** 2);
      return (steps) => {
        const z = Math.log(steps / median) / sigma;
        return [
          normalShareBelow(z),
          first * normalShareBelow(z - sigma),
          second * normalShareBelow(z - 2 * sigma),
        ];
      };
    }
    default:
      return unreachable(distribution);
  }
}

/** γ(s, y), the integral of x^(s − 1) e^(−x) from 0 to y, for s of 2 or 3: a series of positive terms where the closed form cancels. */
function lowerGamma(s: 2 | 3, y: number): number {
  const left = Math.exp(-y);
  if (y > 1) return s === 2 ? 1 - (1 + y) * left : 2 - (2 + 2 * y + y * y) * left;
  let term = (s === 2 ? y * y : y * y * y) / s;
  let total = term;
  for (let order = 1; order <= 20; order++) {
    term *= y / (s + order);
    total += term;
  }
  return total * left;
}
