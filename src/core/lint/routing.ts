import { type Model, the } from "../model/model.ts";
import type { RecoveryPlan, Step } from "../model/recovery-plan.ts";
import { isPart } from "../model/step-stages.ts";
import { tightest } from "./recovery-time.ts";
import { type Found, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";
import { about, asked, timeOf } from "./wording.ts";

interface Route {
  readonly plan: RecoveryPlan;
  readonly step: Step & { readonly phase: "route" };
}

function routesIn(model: Model): readonly Route[] {
  return [...model.plans.values()].flatMap((plan) =>
    plan.steps.flatMap((step) => (step.phase === "route" ? [{ plan, step }] : [])),
  );
}

function ttlOutlastsRto(survey: Survey): readonly Found[] {
  const { components } = survey.model;
  return routesIn(survey.model).flatMap(({ plan, step }): readonly Found[] => {
    const component = the(components, step.component);
    const { routing } = component;
    const strict = tightest(survey, plan);
    if (routing?.kind !== "dns" || strict === null) return [];
    const reached = strict.detect + routing.ttl;
    if (reached <= strict.objective.rto) return [];
    const what = `Component "${component.name}": clients keep an answer of DNS for ${timeOf(routing.ttl)}, so that with ${about(strict.detect)} to detect they are away for ${about(reached)}, longer than ${asked(strict, "rto")}`;
    return [{ what, at: spot("Component", component, "routing", "ttl") }];
  });
}

function routingNotDeclared({ model }: Survey): readonly Found[] {
  return routesIn(model)
    .filter(({ step }) => the(model.components, step.component).routing === null)
    .map(({ plan, step }) => ({
      what: `RecoveryPlan "${plan.name}": ${step.component} routes clients, and does not say how they find the place that serves`,
      at: spot("RecoveryPlan", plan, "steps", step.at),
      mend: `add to ${step.component}: routing: { kind: proxy }, { kind: anycast } or { kind: dns, ttl: … }`,
    }));
}

function entriesNotRouted(survey: Survey): readonly Found[] {
  const whole = [...survey.model.plans.values()].filter((plan) => !isPart(survey.model, plan));
  return whole.flatMap((plan) => {
    const struck = survey.cases(plan).flatMap(({ scenario, journey }) => {
      const entry = the(survey.model.components, journey.entry);
      const isRouted = plan.steps.some((step) => step.phase === "route" && step.component === entry.name);
      const isStruck = survey.hit(scenario).has(entry) && survey.standing(scenario, entry).length > 0;
      return entry.routing?.kind === "dns" && isStruck && !isRouted ? [entry.name] : [];
    });
    return [...new Set(struck)].map((entry) => ({
      what: `RecoveryPlan "${plan.name}": clients find ${entry} by DNS, and no step sends them elsewhere`,
      at: spot("RecoveryPlan", plan, "steps"),
      mend: `add a step before verify: { phase: route, component: ${entry} }`,
    }));
  });
}

export const routingRules: readonly Rule[] = [
  {
    id: "HF027",
    code: "routing/ttl-outlasts-rto",
    title: "clients keep a DNS answer longer than the RTO",
    severity: "error",
    why: "clients go on asking the place that failed until their answer runs out, and some resolvers keep it longer still",
    mend: "lower the ttl, or route by a proxy or anycast, with DNS as the outer layer only",
    source: { title: "Moura et al., Cache Me If You Can: Effects of DNS Time-to-Live (IMC)", date: "2019" },
    find: ttlOutlastsRto,
  },
  {
    id: "HF028",
    code: "routing/not-declared",
    title: "a route step whose routing is not declared",
    severity: "note",
    why: "how long clients need to follow depends on how they find the place that serves: a DNS answer is kept, a proxy is told",
    mend: "add routing to the component",
    source: arithmetic,
    find: routingNotDeclared,
  },
  {
    id: "HF029",
    code: "routing/entry-not-routed",
    title: "clients found by DNS that no step sends elsewhere",
    severity: "warning",
    why: "the journey comes back in another place, and its clients go on asking the one that failed",
    mend: "add a route step for the entry of the journey",
    source: { title: "AWS, Application Recovery Controller: routing controls", date: "2021" },
    find: entriesNotRouted,
  },
];
