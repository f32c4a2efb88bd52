import { type CoverageFactor, coverageFactors, coverageOf } from "../model/coverage.ts";
import { type Ratio, ratio } from "../units/units.ts";
import type { Struck } from "./strike.ts";

/**
 * Likelihood that a recovery works by itself. What strikes one place is detected once: the least likely of the components counts, not
 * the product of all.
 */
export function leastCovered(struck: readonly Struck[]): {
  readonly coverage: Ratio;
  readonly coverageFactors: readonly CoverageFactor[];
} {
  const each = struck.map(({ component, consequence }) =>
    coverageFactors(component, consequence.kind === "taken-over" ? consequence.target : null),
  );
  // Where nothing is switched over, nothing can fail to be.
  if (each.length === 0) return { coverage: ratio(1), coverageFactors: [] };
  const products = each.map(coverageOf);
  const least = Math.min(...products);
  return { coverage: ratio(least), coverageFactors: each[products.indexOf(least)] ?? [] };
}
