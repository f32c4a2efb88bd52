import { type Journey, type Model, objectiveFor, type Scenario, the } from "../model/model.ts";
import { isPart } from "../model/step-stages.ts";
import { type Found, spot } from "./finding.ts";
import type { Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";

/** The plans that bring a journey back in a scenario. */
export function plansFor(model: Model, journey: string, scenario: string): readonly string[] {
  return [...model.plans.values()]
    .filter((plan) => plan.journeys.includes(journey) && plan.scenarios.includes(scenario))
    .map((plan) => plan.name);
}

interface Pair {
  readonly journey: Journey;
  readonly scenario: Scenario;
}

/** Every journey with every scenario that touches it. */
function touchedPairs({ model, touches }: Survey): readonly Pair[] {
  const scenarios = [...model.scenarios.values()];
  return [...model.journeys.values()].flatMap((journey) =>
    scenarios
      .filter((scenario) => touches(scenario, the(model.components, journey.entry)))
      .map((scenario) => ({ journey, scenario })),
  );
}

function withoutPlan(survey: Survey): readonly Found[] {
  const { model } = survey;
  return touchedPairs(survey).flatMap(({ journey, scenario }): readonly Found[] => {
    if (objectiveFor(journey, survey.scope(scenario)) === null) return [];
    if (plansFor(model, journey.name, scenario.name).length > 0) return [];
    const what = `Journey "${journey.name}" has an objective for ${scenario.name}, and no plan brings it back`;
    const mend = `let a RecoveryPlan cover journeys: [${journey.name}] and scenarios: [${scenario.name}]`;
    return [{ what, at: spot("Journey", journey), mend }];
  });
}

function withoutObjective(survey: Survey): readonly Found[] {
  return touchedPairs(survey).flatMap(({ journey, scenario }): readonly Found[] => {
    const scope = survey.scope(scenario);
    // One without any objective is told as that.
    if (journey.objectives.length === 0 || objectiveFor(journey, scope) !== null) return [];
    const what = `Journey "${journey.name}" has no objective for ${scenario.name}, a failure of ${scope} scope`;
    const mend = `add ${scope}: with an rto and an rpo to its objectives`;
    return [{ what, at: spot("Journey", journey, "objectives"), mend }];
  });
}

function objectivesWithoutScenario({ model, scope, touches }: Survey): readonly Found[] {
  const scenarios = [...model.scenarios.values()];
  return [...model.journeys.values()].flatMap((journey) => {
    const entry = the(model.components, journey.entry);
    const tried = new Set(
      scenarios.filter((scenario) => touches(scenario, entry)).map((scenario) => scope(scenario)),
    );
    return journey.objectives
      .filter((objective) => !tried.has(objective.scope))
      .map((objective) => ({
        what: `Journey "${journey.name}" has an objective of ${objective.scope} scope, and no scenario of that scope touches it`,
        at: spot("Journey", journey, "objectives", objective.scope),
      }));
  });
}

function scenariosWithoutLikelihood({ model }: Survey): readonly Found[] {
  return [...model.scenarios.values()]
    .filter((scenario) => scenario.perYear === null)
    .map((scenario) => ({
      what: `Scenario "${scenario.name}" does not say how often a year it is expected`,
      at: spot("Scenario", scenario),
    }));
}

function journeysNotVerified({ model }: Survey): readonly Found[] {
  const whole = [...model.plans.values()].filter((plan) => !isPart(model, plan));
  return whole.flatMap((plan) =>
    plan.journeys
      .filter((name) => !plan.steps.some((step) => step.phase === "verify" && step.journey === name))
      .map((name) => ({
        what: `RecoveryPlan "${plan.name}" covers ${name}, and no step verifies it`,
        at: spot("RecoveryPlan", plan, "steps"),
        mend: `add a last step: { phase: verify, journey: ${name} }`,
      })),
  );
}

export const coverageRules: readonly Rule[] = [
  {
    id: "HF007",
    code: "coverage/no-plan",
    title: "an objective without a plan",
    severity: "error",
    why: "an objective without a plan is a hope",
    mend: "let a RecoveryPlan cover the pair, or write one",
    source: { title: "ISO 22301:2019, clause 8.4: plans for every prioritised activity", date: "2019-10" },
    find: withoutPlan,
  },
  {
    id: "HF008",
    code: "coverage/no-objective",
    title: "a scenario without an objective",
    severity: "note",
    why: "without an objective nobody can say whether a recovery was good enough",
    mend: "add the scope to the journey's objectives",
    source: { title: "NIST SP 800-34 Rev. 1, step 2: business impact analysis", date: "2010-05" },
    find: withoutObjective,
  },
  {
    id: "HF013",
    code: "coverage/no-scenario",
    title: "an objective that no scenario tries",
    severity: "note",
    why: "what no scenario makes fail is neither computed nor drilled, so nobody will know whether the objective holds",
    mend: "write a Scenario of that scope: a zone, a region, a provider, or a fate or component that fails",
    source: { title: "ISO 22301:2019, clause 8.5: exercises on realistic scenarios", date: "2019-10" },
    find: objectivesWithoutScenario,
  },
  {
    id: "HF014",
    code: "coverage/no-likelihood",
    title: "a scenario without a likelihood",
    severity: "note",
    why: "what it costs in a year, and what it is worth to guard against it, can only be told with how often it is expected",
    mend: "add likelihoodPerYear, however roughly it is known",
    source: { title: "ISO 31000:2018, clause 6.4.3: risk analysis", date: "2018-02" },
    find: scenariosWithoutLikelihood,
  },
  {
    id: "HF015",
    code: "coverage/not-verified",
    title: "a recovery that nobody verifies",
    severity: "warning",
    why: "a recovery counts when a real write and a real inference have gone through, not when its steps have run",
    mend: "add a verify step for every journey that the plan covers",
    source: {
      title: "NIST Cybersecurity Framework 2.0, RC.RP-05: restored assets are verified",
      date: "2024-02",
    },
    find: journeysNotVerified,
  },
];
