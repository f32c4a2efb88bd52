import type { Ratio } from "../units/units.ts";
import { type Component, type Placement, startsMachines } from "./component.ts";
import type { Source } from "./reliability.ts";

/** A likelihood that an answer to a failure hangs on. */
export interface CoverageFactor {
  readonly component: string;
  readonly name: "detected" | "switched" | "able" | "machines";
  readonly value: Ratio;
  readonly source: Source;
}

/**
 * What a failure of the place that serves hangs on to be answered without a person: it is detected, and where another place is to take
 * over, the switch succeeds, that place is able to, and the machines that it starts are there. The likelihood is their product.
 *
 * @param target the place that takes over; `null`: others serve already
 */
export function coverageFactors(component: Component, target: Placement | null): readonly CoverageFactor[] {
  const { standby, pattern, name } = component;
  const factor = (of: "detected" | "switched" | "able"): CoverageFactor => ({
    ...{ component: name, name: of, value: standby[of], source: standby.sources[of] },
  });
  if (target === null) return [factor("detected")];
  const own = [factor("detected"), factor("switched"), factor("able")];
  if (!startsMachines(pattern)) return own;
  return [...own, { component: name, name: "machines", ...target.capacityLikelihood }];
}

export function coverageOf(factors: readonly CoverageFactor[]): number {
  return factors.reduce((product, { value }) => product * value, 1);
}
