import type { Component, ExternalApi } from "../model/component.ts";
import { type Model, the } from "../model/model.ts";
import { isIndispensable } from "../model/survival.ts";
import { type Found, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";
import { listed, percentOf } from "./wording.ts";

interface Fallback {
  readonly component: Component;
  readonly api: ExternalApi;
  /** What it answers in place of. */
  readonly instead: string;
}

/** Somebody else's services that answer in place of something, each once. */
function fallbackApis({ components }: Model): readonly Fallback[] {
  const needs = [...components.values()].flatMap((component) => component.needs);
  const found = new Map<string, Fallback>();
  for (const need of needs) {
    for (const name of need.fallbacks) {
      const component = the(components, name);
      const { api } = component;
      if (api !== null && !found.has(name)) found.set(name, { component, api, instead: need.component });
    }
  }
  return [...found.values()];
}

/** What a fallback does not say, by a sentence that follows `… answers in place of b, and `. */
function fallbacksLike(
  { model }: Survey,
  key: keyof ExternalApi,
  told: (api: ExternalApi) => string | null,
): readonly Found[] {
  return fallbackApis(model).flatMap(({ component, api, instead }): readonly Found[] => {
    const said = told(api);
    if (said === null) return [];
    const what = `Component "${component.name}" answers in place of ${instead}, and ${said}`;
    return [{ what, at: spot("Component", component, "api", key) }];
  });
}

function quotaTold({ quota }: ExternalApi): string | null {
  if (quota === null) return "what share of the load its quota carries is not said";
  return quota < 1 ? `its quota carries ${percentOf(quota)} of the load` : null;
}

/** The provider that a component falls with; `null`: none, or not known. */
function hostOf({ platform }: Model, { api, placements }: Component): string | null {
  if (api !== null) return api.hostedBy;
  const providers = new Set(
    placements.map(({ region }) => platform.regions.find(({ name }) => name === region)?.provider ?? null),
  );
  const [only = null] = providers;
  return providers.size === 1 ? only : null;
}

function fallbacksOnOneHost({ model }: Survey): readonly Found[] {
  return [...model.components.values()].flatMap((component) =>
    component.needs.flatMap((need, index): readonly Found[] => {
      const main = the(model.components, need.component);
      const backups = need.fallbacks.map((name) => the(model.components, name));
      const host = hostOf(model, main);
      const isExternal = [main, ...backups].some(({ api }) => api !== null);
      const isShared = backups.length > 0 && backups.every((each) => hostOf(model, each) === host);
      if (host === null || !isExternal || !isShared) return [];
      const what = `Component "${component.name}": ${need.component} and what answers in its place (${listed(need.fallbacks)}) all run on ${host}`;
      return [{ what, at: spot("Component", component, "needs", index, "fallbacks") }];
    }),
  );
}

function isExternal({ api, type }: Component): boolean {
  return api !== null || type === "llm-api";
}

function hardWithoutFallback({ model }: Survey): readonly Found[] {
  return [...model.components.values()].flatMap((component) =>
    component.needs.flatMap((need, index): readonly Found[] => {
      if (!isIndispensable(need) || !isExternal(the(model.components, need.component))) return [];
      const what = `Component "${component.name}" cannot work without ${need.component}, which is somebody else's, and nothing answers in its place`;
      return [{ what, at: spot("Component", component, "needs", index) }];
    }),
  );
}

function notDescribed({ model }: Survey): readonly Found[] {
  return [...model.components.values()]
    .filter(({ type, api }) => type === "llm-api" && api === null)
    .map((component) => ({
      what: `Component "${component.name}" is somebody else's API, and does not say whose, or what it runs on`,
      at: spot("Component", component),
    }));
}

const thirdParties = {
  title: "Regulation (EU) 2022/2554 (Digital Operational Resilience Act), articles 28 and 29",
  date: "2022-12-14",
};

export const externalApisRules: readonly Rule[] = [
  {
    id: "HF060",
    code: "external-apis/falls-with-what-it-replaces",
    title: "a fallback on the cloud of what it stands in for",
    severity: "warning",
    why: "two vendors on one cloud fall together when the cloud does, which is when the fallback is asked",
    mend: "name a fallback that another provider hosts",
    source: thirdParties,
    find: fallbacksOnOneHost,
  },
  {
    id: "HF061",
    code: "external-apis/no-quota",
    title: "a fallback whose quota does not carry the load",
    severity: "warning",
    why: "a quota is sized for what is used on a good day; the whole load on a bad one is answered with 429",
    mend: "have the quota raised to the whole load and write it down: quota: 100 %; or name a further fallback",
    source: { title: "BerriAI/litellm, reports of fallbacks that answer 429", date: "2025" },
    find: (survey) => fallbacksLike(survey, "quota", quotaTold),
  },
  {
    id: "HF062",
    code: "external-apis/no-quality-gate",
    title: "a fallback whose answers nobody looks at",
    severity: "warning",
    why: "another model answers prompts that were written for the first, and may be up and wrong",
    mend: "run golden prompts against it, and name them: qualityGate: …",
    source: {
      title: "Regulation (EU) 2024/1689 (AI Act), article 15: accuracy and fail-safe plans",
      date: "2024-06",
    },
    find: (survey) =>
      fallbacksLike(survey, "qualityGate", ({ qualityGate }) =>
        qualityGate === null ? "nobody looks at whether its answers are good enough" : null,
      ),
  },
  {
    id: "HF063",
    code: "external-apis/no-residency",
    title: "a fallback that may send data anywhere",
    severity: "warning",
    why: "a failover at night is no reason to send customers' data where it may not go",
    mend: "write where data may be sent to: residency: EU",
    source: { title: "Regulation (EU) 2016/679 (GDPR), article 44: transfers", date: "2016-04-27" },
    find: (survey) =>
      fallbacksLike(survey, "residency", ({ residency }) =>
        residency === null ? "where it may send data is not said" : null,
      ),
  },
  {
    id: "HF064",
    code: "external-apis/hard-without-fallback",
    title: "somebody else's API that nothing stands in for",
    severity: "warning",
    why: "the APIs of large model vendors had an incident about every week, two to three hours long on average",
    mend: "name what answers in its place: fallbacks: […], or let the component go on without it",
    source: { title: "Chu et al., outages of public LLM services (ICPE, arXiv 2501.12469)", date: "2025" },
    find: hardWithoutFallback,
  },
  {
    id: "HF065",
    code: "external-apis/not-described",
    title: "an API of a vendor that is not named",
    severity: "note",
    why: "whether it falls with the platform's own cloud, and how much it may carry, cannot be told",
    mend: "add api: { vendor: …, hostedBy: …, quota: … }",
    source: arithmetic,
    find: notDescribed,
  },
];
