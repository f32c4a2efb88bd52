import type { Model } from "./model.ts";
import type { RecoveryPlan, Step } from "./recovery-plan.ts";
import { unsaidSteps } from "./unsaid-needs.ts";

/** Of a plan, the scenarios that no drill carries it out against. */
export function undrilledOf(model: Model, plan: RecoveryPlan): readonly string[] {
  const tried = [...model.drills.values()]
    .filter((drill) => drill.plan === plan.name)
    .map((drill) => drill.scenario);
  return plan.scenarios.filter((scenario) => !tried.includes(scenario));
}

/** Steps that the journeys wait for and that a person lets be carried out: the failover engine has no part in them. */
export function outsideSteps({ steps }: RecoveryPlan): readonly Step[] {
  return steps.filter(({ outside, phase }) => outside !== null && phase !== "notify");
}

/** Whether something is looked at before it is begun that the failover engine does not look at. */
export function isGated({ interlocks: { blocked, gates } }: RecoveryPlan): boolean {
  return blocked.length + gates.length > 0;
}

/**
 * Whether a plan may go without a person: the failover engine alone carries it out, and it is to in any case, or when armed, it says
 * what all of its steps need, and a drill that arms it is declared for the scenario (`null`: for any).
 */
export function goesByItself(model: Model, plan: RecoveryPlan, scenario: string | null): boolean {
  const { failover } = plan.automation;
  if (failover === "ask" || outsideSteps(plan).length > 0 || isGated(plan)) return false;
  if (failover === "always") return true;
  if (unsaidSteps(plan).length > 0) return false;
  const undrilled = undrilledOf(model, plan);
  return scenario === null ? undrilled.length < plan.scenarios.length : !undrilled.includes(scenario);
}
