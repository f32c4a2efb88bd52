import { contradictionsIn } from "../failover/plan-settings.ts";
import type { Model } from "../model/model.ts";
import { type Finding, finding, type Locate } from "./finding.ts";

/** Plans by whose detection the failover engine cannot go. */
export function detectionFindings(model: Model, locate: Locate): readonly Finding[] {
  return [...model.plans.values()].flatMap((plan) =>
    contradictionsIn(plan).map(({ key, because }) =>
      finding("detection/bounds-contradict", {
        severity: "error",
        what: `RecoveryPlan "${plan.name}": detection.${key} contradicts the other bounds: ${because}`,
        where: locate("RecoveryPlan", plan.name, ["spec", "detection", key]),
        mend: `change ${key}, or leave it out to have it as the failover engine does`,
      }),
    ),
  );
}
