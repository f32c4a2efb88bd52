import { documentNamed, type Named } from "../openslo/references.ts";
import { upgraded } from "../openslo/upgrade.ts";
import { mapAt, textAt, type Written } from "../openslo/written.ts";
import { onlySelector } from "../promql/one-selector.ts";
import { type Query, readPromQl } from "../promql/promql.ts";
import type { Told } from "./problems.ts";
import { isOfLlm, llmMetric } from "./read-llm.ts";
import type { Indicator } from "./slo.ts";

export interface ReadIndicator {
  readonly indicator: Indicator;
  /** By what its own queries keep it apart. */
  readonly groupBy: readonly string[];
}

type Path = Parameters<Told>[0];

/**
 * What an SLO measures, or an objective that has an indicator of its own; in place or by name.
 *
 * @param at where the part stands that has the indicator
 * @returns `null`: why not has been told
 */
export function readIndicator(
  { part, at }: { readonly part: Written; readonly at: Path },
  named: Named,
  told: Told,
): ReadIndicator | null {
  const name = textAt(part, "indicatorRef");
  const path: Path = [...at, name === null ? "indicator" : "indicatorRef"];
  const sli = name === null ? mapAt(mapAt(part, "indicator"), "spec") : referredTo(name, named);
  const within = (...keys: readonly string[]): Path => (name === null ? [...path, "spec", ...keys] : path);
  const context: Context = { named, told, path: within };
  return "ratioMetric" in sli
    ? ratioOf(mapAt(sli, "ratioMetric"), context)
    : thresholdOf(mapAt(sli, "thresholdMetric"), context);
}

export function hasIndicator(part: Written): boolean {
  return "indicator" in part || "indicatorRef" in part;
}

/** How the indicator of a part is called. */
export function indicatorName(part: Written): string {
  return textAt(part, "indicatorRef") ?? textAt(mapAt(mapAt(part, "indicator"), "metadata"), "name") ?? "";
}

interface Context {
  readonly named: Named;
  readonly told: Told;
  /** Where in the SLO a part of what is measured stands; where it is measured elsewhere, its name. */
  readonly path: (...keys: readonly string[]) => Path;
}

function referredTo(name: string, named: Named): Written {
  const document = documentNamed(named, "SLI", name);
  // References have been looked at, and what is named is valid.
  const [sli = {}] = upgraded(document?.apiVersion ?? "", (document?.value ?? {}) as Written);
  return mapAt(sli, "spec");
}

function ratioOf(ratio: Written, context: Context): ReadIndicator | null {
  if ("raw" in ratio) {
    const llm = llmAt(mapAt(ratio, "raw"), ["ratioMetric", "raw"], { ...context, form: rawForm(ratio) });
    if (llm !== "none") return llm;
    const raw = queryAt(mapAt(ratio, "raw"), ["ratioMetric", "raw"], context);
    const of = textAt(ratio, "rawType") === "success" ? "good" : "bad";
    return raw === null ? null : { indicator: { kind: "ratio", raw, of }, groupBy: groupsIn(raw) };
  }
  const kind = "good" in ratio ? "good" : "bad";
  const total = queryAt(mapAt(ratio, "total"), ["ratioMetric", "total"], context);
  const query = queryAt(mapAt(ratio, kind), ["ratioMetric", kind], context);
  if (total === null || query === null) return null;
  const groupBy = groupsIn(total);
  if (groupsIn(query).join() !== groupBy.join()) {
    context.told(context.path("ratioMetric"), {
      code: "slo/mixed-groups",
      what: `all events are summed by (${groupBy.join(", ")}), the ${kind} ones by (${groupsIn(query).join(", ")})`,
      mend: "sum both by the same labels, in the same order",
    });
    return null;
  }
  const metric = ratio["counter"] === true ? "counter" : "gauge";
  return { indicator: { kind: "events", metric, lag: "none", total, part: { kind, query } }, groupBy };
}

function thresholdOf(metric: Written, context: Context): ReadIndicator | null {
  const llm = llmAt(metric, thresholdKeys, { ...context, form: "threshold" });
  if (llm !== "none") return llm;
  const fields = mapAt(mapAt(metric, "metricSource"), "spec");
  for (const [key, buckets] of histogramKeys) {
    const selector = textAt(fields, key);
    if (selector !== null && isOfPrometheus(metric, thresholdKeys, context))
      return histogramOf({ selector, buckets }, context);
  }
  const query = queryAt(metric, thresholdKeys, context);
  return query === null ? null : { indicator: { kind: "value", query }, groupBy: groupsIn(query) };
}

const thresholdKeys = ["thresholdMetric"] as const;

/** Beside `query`, a metric of Prometheus may be the name of a histogram. */
const histogramKeys = [
  ["histogram", "classic"],
  ["nativeHistogram", "native"],
] as const;

function rawForm(ratio: Written): "success" | "failure" {
  return textAt(ratio, "rawType") === "success" ? "success" : "failure";
}

