import { type Journey, type Model, objectiveFor, type Scenario } from "../model/model.ts";
import { isTouched, scopeOf } from "../model/survival.ts";
import { type Finding, finding, type Locate } from "./finding.ts";

/** Journeys that a scenario touches and no plan brings back, objectives that are missing, and plans that nobody drills. */
export function coverageFindings(model: Model, locate: Locate): readonly Finding[] {
  const pairs = [...model.journeys.values()].flatMap((journey) =>
    [...model.scenarios.values()].flatMap((scenario) => pairFindings({ model, locate }, journey, scenario)),
  );
  return [...pairs, ...undrilled(model, locate)];
}

/** The plans that bring a journey back in a scenario. */
export function plansFor(model: Model, journey: string, scenario: string): readonly string[] {
  return [...model.plans.values()]
    .filter((plan) => plan.journeys.includes(journey) && plan.scenarios.includes(scenario))
    .map((plan) => plan.name);
}

interface Asked {
  readonly model: Model;
  readonly locate: Locate;
}

function pairFindings({ model, locate }: Asked, journey: Journey, scenario: Scenario): readonly Finding[] {
  if (!isTouched(model, journey.entry, scenario)) return [];
  const scope = scopeOf(model, scenario);
  const subject = `Journey "${journey.name}"`;
  if (objectiveFor(journey, scope) === null) {
    return [
      finding("coverage/no-objective", {
        severity: "note",
        what: `${subject} has no objective for ${scenario.name}, a failure of ${scope} scope`,
        where: locate("Journey", journey.name, ["spec", "objectives"]),
        mend: `add ${scope}: with an rto and an rpo to its objectives`,
      }),
    ];
  }
  if (plansFor(model, journey.name, scenario.name).length > 0) return [];
  return [
    finding("coverage/no-plan", {
      severity: "error",
      what: `${subject} has an objective for ${scenario.name}, and no plan brings it back`,
      where: locate("Journey", journey.name),
      mend: `let a RecoveryPlan cover journeys: [${journey.name}] and scenarios: [${scenario.name}]`,
    }),
  ];
}

function undrilled(model: Model, locate: Locate): readonly Finding[] {
  const drills = [...model.drills.values()];
  return [...model.plans.values()].flatMap((plan) =>
    plan.scenarios
      .filter((scenario) => !drills.some((drill) => drill.plan === plan.name && drill.scenario === scenario))
      .map((scenario) =>
        finding("coverage/no-drill", {
          severity: "note",
          what: `RecoveryPlan "${plan.name}" covers ${scenario}, and no drill tries it`,
          where: locate("RecoveryPlan", plan.name),
          mend: `write a Drill with plan: ${plan.name} and scenario: ${scenario}`,
        }),
      ),
  );
}
