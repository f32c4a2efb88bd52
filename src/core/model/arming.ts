import type { Model } from "./model.ts";
import type { RecoveryPlan } from "./recovery-plan.ts";

/** Of a plan, the scenarios that no drill carries it out against. */
export function undrilledOf(model: Model, plan: RecoveryPlan): readonly string[] {
  const tried = [...model.drills.values()]
    .filter((drill) => drill.plan === plan.name)
    .map((drill) => drill.scenario);
  return plan.scenarios.filter((scenario) => !tried.includes(scenario));
}

/** Whether a plan may go without a person: it is to when armed, and a drill that arms it is declared for the scenario (`null`: for any). */
export function goesByItself(model: Model, plan: RecoveryPlan, scenario: string | null): boolean {
  if (plan.automation.failover !== "when-armed") return false;
  const undrilled = undrilledOf(model, plan);
  return scenario === null ? undrilled.length < plan.scenarios.length : !undrilled.includes(scenario);
}
