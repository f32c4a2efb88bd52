import type { Missing } from "../units/missing.ts";

/** How a sum keeps to its budget. `not-known`: what is known is within it, and something is missing. */
export interface BudgetVerdict<Limit> {
  readonly limit: Limit;
  readonly verdict: "within" | "over" | "not-known";
}

/** @param sum of what is known, in the unit of `limit` */
export function verdictOn(
  sum: number,
  limit: number,
  missing: readonly Missing[],
): BudgetVerdict<never>["verdict"] {
  if (sum > limit) return "over";
  return missing.length > 0 ? "not-known" : "within";
}
