import type { Place } from "../../problem/problem.ts";

// What a spec of another tool comes to: an SLO of OpenSLO v1. What OpenSLO has no key for stands in annotations, each of which begins
// with `holdfast.dev/`:
//
//   alerting            `mwmbr`: alerts by burn rates over several windows; `page`, `ticket`: of these, the ones that call somebody, or
//                       that can wait; `none`: no alerts
//   group-by            `route,region`: labels by which the SLO is kept apart
//   alert-name          what its alerts are called
//   alert-labels        labels of all its alerts, as a JSON map; alert-annotations likewise
//   page-severity       the label `severity` of the alerts that call somebody; ticket-severity of those that can wait
//   page-labels         the other labels of these, as a JSON map; page-annotations, ticket-labels and ticket-annotations likewise

export type Texts = Readonly<Record<string, string>>;

interface Metric {
  readonly metricSource: { readonly type: "Prometheus"; readonly spec: { readonly query: string } };
}

export type RatioMetric =
  | { readonly counter: true; readonly good: Metric; readonly total: Metric }
  | { readonly counter: true; readonly bad: Metric; readonly total: Metric }
  | { readonly counter: false; readonly raw: Metric; readonly rawType: "success" | "failure" };

export interface SloDocument {
  readonly apiVersion: "openslo/v1";
  readonly kind: "SLO";
  readonly metadata: {
    readonly name: string;
    readonly displayName?: string;
    readonly labels?: Texts;
    readonly annotations: Texts;
  };
  readonly spec: {
    readonly description?: string;
    readonly service: string;
    readonly indicator: {
      readonly metadata: { readonly name: string };
      readonly spec: { readonly ratioMetric: RatioMetric };
    };
    readonly timeWindow: readonly [{ readonly duration: string; readonly isRolling: true }];
    readonly budgetingMethod: "Occurrences";
    readonly objectives: readonly [{ readonly targetPercent: number }];
  };
}

/** A document, and where what it was made of stands. */
export interface ImportedSlo {
  readonly document: SloDocument;
  readonly from: Place;
}

/** What is known of an SLO, whoever wrote it. */
export interface SloParts {
  /** As its own tool calls it. */
  readonly title: string;
  readonly description: string | undefined;
  readonly service: string;
  readonly labels: Texts;
  /** Without what they begin with; empty ones are left out. */
  readonly annotations: Texts;
  readonly ratioMetric: RatioMetric;
  readonly period: string;
  readonly targetPercent: number;
}

export function prometheus(query: string): Metric {
  return { metricSource: { type: "Prometheus", spec: { query } } };
}

/** @param parts whose title has a name in it: see `nameOf` */
export function sloDocument(parts: SloParts): SloDocument {
  const { title, description = "", service, labels, ratioMetric, period, targetPercent } = parts;
  const name = nameOf(title);
  const isRenamed = name !== title && Array.from(title).length <= nameLengthMax;
  return {
    apiVersion: "openslo/v1",
    kind: "SLO",
    metadata: {
      name,
      ...(isRenamed ? { displayName: title } : {}),
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      annotations: prefixed(parts.annotations),
    },
    spec: {
      ...(description === "" ? {} : { description }),
      service,
      indicator: { metadata: { name }, spec: { ratioMetric } },
      timeWindow: [{ duration: period, isRolling: true }],
      budgetingMethod: "Occurrences",
      objectives: [{ targetPercent }],
    },
  };
}

export const nameLengthMax = 63;

/** A title as a DNS label, cut where it is longer; empty where it has neither letter nor digit. */
export function nameOf(title: string): string {
  return hyphenated(title).slice(0, nameLengthMax).replace(/-+$/, "");
}

/** Whether something of a title is missing in the name, and not only written otherwise. */
export function isCut(title: string): boolean {
  return hyphenated(title).length > nameLengthMax;
}

function hyphenated(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replace(/^-+/, "")
    .replace(/-+$/, "");
}

function prefixed(annotations: Texts): Texts {
  const given = Object.entries(annotations).filter(([, value]) => value !== "");
  return Object.fromEntries(given.map(([key, value]) => [`holdfast.dev/${key}`, value]));
}

/** A map as the text of an annotation; nothing where it holds nothing. */
export function mapText(map: Texts = {}): string {
  return Object.keys(map).length === 0 ? "" : JSON.stringify(map);
}
