import { atLeastUp } from "../availability/at-least.ts";
import type { Component } from "../model/component.ts";
import {
  type FailureScope,
  type Journey,
  type Model,
  type Objective,
  type Scenario,
  the,
} from "../model/model.ts";
import { failedRegions } from "../model/survival.ts";
import type { Ratio } from "../units/units.ts";
import { type Found, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";
import { about, listed, percentOf, shareOf, timeOf } from "./wording.ts";

/** The places of a failure that is as wide as the scope: the names of regions, or of providers. */
function domainOf({ platform }: Model, scope: FailureScope, region: string): string {
  if (scope === "region") return region;
  return platform.regions.find(({ name }) => name === region)?.provider ?? "";
}

function inOneDomain(survey: Survey): readonly Found[] {
  const { components, journeys } = survey.model;
  const alone = { region: standingAlone(survey, "region"), provider: standingAlone(survey, "provider") };
  return [...journeys.values()].flatMap((journey) =>
    journey.objectives.flatMap(({ scope }): readonly Found[] => {
      if (scope !== "region" && scope !== "provider") return [];
      const needed = survey.needed(the(components, journey.entry));
      const found = needed.filter((component) => alone[scope].has(component));
      if (found.length === 0) return [];
      const where = listed([...new Set(found.map((component) => alone[scope].get(component) ?? ""))]);
      const what = `Journey "${journey.name}" has an objective for the loss of a ${scope}, and ${listed(found.map(({ name }) => name))} can be in ${where} alone`;
      return [{ what, at: spot("Journey", journey, "objectives", scope) }];
    }),
  );
}

/** The components that stand in one region or with one provider, by its name, which no scenario takes away as a whole. */
function standingAlone(survey: Survey, scope: "region" | "provider"): ReadonlyMap<Component, string> {
  const { model } = survey;
  const alone = new Map<Component, string>();
  for (const component of model.components.values()) {
    const domains = new Set(component.placements.map(({ region }) => domainOf(model, scope, region)));
    const [only = ""] = domains;
    // What a scenario takes is told of the plan that needs it. Somebody else's service is reached from anywhere.
    if (component.api !== null || domains.size > 1 || isTried(survey, scope, only)) continue;
    alone.set(component, only);
  }
  return alone;
}

/** Whether a scenario takes all of a domain away. */
function isTried({ model }: Survey, scope: FailureScope, domain: string): boolean {
  const regions = model.platform.regions.filter(({ name }) => domainOf(model, scope, name) === domain);
  return [...model.scenarios.values()].some((scenario) => {
    const failed = failedRegions(model, scenario);
    return regions.every(({ name }) => failed.has(name));
  });
}

function withoutObjectives({ model }: Survey): readonly Found[] {
  return [...model.journeys.values()]
    .filter(({ objectives }) => objectives.length === 0)
    .map((journey) => ({
      what: `Journey "${journey.name}" has no objective`,
      at: spot("Journey", journey),
    }));
}

function withoutImpact({ model }: Survey): readonly Found[] {
  return [...model.journeys.values()]
    .filter(({ impact }) => impact === null)
    .map((journey) => ({
      what: `Journey "${journey.name}" does not say what an hour without it costs`,
      at: spot("Journey", journey),
    }));
}

const widening: readonly FailureScope[] = ["zone", "region", "provider"];

function widerButStricter({ model }: Survey): readonly Found[] {
  return [...model.journeys.values()].flatMap((journey) => {
    const ordered = journey.objectives.filter(({ scope }) => widening.includes(scope));
    return ordered.slice(1).flatMap((wide, at): readonly Found[] => {
      const narrow = ordered[at] as Objective;
      const field = (["rto", "rpo"] as const).find((each) => wide[each] < narrow[each]);
      if (field === undefined) return [];
      const what = `Journey "${journey.name}" asks for an ${field.toUpperCase()} of ${timeOf(wide[field])} when a ${wide.scope} fails, and of ${timeOf(narrow[field])} when a ${narrow.scope} does`;
      return [{ what, at: spot("Journey", journey, "objectives", wide.scope, field) }];
    });
  });
}

const year = 365 * 86_400;

function errorBudgetBelowRto(survey: Survey): readonly Found[] {
  const { model } = survey;
  const scenarios = [...model.scenarios.values()];
  return [...model.journeys.values()].flatMap((journey) =>
    journey.objectives.flatMap(({ scope, rto, availability }): readonly Found[] => {
      if (availability === null) return [];
      const perYear = scenarios
        .filter((scenario) => isOfScope(survey, scenario, { scope, journey }))
        .reduce((sum, scenario) => sum + (scenario.perYear ?? 0), 0);
      const budget = (1 - availability) * year;
      if (perYear * rto <= budget) return [];
      const what = `Journey "${journey.name}": ${shareOf(availability)} leaves ${about(budget)} a year, and ${Number(perYear.toPrecision(3))} failures of ${scope} scope a year use ${about(perYear * rto)} though each keeps the RTO of ${timeOf(rto)}`;
      return [{ what, at: spot("Journey", journey, "objectives", scope, "availability") }];
    }),
  );
}

function isOfScope(
  { model, scope: scopeOf, touches }: Survey,
  scenario: Scenario,
  { scope, journey }: { readonly scope: FailureScope; readonly journey: Journey },
): boolean {
  return scopeOf(scenario) === scope && touches(scenario, the(model.components, journey.entry));
}

/** The journey that promises the largest share of time among those that cannot work without a component; `null`: none does. */
function promiseOn(
  survey: Survey,
  component: Component,
): { readonly journey: Journey; readonly share: Ratio } | null {
  return survey
    .demands(component)
    .reduce<{ readonly journey: Journey; readonly share: Ratio } | null>(
      (most, { journey, objective: { availability } }) =>
        availability === null || (most !== null && most.share >= availability)
          ? most
          : { journey, share: availability },
      null,
    );
}

function stricterThanContract(survey: Survey): readonly Found[] {
  return [...survey.model.components.values()].flatMap((component): readonly Found[] => {
    const { sla, api, placements } = component;
    // The contract of one place says little of several.
    const isOne = api !== null || placements.length === 1;
    if (sla === null || !isOne) return [];
    const promise = promiseOn(survey, component);
    if (promise === null || promise.share <= sla) return [];
    const what = `Component "${component.name}" is promised by contract for ${percentOf(sla)}, and Journey "${promise.journey.name}", which cannot work without it, for ${percentOf(promise.share)}`;
    return [{ what, at: spot("Component", component, "sla") }];
  });
}

/** How available a component can be at most: replicas and places fail each by itself, and every switch succeeds at once. */
function availabilityAtMost({ placements, placesRequired }: Component): number {
  const places = placements.map(({ replicas, required, spares, failure: { mtbf, mttr } }) => {
    const [availability, unavailability] = [mtbf / (mtbf + mttr), mttr / (mtbf + mttr)];
    const replica = { availability, unavailability };
    return atLeastUp(
      Array.from({ length: replicas + spares }, () => replica),
      required,
    );
  });
  return atLeastUp(places, placesRequired).availability;
}

function stricterThanDependency(survey: Survey): readonly Found[] {
  return [...survey.model.components.values()].flatMap((component): readonly Found[] => {
    const promise = promiseOn(survey, component);
    // Cells serve each their own users, so that their places do not stand in for one another.
    if (promise === null || component.placements.some(({ cell }) => cell !== null)) return [];
    const most = availabilityAtMost(component);
    if (most >= promise.share) return [];
    const what = `Component "${component.name}" can be available ${shareOf(most)} of the time at most, and Journey "${promise.journey.name}", which cannot work without it, is to be for ${percentOf(promise.share)}`;
    return [{ what, at: spot("Component", component, "placements") }];
  });
}

const calculus = { title: "Treynor et al., The Calculus of Service Availability (ACM Queue)", date: "2017" };
const impactAnalysis = { title: "ISO 22301:2019, clause 8.2.2: business impact analysis", date: "2019-10" };

export const objectivesRules: readonly Rule[] = [
  {
    id: "HF075",
    code: "objectives/stricter-than-contract",
    title: "a promise above the contract of what it rests on",
    severity: "warning",
    why: "a contract pays a credit when it is broken, and promises no more than it says; a journey cannot be better than what it cannot work without",
    mend: "promise less, add a second place or a fallback, or buy a better contract",
    source: calculus,
    find: stricterThanContract,
  },
  {
    id: "HF076",
    code: "objectives/stricter-than-dependency",
    title: "a promise above what a hard need can give",
    severity: "warning",
    why: "a journey is available at most as much as the least available part that it cannot work without",
    mend: "add replicas or a place, let the journey do without it, or promise less",
    source: calculus,
    find: stricterThanDependency,
  },
  {
    id: "HF077",
    code: "objectives/one-domain",
    title: "an objective for a loss that takes everything",
    severity: "error",
    why: "an objective for the loss of a region needs a second one, and one for the loss of a provider a second provider",
    mend: "place the components in a second one, or delete the objective and say that the loss is borne",
    source: arithmetic,
    find: inOneDomain,
  },
  {
    id: "HF078",
    code: "objectives/none",
    title: "a journey without objectives",
    severity: "warning",
    why: "without an objective nobody can say whether a recovery was good enough, and nothing is checked for the journey",
    mend: "add objectives: { region: { rto: …, rpo: … } }, or a policy",
    source: impactAnalysis,
    find: withoutObjectives,
  },
  {
    id: "HF079",
    code: "objectives/no-impact",
    title: "a journey without an impact",
    severity: "note",
    why: "what redundancy is worth is told by what an hour without the journey costs",
    mend: "add impact: 12000 USD/h, however roughly it is known",
    source: impactAnalysis,
    find: withoutImpact,
  },
  {
    id: "HF080",
    code: "objectives/wider-but-stricter",
    title: "a wider failure to be recovered from sooner",
    severity: "note",
    why: "a wider failure leaves less to recover with; that it is to be over sooner is most often a slip",
    mend: "swap the two, or give the narrower scope the smaller time too",
    source: arithmetic,
    find: widerButStricter,
  },
  {
    id: "HF081",
    code: "objectives/error-budget-below-rto",
    title: "an error budget that recoveries within the RTO use up",
    severity: "warning",
    why: "the two objectives contradict one another: every recovery is in time, and the availability is missed",
    mend: "lower the rto, or promise less availability",
    source: {
      title: "Beyer et al., The Site Reliability Workbook, chapter 2: implementing SLOs",
      date: "2018",
    },
    find: errorBudgetBelowRto,
  },
];
