import type { Outcome } from "../recovery/outcome.ts";
import type { Seconds } from "../units/units.ts";
import type { JudgedRecovery } from "./prediction.ts";

/**
 * What a recovery, or the worst of its degraded modes, leaves of its objective, as a share of it; below 0 it is missed, and the lower, the
 * worse. What has no objective stands behind all that has one.
 */
export function recoveryMargin({ recovery: { outcome, objective, modes }, loss }: JudgedRecovery): number {
  const whole = marginOf(outcome, objective?.rto ?? null);
  const all = [whole, ...modes.map((mode) => marginOf(mode.outcome, mode.rto))];
  return Math.min(...all, ...(loss === "missed" ? [-1] : []));
}

function marginOf(outcome: Outcome, rto: Seconds | null): number {
  if (rto === null) return 2;
  if (outcome.kind === "untouched") return 1;
  // Of two that do not come back neither is worse: a difference of infinities would be no number.
  if (outcome.kind === "impossible") return -Number.MAX_VALUE;
  return rto === 0 ? 0 - outcome.time.p95 : 1 - outcome.time.p95 / rto;
}
