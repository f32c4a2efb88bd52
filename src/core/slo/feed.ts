import { answersAsItIs, type NamedSelector, onlySelector } from "../promql/one-selector.ts";
import type { Query } from "../promql/promql.ts";
import { type Exact, exact, formulaText, minus, plus } from "../units/exact.ts";
import { labelsBeside, labelsFor } from "./feed-labels.ts";
import type { Measure } from "./measures.ts";
import { type Labels, selectorText } from "./prometheus.ts";
import { inUnit } from "./series.ts";
import type { Indicator, Objective } from "./slo.ts";

/** A series that rules are tried with: its name and labels, and what of the events it counts. */
export interface FedSeries {
  readonly metric: string;
  readonly labels: Labels;
  readonly counts: "all" | "good" | "bad";
}

/** What rules are tried with: series that an indicator reads, and what they show. */
export type Feed =
  /** Counters of events, or how many there are in a second. */
  | { readonly kind: "counters" | "gauges"; readonly series: readonly FedSeries[] }
  /** A ratio that somebody else has taken. */
  | { readonly kind: "ratio"; readonly metric: string; readonly labels: Labels; readonly of: "good" | "bad" }
  /** A value, as it is written where it just keeps its bound and where it just misses it. */
  | {
      readonly kind: "value";
      readonly metric: string;
      readonly labels: Labels;
      readonly good: string;
      readonly bad: string;
    };

/** @returns as text why nothing can be fed */
export function feedOf({ slo: { indicator, groupBy }, objectives: [objective] }: Measure): Feed | string {
  const group = Object.fromEntries(groupBy.map((label) => [label, "one"]));
  const bound = objective?.bound ?? always;
  switch (indicator.kind) {
    case "events":
      return eventFeed(indicator, group);
    case "ratio": {
      const fed = fedAsItIs(indicator.raw, group);
      return fed === null ? notOneSelector : { kind: "ratio", ...fed, of: indicator.of };
    }
    case "value": {
      const fed = fedAsItIs(indicator.query, group);
      return fed === null ? notOneSelector : { kind: "value", ...fed, ...besides(bound) };
    }
    case "histogram":
      return histogramFeed(indicator, bound, group);
    case "goodput":
      return goodputFeed(indicator, group);
  }
}

/** Objectives of values and of histograms have bounds of their own. */
const always: Bound = { operator: "<=", value: exact("0") };

const notOneSelector = "its queries are not one selector each, without a range of its own";
const noLabels = "no labels were found that fit one of its queries and not the other";
const native = "promtool takes no native histograms";

type Events = Indicator & { readonly kind: "events" };
type Histogram = Indicator & { readonly kind: "histogram" };

function eventFeed({ metric, total, part }: Events, group: Labels): Feed | string {
  const all = onlySelector(total);
  const some = onlySelector(part.query);
  if (all === null || some === null) return notOneSelector;
  const asked: Asked = { total: all, part: some, kind: part.kind, group };
  const series = all.metric === some.metric ? ofOneMetric(asked) : ofTwoMetrics(asked);
  return series === null ? noLabels : { kind: metric === "counter" ? "counters" : "gauges", series };
}

function fedBy(query: Query, group: Labels): { readonly metric: string; readonly labels: Labels } | null {
  const only = onlySelector(query);
  const labels = only === null ? null : labelsFor(only.matchers, group);
  return only === null || labels === null ? null : { metric: only.metric, labels };
}

/** What a query reads whose answer is what is fed. */
function fedAsItIs(query: Query, group: Labels): ReturnType<typeof fedBy> {
  return answersAsItIs(query) ? fedBy(query, group) : null;
}

type Bound = NonNullable<Objective["bound"]>;

/** On its bound a value is good or bad by what the bound says of it; what lies one beside it shows the other. */
function besides({ operator, value }: Bound): { readonly good: string; readonly bad: string } {
  const at = formulaText(value);
  const [below, above] = [formulaText(minus(value, exact("1"))), formulaText(plus(value, exact("1")))];
  switch (operator) {
    case "<":
      return { good: below, bad: at };
    case "<=":
      return { good: at, bad: above };
    case ">":
      return { good: above, bad: at };
    case ">=":
      return { good: at, bad: below };
  }
}

function histogramFeed(histogram: Histogram, { operator, value }: Bound, group: Labels): Feed | string {
  const isLess = operator === "<" || operator === "<=";
  const series = cut(histogram, value, { group, below: isLess ? "good" : "bad" });
  return typeof series === "string" ? series : { kind: "counters", series };
}

/** What a histogram counts of all events, and of those below a bound. */
function cut(
  { selector, buckets, unit }: Histogram,
  bound: Exact,
  { group, below }: { readonly group: Labels; readonly below: FedSeries["counts"] },
): readonly FedSeries[] | string {
  if (buckets === "native") return native;
  const fed = fedBy(selector, group);
  if (fed === null) return notOneSelector;
  const { metric, labels } = fed;
  const le = formulaText(inUnit(unit, bound));
  return [
    { metric: `${metric}_count`, labels, counts: "all" },
    { metric: `${metric}_bucket`, labels: { ...labels, le }, counts: below },
  ];
}

/** Nothing fails, and its first bound alone is missed: what is at least good and what is at most good is then the same. */
function goodputFeed(
  { total, within }: Indicator & { readonly kind: "goodput" },
  group: Labels,
): Feed | string {
  const all = fedBy(total, group);
  if (all === null) return notOneSelector;
  const series: FedSeries[] = [{ ...all, counts: "all" }];
  for (const [at, { histogram, bound }] of within.entries()) {
    const fed = cut(histogram, bound, { group, below: at === 0 ? "good" : "all" });
    if (typeof fed === "string") return fed;
    series.push(...fed);
  }
  return { kind: "counters", series: eachOnce(series) };
}

/** The count of one histogram may be that of all requests as well. */
function eachOnce(series: readonly FedSeries[]): readonly FedSeries[] {
  return [...new Map(series.map((each) => [`${each.metric}${selectorText(each.labels)}`, each])).values()];
}

interface Asked {
  readonly total: NamedSelector;
  readonly part: NamedSelector;
  readonly kind: "good" | "bad";
  readonly group: Labels;
}

/** The events of one kind, and the others beside them. */
function ofOneMetric({ total, part, kind, group }: Asked): readonly FedSeries[] | null {
  const ofPart = labelsFor([...total.matchers, ...part.matchers], group);
  const others = labelsBeside(total.matchers, part.matchers, group);
  if (ofPart === null || others === null) return null;
  return [
    { metric: part.metric, labels: ofPart, counts: kind },
    { metric: total.metric, labels: others, counts: kind === "bad" ? "good" : "bad" },
  ];
}

/** A metric for all events and another for some of them. */
function ofTwoMetrics({ total, part, kind, group }: Asked): readonly FedSeries[] | null {
  const ofTotal = labelsFor(total.matchers, group);
  const ofPart = labelsFor(part.matchers, group);
  if (ofTotal === null || ofPart === null) return null;
  return [
    { metric: total.metric, labels: ofTotal, counts: "all" },
    { metric: part.metric, labels: ofPart, counts: kind },
  ];
}
