import { type Model, type Scenario, the } from "../model/model.ts";
import type { Component } from "../model/component.ts";
import type { RecoveryPlan, Step } from "../model/recovery-plan.ts";
import { failedRegions, goneWith, survivingPlacements } from "../model/survival.ts";
import { unreachable } from "../problem/problem.ts";
import { type Finding, finding, type LintCode, type Locate } from "./finding.ts";

interface Case {
  readonly model: Model;
  readonly locate: Locate;
  readonly plan: RecoveryPlan;
  readonly scenario: Scenario;
}

/** Everything in a plan that needs what has failed, for each scenario that the plan covers. */
export function survivorFindings(model: Model, locate: Locate): readonly Finding[] {
  return [...model.plans.values()].flatMap((plan) =>
    plan.scenarios.flatMap((name) => {
      const scenario = the(model.scenarios, name);
      const at: Case = { model, locate, plan, scenario };
      return [...controllersLost(at), ...plan.steps.flatMap((step, index) => stepFindings(at, step, index))];
    }),
  );
}

function controllersLost({ model, plan, scenario, locate }: Case): readonly Finding[] {
  const failed = failedRegions(model, scenario);
  const left = plan.controllers.filter((region) => !failed.has(region)).length;
  const needed = Math.floor(plan.controllers.length / 2) + 1;
  if (left >= needed) return [];
  return [
    finding("survivor/no-quorum", {
      severity: "error",
      what: `RecoveryPlan "${plan.name}": ${scenario.name} leaves ${left} of ${plan.controllers.length} controllers, and ${needed} are needed`,
      where: locate("RecoveryPlan", plan.name, ["spec", "controllers"]),
      mend: "place controllers so that a majority survives: 3 or 5, one in each region",
    }),
  ];
}

function stepFindings(at: Case, step: Step, index: number): readonly Finding[] {
  const tell = (code: LintCode, what: string, mend: string): Finding =>
    finding(code, {
      severity: "error",
      what: `RecoveryPlan "${at.plan.name}": ${what}`,
      where: at.locate("RecoveryPlan", at.plan.name, ["spec", "steps", index]),
      mend,
    });
  const needed = step.needs.flatMap((name) => unmetNeed(at, { name, purpose: `step ${step.phase}`, tell }));
  switch (step.phase) {
    case "fence":
      return [...fenceFindings(at, step, tell), ...needed];
    case "promote":
      return [...promoteFindings(at, step, tell), ...needed];
    case "route":
      return [...unmetNeed(at, { name: step.component, purpose: "step route", tell }), ...needed];
    case "verify": {
      const { entry } = the(at.model.journeys, step.journey);
      return [...unmetNeed(at, { name: entry, purpose: `verifying ${step.journey}`, tell }), ...needed];
    }
    default:
      return unreachable(step);
  }
}

type Tell = (code: LintCode, what: string, mend: string) => Finding;

function unmetNeed(
  { model, scenario }: Case,
  { name, purpose, tell }: { readonly name: string; readonly purpose: string; readonly tell: Tell },
): readonly Finding[] {
  return goneWith(model, name, scenario).map((gone) => {
    const through = gone.name === name ? "" : ` (through ${name})`;
    const what = `${purpose} needs ${gone.name}${through}, of which ${scenario.name} leaves no place`;
    return tell(
      "survivor/needs-what-failed",
      what,
      `place ${gone.name} in a region that survives ${scenario.name}`,
    );
  });
}

function fenceFindings(
  { model, scenario }: Case,
  step: Step & { readonly phase: "fence" },
  tell: Tell,
): readonly Finding[] {
  const component = the(model.components, step.component);
  const left = survivingPlacements(model, component, scenario).length;
  const isTouched = left < component.placements.length;
  if (!isTouched || step.method === "lease") return [];
  if (step.method === "near-side") {
    const what = `the fence of ${component.name} acts in the region that ${scenario.name} takes away`;
    return [tell("survivor/cannot-fence", what, "fence it from the far side: method: far-side")];
  }
  const needed = farSideFencesNeeded(component);
  if (needed === null) {
    const what = `${component.name} cannot be fenced from the far side: its writes wait for no standby`;
    return [
      tell("survivor/cannot-fence", what, "replicate it synchronously, or wait for its lease: method: lease"),
    ];
  }
  if (left >= needed) return [];
  const what = `fencing ${component.name} from the far side takes ${needed} standbys, and ${scenario.name} leaves ${left}`;
  return [
    tell("survivor/cannot-fence", what, "raise confirmations, or place standbys in regions that survive"),
  ];
}

/**
 * How many standbys must stop confirming so that no commit can be confirmed any more, n − k + 1 of n standbys when any k
 * confirm; `null` where commits wait for none.
 */
function farSideFencesNeeded(component: Component): number | null {
  if (component.replication.kind !== "synchronous") return null;
  return component.placements.length - 1 - component.replication.confirmations + 1;
}

function promoteFindings(
  { model, plan, scenario }: Case,
  step: Step & { readonly phase: "promote" },
  tell: Tell,
): readonly Finding[] {
  const component = the(model.components, step.component);
  const surviving = survivingPlacements(model, component, scenario);
  const isTouched = surviving.length < component.placements.length;
  const candidates = surviving.filter((placement) => step.candidates.includes(placement.region));
  if (isTouched && candidates.length === 0) {
    const what = `${scenario.name} leaves no candidate for the promotion of ${component.name}: ${step.candidates.join(", ")} failed`;
    return [
      tell(
        "survivor/no-candidate",
        what,
        `let a region that survives be a candidate, and place ${component.name} there`,
      ),
    ];
  }
  const { placesOnMin } = plan.interlocks;
  if (surviving.length >= placesOnMin) return [];
  const what = `${scenario.name} leaves ${surviving.length} places of ${component.name}, and the interlock asks for ${placesOnMin}`;
  return [tell("survivor/too-few-places", what, "add places, or lower placesOnMin")];
}
