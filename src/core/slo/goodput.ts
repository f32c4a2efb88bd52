import { overWindow, type Query } from "../promql/promql.ts";
import type { Seconds } from "../units/units.ts";
import { maskOf } from "./maintenance.ts";
import { type Measure, rateWindow, sampledEvery } from "./measures.ts";
import { type RecordingRule, selectorText, windowText } from "./prometheus.ts";
import { cutAt, filled, named, onGroup, recording, type Series, type Summed, summed } from "./series.ts";
import type { GoodputBound, Indicator } from "./slo.ts";

type Goodput = Indicator & { readonly kind: "goodput" };

/**
 * Of each bound a series of its own: requests that missed it. Over a window their sums are added, or the largest of them is taken, and
 * not the samples: the first token of a request is seen long before its end, and one request that misses both bounds would be two.
 */
export function goodputSeries(measure: Measure, indicator: Goodput): Series {
  const bad = named("bad", "rate", { measure, over: rateWindow });
  const total = named("total", "rate", { measure, over: rateWindow });
  const mask = maskOf(measure.slo.maintenance, rateWindow, measure.labels);
  const masked = (expr: string): string => (mask === null ? expr : `(${expr}) ${mask.unless}`);
  const missed = missedRules(measure, indicator, masked);
  const all = countedOver(indicator.total, measure);
  // Where a histogram is away nothing is known of its bound: then nothing is judged, and that data is absent is told.
  const isKnown = missed.map(({ full }) => ` and ${onGroup(measure.slo.groupBy)} ${full}`).join("");
  return {
    rules: [
      ...(mask === null ? [] : [mask.rule]),
      ...missed.map(({ rule }) => rule),
      recording(total, masked(`(${all})${isKnown}`), measure.labels),
      recording(bad, together(indicator.judged, missedSelector(measure)), measure.labels),
    ],
    ...{ bad: bad.full, total: total.full, isCounted: true, sample: rateWindow, every: sampledEvery, mask },
    share: (sum) => missedShare(measure, indicator.judged, sum),
    summands: [missedSelector(measure), total.full],
  };
}

/** Both of what goodput is between; none of other indicators. */
export function goodputRules(measure: Measure, record: string, sum: Summed): readonly RecordingRule[] {
  if (measure.slo.indicator.kind !== "goodput") return [];
  const bounds: readonly GoodputBound[] = ["guaranteed", "possible"];
  return bounds.map((bound) => ({
    record,
    expr: `1 - ${missedShare(measure, bound, sum)}`,
    labels: { ...measure.labels, bound },
  }));
}

const missedName = `slo:missed:rate${windowText(rateWindow)}`;

/** All of its bounds at once. */
function missedSelector({ labels }: Measure): string {
  return `${missedName}${selectorText(labels)}`;
}

/** Of requests: at most as many missed a bound as missed one each, and at least as many as missed the one that most missed. */
function together(bound: GoodputBound, missed: string): string {
  return bound === "guaranteed" ? `sum without (within) (${missed})` : `max without (within) (${missed})`;
}

function missedShare(measure: Measure, bound: GoodputBound, sum: Summed): string {
  const total = named("total", "rate", { measure, over: rateWindow });
  return `clamp_max(${together(bound, sum(missedSelector(measure)))} / (${sum(total.full)} > 0), 1)`;
}

interface Missed {
  readonly rule: RecordingRule;
  readonly full: string;
}

/** @param masked leaves out what happens within maintenance windows */
function missedRules(
  measure: Measure,
  { total, failed, within }: Goodput,
  masked: (expr: string) => string,
): readonly Missed[] {
  const { slo } = measure;
  const { groupBy } = slo;
  const slow = within.map(({ name, histogram, bound }) => {
    const { all, below } = cutAt(bound, { histogram, over: rateWindow, groupBy });
    return { name, expr: `${all} - ${onGroup(groupBy)} (${filled(below, all, slo)})` };
  });
  const none = filled(countedOver(failed, measure), `(${countedOver(total, measure)})`, slo);
  return [...slow, { name: "request-errors", expr: none }].map(({ name, expr }) => {
    const labels = { ...measure.labels, within: name };
    return {
      rule: { record: missedName, expr: masked(expr), labels },
      full: `${missedName}${selectorText(labels)}`,
    };
  });
}

function countedOver(query: Query, { slo: { groupBy } }: Measure, over: Seconds = rateWindow): string {
  return summed(overWindow(query, { over: "rate", length: windowText(over) }), query, groupBy);
}
