import { invariant } from "../problem/problem.ts";
import { type Ratio, ratio, type Seconds, seconds } from "../units/units.ts";

/** What the formulas need of a job. */
export interface CheckpointTimes {
  /** M: mean time between failures of the whole job, above 0. */
  readonly meanTimeToFailure: Seconds;
  /** d: the time for which writing a checkpoint stops the computing. */
  readonly write: Seconds;
  /** R: from a failure until the job computes again. */
  readonly restart: Seconds;
}

/** Young 1974: √(2 d M). */
export function youngInterval({ meanTimeToFailure, write }: CheckpointTimes): Seconds {
  return seconds(Math.sqrt(2 * write) * Math.sqrt(meanTimeToFailure));
}

/** Daly 2006, first order: √(2 d M) − d; 0 where a write takes longer than 2 M. */
export function dalyFirstOrderInterval(times: CheckpointTimes): Seconds {
  return seconds(Math.max(0, youngInterval(times) - times.write));
}

/** Daly 2006, higher order: √(2 d M) (1 + ⅓ √(d / 2M) + ⅑ d / 2M) − d; M where a write takes 2 M or longer. */
export function dalyHigherOrderInterval(times: CheckpointTimes): Seconds {
  const { meanTimeToFailure, write } = times;
  const part = write / 2 / meanTimeToFailure;
  if (part >= 1) return meanTimeToFailure;
  return seconds(youngInterval(times) * (1 + Math.sqrt(part) / 3 + part / 9) - write);
}

/**
 * The interval of the highest efficiency: M (1 + W₀(−e^(−1 − d/M))), with Lambert's W. With u = 1 + W₀ it solves
 * −ln(1 − u) − u = d/M, which loses no digits near u = 0, where writes are short.
 *
 * @returns 0 where a write takes no time
 * @throws InvariantBroken unless `meanTimeToFailure` is above 0
 */
export function optimalInterval({ meanTimeToFailure, write }: CheckpointTimes): Seconds {
  invariant(meanTimeToFailure > 0, `a mean time to failure is above 0 s, got ${meanTimeToFailure}`);
  const part = write / meanTimeToFailure;
  // Both are at least the solution, from where Newton's steps on a convex function only go down.
  let share = Math.min(Math.sqrt(2 * part), -Math.expm1(-1 - part));
  for (let step = 0; step < newtonStepsMax && share > 0 && share < 1; step++) {
    const next = share - ((excessLog(share) - part) * (1 - share)) / share;
    if (!(next < share)) break;
    share = next;
  }
  return seconds(meanTimeToFailure * share);
}

const newtonStepsMax = 60;

/** −ln(1 − u) − u = u²/2 + u³/3 + …, for 0 ≤ u < 1. */
function excessLog(share: number): number {
  if (share > 0.25) return -Math.log1p(-share) - share;
  let total = 0;
  let power = share;
  for (let order = 2; order <= 32; order++) {
    power *= share;
    total += power / order;
  }
  return total;
}

/**
 * Share of the time whose progress is kept (Daly 2006, exact for exponential failures, which may also strike a write or a restart):
 * τ / (M e^(R/M) (e^((τ + d)/M) − 1)).
 *
 * @throws InvariantBroken unless `meanTimeToFailure` is above 0
 */
export function efficiencyAt(times: CheckpointTimes, interval: Seconds): Ratio {
  const { meanTimeToFailure, write, restart } = times;
  invariant(meanTimeToFailure > 0, `a mean time to failure is above 0 s, got ${meanTimeToFailure}`);
  const segment = interval + write;
  const computing = segment === 0 ? 1 : interval / segment;
  const load = segment / meanTimeToFailure;
  const unbroken = load === 0 ? 1 : load / Math.expm1(load);
  return ratio(Math.min(1, computing * unbroken * Math.exp(-(restart / meanTimeToFailure))));
}

/**
 * Mean time since the last finished checkpoint when a failure strikes computing or writing: M − s / (e^(s/M) − 1), s = τ + d; for
 * rare failures half of s.
 */
export function lostTimePerFailure(times: CheckpointTimes, interval: Seconds): Seconds {
  const { meanTimeToFailure, write } = times;
  invariant(meanTimeToFailure > 0, `a mean time to failure is above 0 s, got ${meanTimeToFailure}`);
  const load = (interval + write) / meanTimeToFailure;
  if (load === 0) return seconds(0);
  return seconds(load > 700 ? meanTimeToFailure : (meanTimeToFailure * excessExp(load)) / Math.expm1(load));
}

/** e^x − 1 − x = x²/2 + x³/6 + …, for x > 0. */
function excessExp(x: number): number {
  if (x > 1) return Math.expm1(x) - x;
  let total = 0;
  let term = x;
  for (let order = 2; order <= 20; order++) {
    term *= x / order;
    total += term;
  }
  return total;
}

/**
 * Expected effective training time ratio in the form that Meta gives it for small losses:
 * (1 − (u₀ + Δt/2) / M) / (1 + w/Δt), with u₀ the restart, Δt the interval and w the write; 0 where losses are not small at all.
 */
export function ettrAt(times: CheckpointTimes, interval: Seconds): Ratio {
  const { meanTimeToFailure, write, restart } = times;
  invariant(meanTimeToFailure > 0, `a mean time to failure is above 0 s, got ${meanTimeToFailure}`);
  const kept = 1 - (restart + interval / 2) / meanTimeToFailure;
  const computing = write === 0 ? 1 : interval / (interval + write);
  return ratio(Math.max(0, kept) * computing);
}
