import { startsMachines } from "../model/component.ts";
import type { Source } from "../model/reliability.ts";
import { type Ratio, ratio } from "../units/units.ts";
import type { Struck } from "./strike.ts";

/** A likelihood that a recovery hangs on. */
export interface CoverageFactor {
  readonly component: string;
  readonly name: "detected" | "switched" | "able" | "machines";
  readonly value: Ratio;
  readonly source: Source;
}

/**
 * Likelihood that a recovery works by itself. What is taken over must be detected, switched, able, and have its machines; what is
 * rerouted need only be detected. What strikes one place is detected once: the least likely of the components counts, not the product
 * of all.
 */
export function coverageOf(struck: readonly Struck[]): {
  readonly coverage: Ratio;
  readonly coverageFactors: readonly CoverageFactor[];
} {
  const each = struck.map(factorsOf);
  const products = each.map((factors) => factors.reduce((product, { value }) => product * value, 1));
  const least = Math.min(...products);
  return { coverage: ratio(least), coverageFactors: each[products.indexOf(least)] ?? [] };
}

function factorsOf({ component, consequence }: Struck): readonly CoverageFactor[] {
  const { standby, pattern, name } = component;
  const factor = (of: "detected" | "switched" | "able"): CoverageFactor => ({
    ...{ component: name, name: of, value: standby[of], source: standby.sources[of] },
  });
  if (consequence.kind !== "taken-over") return [factor("detected")];
  const own = [factor("detected"), factor("switched"), factor("able")];
  if (!startsMachines(pattern)) return own;
  return [...own, { component: name, name: "machines", ...consequence.target.capacityLikelihood }];
}
