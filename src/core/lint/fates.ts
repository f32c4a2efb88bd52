import type { Component, Pattern, Placement } from "../model/component.ts";
import { type Fate, type Model, type Scenario, the } from "../model/model.ts";
import type { Step } from "../model/recovery-plan.ts";
import { coversPlace, mustBeLeft } from "../model/survival.ts";
import { type Found, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";
import { listed } from "./wording.ts";

interface Stood {
  readonly component: Component;
  readonly placement: Placement;
}

/** Whether a place of a component falls with a fate. */
function isUnder({ platform }: Model, fate: Fate, { component, placement }: Stood): boolean {
  const region = platform.regions.find(({ name }) => name === placement.region);
  return region !== undefined && coversPlace(fate, component, region);
}

/** The fates that stop recovery in a scenario. */
function stoppedIn({ platform }: Model, { failures }: Scenario): readonly Fate[] {
  const failing = failures.flatMap((failure) =>
    failure.kind === "fate" && mustBeLeft(failure.how) ? [failure.fate] : [],
  );
  return platform.fates.filter(({ name, stops }) => stops === "recovery" && failing.includes(name));
}

/** The fate that keeps all of these places from being changed; `undefined`: none does. */
function holding(
  model: Model,
  scenario: Scenario,
  { component, places }: { readonly component: Component; readonly places: readonly Placement[] },
): Fate | undefined {
  if (places.length === 0) return undefined;
  return stoppedIn(model, scenario).find((fate) =>
    places.every((placement) => isUnder(model, fate, { component, placement })),
  );
}

function stepsThatCannotAct(survey: Survey): readonly Found[] {
  const { model } = survey;
  return [...model.plans.values()].flatMap((plan) =>
    plan.scenarios.flatMap((name) => {
      const scenario = the(model.scenarios, name);
      const told = new Set<string>();
      return plan.steps.flatMap((step): readonly Found[] => {
        if (step.phase !== "promote" && step.phase !== "route") return [];
        const fate = stoppedBy(survey, scenario, step);
        // What cannot be promoted need not be routed to either.
        if (fate === undefined || told.has(step.component)) return [];
        told.add(step.component);
        const what = `RecoveryPlan "${plan.name}": in ${name} the fate ${fate.name} stops every change of ${step.component}, and step ${step.phase} is one`;
        return [{ what, at: spot("RecoveryPlan", plan, "steps", step.at) }];
      });
    }),
  );
}

/** What keeps a step from being carried out; `undefined`: nothing does, or there is nothing to do. */
function stoppedBy(
  survey: Survey,
  scenario: Scenario,
  step: Step & { readonly phase: "promote" | "route" },
): Fate | undefined {
  const component = the(survey.model.components, step.component);
  const standing = survey.standing(scenario, component);
  if (standing.length === component.placements.length) return undefined;
  const places =
    step.phase === "route" ? standing : standing.filter(({ region }) => step.candidates.includes(region));
  return holding(survey.model, scenario, { component, places });
}

const startedLater: readonly Pattern[] = ["pilot-light", "backup-and-restore"];

function standbysThatCannotStart(survey: Survey): readonly Found[] {
  return survey.struck().flatMap(({ scenario, component, left }): readonly Found[] => {
    if (!startedLater.includes(component.pattern)) return [];
    const fate = holding(survey.model, scenario, { component, places: left });
    if (fate === undefined) return [];
    const where = left.map(({ region }) => region).join(", ");
    const what = `Component "${component.name}": in ${scenario.name} its ${component.pattern} in ${where} is to be started, which the fate ${fate.name} stops`;
    return [{ what, at: spot("Component", component, "pattern") }];
  });
}

function fatesWithoutScenario({ model }: Survey): readonly Found[] {
  const tried = new Set(
    [...model.scenarios.values()].flatMap(({ failures }) =>
      failures.flatMap((failure) => (failure.kind === "fate" ? [failure.fate] : [])),
    ),
  );
  const untried = model.platform.fates.filter(({ name }) => !tried.has(name));
  const [first, ...others] = untried;
  if (first === undefined) return [];
  const names = listed(untried.map(({ name }) => name));
  return [
    {
      what: `${others.length === 0 ? "the fate" : "the fates"} ${names} ${others.length === 0 ? "fails" : "fail"} in no scenario`,
      at: spot("Platform", model.platform, "fates", model.platform.fates.indexOf(first)),
      mend: `write a Scenario with failures: [{ fate: ${first.name}, how: lost }], by itself or beside a region`,
    },
  ];
}

function fallbacksUnderOneFate({ model }: Survey): readonly Found[] {
  const serving = model.platform.fates.filter(({ stops }) => stops === "serving");
  const falls = (fate: Fate, name: string): boolean => {
    const component = the(model.components, name);
    return component.placements.every((placement) => isUnder(model, fate, { component, placement }));
  };
  return [...model.components.values()].flatMap((component) =>
    component.needs.flatMap((need, index): readonly Found[] => {
      const names = [need.component, ...need.fallbacks];
      const fate = serving.find((each) => names.every((name) => falls(each, name)));
      if (need.fallbacks.length === 0 || fate === undefined) return [];
      const what = `Component "${component.name}": ${need.component} and what answers in its place (${listed(need.fallbacks)}) fall together with ${fate.name}`;
      return [{ what, at: spot("Component", component, "needs", index, "fallbacks") }];
    }),
  );
}

const boundaries = {
  title: "AWS Fault Isolation Boundaries: control planes and data planes",
  date: "2022-11",
};

export const fatesRules: readonly Rule[] = [
  {
    id: "HF045",
    code: "fates/recovery-stopped",
    title: "a step of the plan is stopped by what fails with the region",
    severity: "error",
    why: "control planes fail with the regions that they are needed for: nothing is started, switched or promoted while they are down",
    mend: "let a place be a candidate that the fate does not cover, or act on the data plane alone and take the place out of covers",
    source: boundaries,
    find: stepsThatCannotAct,
  },
  {
    id: "HF046",
    code: "fates/cannot-provision",
    title: "a standby is to be started while nothing can be",
    severity: "error",
    why: "what does not run yet needs a control plane to start, and it fails in the same scenario",
    mend: "let it run already: hot-standby or warm-standby; or stand by where the fate does not reach",
    source: boundaries,
    find: standbysThatCannotStart,
  },
  {
    id: "HF047",
    code: "fates/no-scenario",
    title: "a shared fate that fails in no scenario",
    severity: "note",
    why: "a fate is what regions have in common; without a scenario no plan is checked against it",
    mend: "write a Scenario in which it fails",
    source: {
      title: "Google Cloud, incident report of Service Control: all regions at once",
      date: "2025-06-12",
    },
    find: fatesWithoutScenario,
  },
  {
    id: "HF048",
    code: "fates/shared-with-fallback",
    title: "a fallback falls with what it stands in for",
    severity: "warning",
    why: "two that fall together are one: two services of 99.5 % give 99.9975 % only where they fail independently",
    mend: "name a fallback that the fate does not cover",
    source: arithmetic,
    find: fallbacksUnderOneFate,
  },
];
