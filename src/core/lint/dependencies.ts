import { type Component, type Need, triesOf } from "../model/component.ts";
import { type Model, the } from "../model/model.ts";
import { type Found, spot } from "./finding.ts";
import { attemptChains, layersOf } from "./attempts.ts";
import { arithmetic, type Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";
import { about, listed, percentOf, shareOf, timeOf } from "./wording.ts";

interface Tie {
  readonly component: Component;
  readonly need: Need;
  readonly index: number;
}

function ties({ components }: Model): readonly Tie[] {
  return [...components.values()].flatMap((component) =>
    component.needs.map((need, index) => ({ component, need, index })),
  );
}

/** Every need of a kind, told by a sentence that follows `Component "a" `. */
function tiesLike(
  { model }: Survey,
  isWrong: (need: Need) => boolean,
  told: (need: Need) => string,
): readonly Found[] {
  return ties(model)
    .filter(({ need }) => isWrong(need))
    .map(({ component, need, index }) => ({
      what: `Component "${component.name}" ${told(need)}`,
      at: spot("Component", component, "needs", index),
    }));
}

/** More tries than this of one request at the end of a chain are a storm: three layers' worth of two, or two of three. */
const attemptsMax = 8;

function retryStorms({ model }: Survey): readonly Found[] {
  const chains = attemptChains(model);
  const told = new Set<string>();
  return [...model.journeys.values()].flatMap((journey): readonly Found[] => {
    const chain = chains.get(journey.entry);
    if (chain === undefined || chain.attempts <= attemptsMax) return [];
    const layers = layersOf(chain);
    const last = layers.at(-1);
    const key = `${last?.component.name ?? ""} ${last?.index ?? 0}`;
    if (last === undefined || layers.length < 2 || told.has(key)) return [];
    told.add(key);
    const by = layers.map(({ component, attempts }) => `${component.name} tries ${attempts} times`);
    const what = `Component "${last.component.name}": one request of Journey "${journey.name}" becomes up to ${chain.attempts} of ${last.need}, for ${listed(by)}`;
    return [{ what, at: spot("Component", last.component, "needs", last.index, "retries") }];
  });
}

function timeoutsAboveCaller(survey: Survey): readonly Found[] {
  return ties(survey.model).flatMap(({ component, need, index }): readonly Found[] => {
    const { timeout, retries } = need;
    const waits = (timeout ?? 0) * triesOf(need);
    const patience = survey
      .callers(component)
      .flatMap((caller) =>
        caller.need.timeout === null ? [] : [{ name: caller.component.name, timeout: caller.need.timeout }],
      )
      .sort((a, b) => a.timeout - b.timeout);
    const [first] = patience;
    if (first === undefined || waits <= first.timeout) return [];
    const tries = retries === null || retries.attempts === 1 ? "" : ` (${retries.attempts} tries)`;
    const what = `Component "${component.name}" waits up to ${about(waits)}${tries} for ${need.component}, and ${first.name} waits ${timeOf(first.timeout)} for it`;
    return [{ what, at: spot("Component", component, "needs", index, "timeout") }];
  });
}

function circularFallbacks(survey: Survey): readonly Found[] {
  const { components } = survey.model;
  return ties(survey.model).flatMap(({ component, need, index }) =>
    need.fallbacks.flatMap((name, at): readonly Found[] => {
      const needed = survey.needed(the(components, name));
      if (!needed.includes(the(components, need.component))) return [];
      const what = `Component "${component.name}": ${name} is to answer in place of ${need.component}, and cannot work without it`;
      return [{ what, at: spot("Component", component, "needs", index, "fallbacks", at) }];
    }),
  );
}

/** A hard need with fallbacks can be done without, unless a scenario takes all of them. */
function fallbacksGone(survey: Survey): readonly Found[] {
  const { components, scenarios } = survey.model;
  const backed = ties(survey.model).filter(
    ({ need }) => need.strength === "hard" && need.fallbacks.length > 0,
  );
  return [...scenarios.values()].flatMap((scenario) =>
    backed.flatMap(({ component, need, index }): readonly Found[] => {
      const demand = survey.demandFor(component, survey.scope(scenario));
      const names = [need.component, ...need.fallbacks];
      const isGone = (name: string): boolean => survey.gone(scenario, the(components, name)).length > 0;
      if (demand === null || !names.every(isGone)) return [];
      const what = `Component "${component.name}": ${scenario.name} takes ${need.component} and all that would answer in its place: ${listed(need.fallbacks)}`;
      return [{ what, at: spot("Component", component, "needs", index, "fallbacks") }];
    }),
  );
}

function singlePoints(survey: Survey): readonly Found[] {
  return [...survey.model.components.values()].flatMap((component): readonly Found[] => {
    const { api, placements } = component;
    const [first] = placements;
    const isSingle = placements.length === 1 && first?.replicas === 1 && first.spares === 0;
    if (!isSingle || api !== null) return [];
    const journeys = [...new Set(survey.demands(component).map(({ journey }) => journey.name))];
    if (journeys.length < 2) return [];
    const what = `Component "${component.name}" is one replica in one place, and ${journeys.length} journeys cannot work without it: ${listed(journeys)}`;
    return [{ what, at: spot("Component", component, "placements") }];
  });
}

/** So many hard needs, each with a tenth of the error budget, use all of it. */
const hardNeedsMax = 10;

function tooManyHardNeeds(survey: Survey): readonly Found[] {
  return [...survey.model.journeys.values()].flatMap((journey): readonly Found[] => {
    const count = survey.needed(the(survey.model.components, journey.entry)).length - 1;
    const objective = journey.objectives.find(({ availability }) => availability !== null);
    const availability = objective?.availability ?? null;
    if (availability === null || count <= hardNeedsMax) return [];
    const each = shareOf(1 - (1 - availability) / 10);
    const what = `Journey "${journey.name}" is to be available ${percentOf(availability)} of the time and cannot work without ${count} components: even at ${each} each they use ${count * 10} % of what may fail`;
    return [{ what, at: spot("Journey", journey, "entry") }];
  });
}

const retryText = {
  title: "Brooker, Timeouts, retries, and backoff with jitter (Amazon Builders' Library)",
  date: "2019",
};
const cascading = {
  title: "Beyer et al., Site Reliability Engineering, chapter 22: addressing cascading failures",
  date: "2016",
};

export const dependenciesRules: readonly Rule[] = [
  {
    id: "HF036",
    code: "dependencies/retry-storm",
    title: "retries multiply along a chain",
    severity: "warning",
    why: "each layer multiplies the tries of the one above, so that what is slow gets its load many times over when it can bear it least",
    mend: "retry in one layer, the one nearest to the user, or give each a budget: retries: { …, budget: 10 % }",
    source: retryText,
    find: retryStorms,
  },
  {
    id: "HF037",
    code: "dependencies/retries-at-once",
    title: "retries without a pause and without a budget",
    severity: "warning",
    why: "tries that follow at once hit what has failed while it still fails, all clients together",
    mend: "write backoff: exponential, or a budget",
    source: retryText,
    find: (survey) =>
      tiesLike(
        survey,
        ({ retries }) =>
          retries !== null && retries.attempts > 1 && retries.backoff === "none" && retries.budget === null,
        ({ component, retries }) =>
          `tries ${component} ${retries?.attempts ?? 0} times without a pause and without a budget`,
      ),
  },
  {
    id: "HF038",
    code: "dependencies/retries-without-timeout",
    title: "retries that no timeout sets off",
    severity: "note",
    why: "what hangs without an answer fails no try: one hung backend holds every request",
    mend: "add timeout: to the need",
    source: {
      title: "vllm-project/production-stack issue 749: one hung backend froze all requests",
      date: "2025",
    },
    find: (survey) =>
      tiesLike(
        survey,
        ({ retries, timeout }) => retries !== null && retries.attempts > 1 && timeout === null,
        ({ component }) => `tries ${component} again, and does not say how long one try may take`,
      ),
  },
  {
    id: "HF039",
    code: "dependencies/timeout-above-caller",
    title: "a timeout longer than the caller's",
    severity: "warning",
    why: "when the caller has gone the work goes on for nobody, and keeps what others wait for busy",
    mend: "let timeouts shrink on the way down: tries times timeout below the caller's own",
    source: cascading,
    find: timeoutsAboveCaller,
  },
  {
    id: "HF040",
    code: "dependencies/degraded-without-fallback",
    title: "a degraded need that nothing stands in for",
    severity: "note",
    why: "answers that are worse come from something: a smaller model, a cache, a static text; what it is decides whether it works on the day",
    mend: "name what answers: fallbacks: […], or write strength: soft where a feature is just missing",
    source: {
      title: "Beyer et al., Site Reliability Engineering, chapter 22: graceful degradation",
      date: "2016",
    },
    find: (survey) =>
      tiesLike(
        survey,
        ({ strength, fallbacks }) => strength === "degraded" && fallbacks.length === 0,
        ({ component }) => `answers worse without ${component}, and does not say what answers then`,
      ),
  },
  {
    id: "HF041",
    code: "dependencies/fallback-needs-what-it-replaces",
    title: "a fallback that needs what it replaces",
    severity: "error",
    why: "it is asked when what it needs has failed, so it never answers",
    mend: "name another fallback, or let it do without what it replaces",
    source: arithmetic,
    find: circularFallbacks,
  },
  {
    id: "HF042",
    code: "dependencies/fallback-gone-too",
    title: "a scenario takes a hard need and all of its fallbacks",
    severity: "error",
    why: "a need with a fallback can be done without only while the fallback is there",
    mend: "place one of the fallbacks where the scenario does not reach",
    source: arithmetic,
    find: fallbacksGone,
  },
  {
    id: "HF043",
    code: "dependencies/single-point",
    title: "one replica behind several journeys",
    severity: "warning",
    why: "when it fails they all fail, for as long as its repair takes",
    mend: "add a replica or a place, or let journeys do without it",
    source: cascading,
    find: singlePoints,
  },
  {
    id: "HF044",
    code: "dependencies/too-many-hard-needs",
    title: "more hard needs than an extra nine each can pay for",
    severity: "note",
    why: "each hard need should fail ten times less than what is promised; more than ten of them use up the promise even so",
    mend: "make some soft or degraded, give them fallbacks, or promise less",
    source: { title: "Treynor et al., The Calculus of Service Availability (ACM Queue)", date: "2017" },
    find: tooManyHardNeeds,
  },
];
