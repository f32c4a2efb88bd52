import type { JudgedRecovery } from "./prediction.ts";

/**
 * What a recovery leaves of its objective, as a share of it; below 0 it is missed, and the lower, the worse. What has no objective
 * stands behind all that has one.
 */
export function recoveryMargin({ recovery: { outcome, objective }, loss }: JudgedRecovery): number {
  if (objective === null) return 2;
  if (outcome.kind === "untouched") return 1;
  // Of two that do not come back neither is worse: a difference of infinities would be no number.
  if (outcome.kind === "impossible") return -Number.MAX_VALUE;
  const left = objective.rto === 0 ? 0 - outcome.time.p95 : 1 - outcome.time.p95 / objective.rto;
  return loss === "missed" ? Math.min(left, -1) : left;
}