/** What a metric that names an indicator of language models comes to; `none`: it names none. */
function llmAt(
  metric: Written,
  keys: readonly string[],
  context: Context & { readonly form: "threshold" | "success" | "failure" },
): ReadIndicator | null | "none" {
  const fields = mapAt(mapAt(metric, "metricSource"), "spec");
  if (!isOfLlm(fields)) return "none";
  if (!isOfPrometheus(metric, keys, context)) return null;
  const path = context.path(...keys, "metricSource", "spec");
  const indicator = llmMetric(fields, context.form, (found) => {
    context.told(path, found);
  });
  return indicator === null ? null : { indicator, groupBy: [] };
}

function histogramOf(
  { selector, buckets }: { readonly selector: string; readonly buckets: "classic" | "native" },
  context: Context,
): ReadIndicator | null {
  const path = context.path(...thresholdKeys, "metricSource", "spec");
  const read = readQuery(selector, path, context);
  if (read === null) return null;
  if (isHistogramName(read))
    return {
      indicator: { kind: "histogram", selector: read, buckets, unit: "as-written", known: null },
      groupBy: [],
    };
  context.told(path, {
    code: "slo/no-histogram",
    what: `"${selector}" is not the name of a histogram, with labels of its own in braces`,
    mend: 'write the name alone, such as request_duration_seconds{job="chat"}, without _bucket and le',
  });
  return null;
}

/** Its series are asked for by suffixes of the name, and its buckets by `le`. */
function isHistogramName(read: Query): boolean {
  const [only] = read.instants;
  const named = onlySelector(read);
  return (
    only?.begin === 0 &&
    only.end === read.text.trimEnd().length &&
    named !== null &&
    read.text.startsWith(named.metric) &&
    !/_(bucket|count|sum)$/.test(named.metric) &&
    !named.matchers.some(({ label }) => label === "le")
  );
}

/** @param keys where in what is measured the metric stands */
function queryAt(metric: Written, keys: readonly string[], context: Context): Query | null {
  if (!isOfPrometheus(metric, keys, context)) return null;
  const fields = mapAt(mapAt(metric, "metricSource"), "spec");
  const path = context.path(...keys, "metricSource", "spec");
  if (isOfLlm(fields)) {
    context.told(path, {
      code: "slo/llm",
      what: "it counts an indicator of a language model as one side of a ratio, and that is a ratio itself",
      mend: "write ratioMetric: { raw: { metricSource: … }, rawType: success } with it, or rawType: failure",
    });
    return null;
  }
  const key = ["query", "promql"].find((each) => textAt(fields, each) !== null);
  if (key !== undefined) return readQuery(textAt(fields, key) ?? "", [...path, key], context);
  const given = Object.keys(fields).join(", ");
  context.told(path, {
    code: "slo/no-query",
    what: `its metric has no query${given === "" ? "" : `, only ${given}`}`,
    mend: "write query: with PromQL in metricSource.spec",
  });
  return null;
}

function isOfPrometheus(metric: Written, keys: readonly string[], { named, told, path }: Context): boolean {
  const source = mapAt(metric, "metricSource");
  const ref = textAt(source, "metricSourceRef");
  const referred = ref === null ? null : documentNamed(named, "DataSource", ref);
  const type = textAt(source, "type") ?? textAt(mapAt((referred?.value ?? {}) as Written, "spec"), "type");
  if (type === null || /^(prometheus|promql|mimir|thanos|cortex|victoriametrics)$/i.test(type)) return true;
  told(path(...keys, "metricSource"), {
    code: "slo/foreign-source",
    what: `it is measured by ${type}`,
    mend: "measure it with Prometheus, or with what answers PromQL as it does",
  });
  return false;
}

function readQuery(text: string, path: Path, { told }: Context): Query | null {
  const read = readPromQl(text);
  if (read.ok) return isOfSeries(read.query, text, { path, told }) ? read.query : null;
  const [before, after] = [text.slice(0, read.offset), text.slice(read.offset)];
  told(path, {
    code: "slo/unreadable-query",
    what: `its query is no PromQL: ${read.because}, character ${read.offset + 1}: ${before}⟨here⟩${after}`,
    mend: "mend the query; Prometheus itself shows what it answers",
  });
  return null;
}

function isOfSeries(
  { instants, hasRange, answers }: Query,
  text: string,
  { path, told }: { readonly path: Path; readonly told: Told },
): boolean {
  if (instants.length === 0 && !hasRange) {
    const what = `its query "${text}" reads no series`;
    const mend = "write a query of what is measured, such as sum(http_requests_total)";
    told(path, { code: "slo/constant-query", what, mend });
    return false;
  }
  if (answers === "series") return true;
  const what = `its query "${text}" answers ${notSeries[answers].such}, and rules need series at an instant`;
  told(path, { code: "slo/unreadable-query", what, mend: notSeries[answers].mend });
  return false;
}

const notSeries = {
  ranges: {
    such: "series over a range",
    mend: "leave the range out, or take a function of it, such as avg_over_time",
  },
  number: { such: "one number", mend: "leave scalar out, or put vector(…) around all of it" },
  text: { such: "a text", mend: "write the query without quotes around it" },
} as const;

function groupsIn({ outermost }: Query): readonly string[] {
  return outermost.kind === "sum" ? outermost.labels : [];
}
