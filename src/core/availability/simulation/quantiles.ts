import { invariant } from "../../problem/problem.ts";

/** Student's t: the value that a share `p` lies below, with `degrees` of freedom (above 0). */
export function studentQuantile(p: number, degrees: number): number {
  invariant(p > 0 && p < 1, `a quantile is asked for at a share between 0 and 1, got ${p}`);
  if (p < 0.5) return -studentQuantile(1 - p, degrees);
  const above = 2 * (1 - p);
  // P(|T| > t) is the incomplete beta function at degrees / (degrees + t²).
  const x = inverse((each) => incompleteBeta(each, degrees / 2, 0.5), above, { low: 0, high: 1 });
  return Math.sqrt((degrees * (1 - x)) / x);
}

/** Gamma of scale 1: the value that a share `p` lies below; 0 for shape 0. */
export function gammaQuantile(p: number, shape: number): number {
  if (shape <= 0) return 0;
  const high = shape + 40 * Math.sqrt(shape) + 800;
  return inverse((each) => incompleteGamma(each, shape), p, { low: 0, high });
}

/** Beta: the value that a share `p` lies below. */
export function betaQuantile(p: number, { a, b }: { readonly a: number; readonly b: number }): number {
  return inverse((each) => incompleteBeta(each, a, b), p, { low: 0, high: 1 });
}

/** Normal of mean 0 and deviation 1, to 1 in 10^5: Student's t with a million degrees of freedom. */
export function normalQuantile(p: number): number {
  return studentQuantile(p, 1e6);
}

/** Where a rising function reaches a value, by halving until no number lies between. */
function inverse(
  rising: (x: number) => number,
  value: number,
  { low, high }: { readonly low: number; readonly high: number },
): number {
  let [from, to] = [low, high];
  for (;;) {
    const middle = (from + to) / 2;
    if (middle <= from || middle >= to) return middle;
    if (rising(middle) < value) from = middle;
    else to = middle;
  }
}

const termsMax = 100_000;
const tiny = 1e-300;

/** The share of a gamma distribution of scale 1 below x: by its series, or from above by Lentz's continued fraction. */
function incompleteGamma(x: number, shape: number): number {
  if (x <= 0) return 0;
  const factor = Math.exp(shape * Math.log(x) - x - logGamma(shape));
  if (x < shape + 1) {
    let term = 1 / shape;
    let sum = term;
    for (let n = 1; n < termsMax && term > sum * 1e-17; n += 1) {
      term *= x / (shape + n);
      sum += term;
    }
    return factor * sum;
  }
  return 1 - factor / lentz((n) => (n === 0 ? [x + 1 - shape, 0] : [x + 2 * n + 1 - shape, n * (shape - n)]));
}

/** The regularised incomplete beta function, by its continued fraction on the side where it converges. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const factor = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b));
  const numerator = (n: number): number => {
    const m = Math.floor(n / 2);
    return n % 2 === 0
      ? (m * (b - m) * x) / ((a + n - 1) * (a + n))
      : (-(a + m) * (a + b + m) * x) / ((a + n - 1) * (a + n));
  };
  return factor / a / lentz((n) => (n === 0 ? [1, 0] : [1, numerator(n)]));
}

/** A continued fraction b0 + a1 / (b1 + a2 / (b2 + …)) by Lentz's method; `part(n)` answers [bn, an]. */
function lentz(part: (n: number) => readonly [number, number]): number {
  const notZero = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let fraction = notZero(part(0)[0]);
  let c = fraction;
  let d = 0;
  for (let n = 1; n < termsMax; n += 1) {
    const [b, a] = part(n);
    d = 1 / notZero(b + a * d);
    c = notZero(b + a / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return fraction;
}

/** Stirling's series, from arguments so large that eight terms are exact to the last digit. */
function logGamma(x: number): number {
  let shifted = x;
  let below = 0;
  while (shifted < 12) {
    below += Math.log(shifted);
    shifted += 1;
  }
  const inverseSquare = 1 / shifted ** 2;
  const series = [-1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156];
  const correction = series.reduceRight((sum, term) => (sum + term) * inverseSquare, 0);
  const leading = (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI);
  return leading + (1 / 12 + correction) / shifted - below;
}
