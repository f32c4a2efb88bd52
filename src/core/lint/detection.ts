import { contradictionsIn } from "../failover/plan-settings.ts";
import { type Found, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";

/** Plans by whose detection the failover engine cannot go. */
function contradictoryBounds({ model }: Survey): readonly Found[] {
  return [...model.plans.values()].flatMap((plan) =>
    contradictionsIn(plan).map(({ key, because }) => ({
      what: `RecoveryPlan "${plan.name}": detection.${key} contradicts the other bounds: ${because}`,
      at: spot("RecoveryPlan", plan, "detection", key),
      mend: `change ${key}, or leave it out to have it as the failover engine does`,
    })),
  );
}

export const detectionRules: readonly Rule[] = [
  {
    id: "HF006",
    code: "detection/bounds-contradict",
    title: "bounds of detection contradict one another",
    severity: "error",
    why: "bounds that contradict one another take a busy region for a lost one, or a lost one for a busy one",
    mend: "leave detection out to have it as the failover engine does, or change the bound that is named",
    source: arithmetic,
    find: contradictoryBounds,
  },
];
