import { z } from "zod";
import type { Path } from "../../manifest/document.ts";
import type { Subject } from "../../manifest/issues.ts";
import type { Problem } from "../../problem/problem.ts";
import { someText } from "../fields.ts";
import { isSelector, windowTemplate } from "./query.ts";
import { prometheus, type RatioMetric } from "./slo-document.ts";
import { type Part, told } from "./translation.ts";

const selector = someText(
  "A metric with its matchers, and nothing around it.",
  'http_requests_total{job="chat"}',
);
const metric = z.strictObject({ metric: selector });
const grouping = z.array(someText("A label.", "route")).optional();

const ratio = z.strictObject({ errors: metric, total: metric, grouping });
const latency = z.strictObject({ success: metric, total: metric, grouping });
const latencyNative = z.strictObject({
  latency: someText("Below which an answer is good.", "200ms"),
  total: metric,
  grouping,
});
const boolGauge = z.strictObject({ metric: selector, grouping });

export const pyrraIndicator = z.strictObject({
  ratio: ratio.optional(),
  latency: latency.optional(),
  latencyNative: latencyNative.optional(),
  bool_gauge: boolGauge.optional(),
});

export type PyrraIndicator = z.output<typeof pyrraIndicator>;

/** @param at where it stands in the spec */
export function indicatorOf(spec: Subject, indicator: PyrraIndicator, at: Path): Part<RatioMetric> {
  const kinds = ["ratio", "latency", "latencyNative", "bool_gauge"] as const;
  const given = kinds.filter((kind) => indicator[kind] !== undefined);
  if (given.length > 1) {
    const because = `has ${given.join(" and ")}, which exclude one another`;
    const mend = "delete all but one of them";
    return refused([told(spec, "manifest/contradiction", { path: at, because, mend })]);
  }
  if (indicator.ratio !== undefined) return ofRatio(spec, indicator.ratio, [...at, "ratio"]);
  if (indicator.latency !== undefined) return ofLatency(spec, indicator.latency, [...at, "latency"]);
  if (indicator.latencyNative !== undefined)
    return ofNative(spec, indicator.latencyNative, [...at, "latencyNative"]);
  if (indicator.bool_gauge !== undefined) return ofGauge(spec, indicator.bool_gauge, [...at, "bool_gauge"]);
  const because = "says nothing to measure";
  const mend = `add one of ${kinds.join(", ")}`;
  return refused([told(spec, "manifest/missing-key", { path: at, because, mend })]);
}

function refused(problems: readonly Problem[]): Part<RatioMetric> {
  return { ok: false, problems };
}

/** The value where nothing is wrong. */
function unless(problems: readonly Problem[], value: RatioMetric): Part<RatioMetric> {
  return problems.length === 0 ? { ok: true, value, warnings: [] } : refused(problems);
}

function metricProblems(spec: Subject, text: string, path: Path): readonly Problem[] {
  if (isSelector(text)) return [];
  const because = "is more than a metric with its matchers";
  const mend =
    'write a metric alone, such as http_requests_total{job="chat"}; what sums it is added by itself';
  return [told(spec, "manifest/out-of-range", { path, because, mend })];
}

function ofRatio(spec: Subject, { errors, total }: z.output<typeof ratio>, at: Path): Part<RatioMetric> {
  const problems = [
    ...metricProblems(spec, errors.metric, [...at, "errors", "metric"]),
    ...metricProblems(spec, total.metric, [...at, "total", "metric"]),
  ];
  const counters = { bad: prometheus(errors.metric.trim()), total: prometheus(total.metric.trim()) };
  return unless(problems, { counter: true, ...counters });
}

function ofLatency(spec: Subject, { success, total }: z.output<typeof latency>, at: Path): Part<RatioMetric> {
  const problems = [
    ...metricProblems(spec, success.metric, [...at, "success", "metric"]),
    ...metricProblems(spec, total.metric, [...at, "total", "metric"]),
  ];
  const counters = { good: prometheus(success.metric.trim()), total: prometheus(total.metric.trim()) };
  return unless(problems, { counter: true, ...counters });
}

/** OpenSLO compares values with a bound and cannot cut a histogram: the share below the bound is asked of Prometheus. */
function ofNative(spec: Subject, given: z.output<typeof latencyNative>, at: Path): Part<RatioMetric> {
  const bound = secondsText(given.latency);
  const path = [...at, "latency"];
  const because = `is "${given.latency}", which is no length of time above 0`;
  const wrongBound = { path, because, mend: "write a whole number and a unit, such as 200ms or 1s" };
  const problems = [
    ...(bound === null ? [told(spec, "manifest/impossible-quantity", wrongBound)] : []),
    ...metricProblems(spec, given.total.metric, [...at, "total", "metric"]),
  ];
  const rates = `${sumBy(given.grouping)}(rate(${given.total.metric.trim()}[${windowTemplate}]))`;
  const raw = prometheus(`histogram_fraction(0, ${bound ?? ""}, ${rates})`);
  return unless(problems, { counter: false, raw, rawType: "success" });
}

/** Share of samples that were 1, those of all its series together, as Pyrra takes it; of one series it is `avg_over_time`. */
function ofGauge(spec: Subject, given: z.output<typeof boolGauge>, at: Path): Part<RatioMetric> {
  const problems = metricProblems(spec, given.metric, [...at, "metric"]);
  const samples = `${given.metric.trim()}[${windowTemplate}]`;
  const sum = sumBy(given.grouping);
  const raw = prometheus(`${sum}(sum_over_time(${samples})) / ${sum}(count_over_time(${samples}))`);
  return unless(problems, { counter: false, raw, rawType: "success" });
}

function sumBy(labels: readonly string[] = []): string {
  return labels.length === 0 ? "sum" : `sum by (${labels.join(", ")}) `;
}

const unitMs = {
  y: 365 * 86_400_000,
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};

/** A duration of Prometheus in seconds; `null`: it is none, or of no length. */
function secondsText(duration: string): string | null {
  const found = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(
    duration,
  );
  const counts = found?.slice(1) ?? [];
  const ms = Object.values(unitMs).reduce((sum, size, at) => sum + Number(counts[at] ?? "0") * size, 0);
  return ms > 0 ? String(ms / 1000) : null;
}
