import { overWindow, type Query, withWindow } from "../promql/promql.ts";
import { type Exact, exact, formulaText, minus, times } from "../units/exact.ts";
import type { Seconds } from "../units/units.ts";
import { edgePattern } from "./bucket-edge.ts";
import { type Mask, maskOf } from "./maintenance.ts";
import { type Measure, rateWindow, sampledEvery } from "./measures.ts";
import { type Labels, type RecordingRule, selectorText, windowText } from "./prometheus.ts";
import type { Indicator, Objective, Slo } from "./slo.ts";

/** The two series that all else is made of: at each sample what was bad, and all there was. */
export interface Series {
  readonly rules: readonly RecordingRule[];
  /** Names with their labels, as a formula has them. */
  readonly bad: string;
  readonly total: string;
  /** How long a time one sample speaks for. */
  readonly sample: Seconds;
  /** How often they are sampled. */
  readonly every: Seconds;
  /** Whether `total` is a rate of events, so that events can be counted. */
  readonly isCounted: boolean;
  /** Leaves out what happens within maintenance windows; `null`: there are none. */
  readonly mask: Mask | null;
  /** What share was bad over a window, told how a series is summed over it; nothing where nothing happened. */
  readonly share: (sum: Summed) => string;
  /** All that `share` sums, names with their labels. */
  readonly summands: readonly string[];
}

/** How a series is summed over a window. */
export type Summed = (series: string) => string;

type Goodput = Indicator & { readonly kind: "goodput" };
type Histogram = Indicator & { readonly kind: "histogram" };
/** What comes to two series by one formula each. */
export type Simple = Exclude<Indicator, Goodput>;

/** What is asked for the raw series, over a window. */
interface Asked {
  readonly measure: Measure;
  readonly over: Seconds;
  readonly bad: string;
  readonly total: string;
}

export function seriesOf(measure: Measure, indicator: Simple): Series {
  const { method } = measure.slo;
  const isCounted = indicator.kind === "events" || indicator.kind === "histogram";
  if (method.kind === "occurrences") {
    const raw = rawSeries(measure, indicator, rateWindow);
    return { ...raw, ...quotientOf(raw), sample: rateWindow, every: sampledEvery, isCounted };
  }
  const { slice } = method;
  const raw = rawSeries(measure, indicator, slice);
  const bad = named("bad", "slice", { measure, over: slice });
  const total = named("total", "slice", { measure, over: slice });
  const rules = sliceRules(measure, { raw, bad, total });
  return {
    rules: [...raw.rules, ...rules],
    ...{ bad: bad.full, total: total.full, sample: slice, every: slice, isCounted: false, mask: raw.mask },
    ...quotientOf({ bad: bad.full, total: total.full }),
  };
}

/** Sums divided by one another, and nothing where nothing happened. */
function quotientOf({ bad, total }: Pick<Series, "bad" | "total">): Pick<Series, "share" | "summands"> {
  return { share: (sum) => `${sum(bad)} / (${sum(total)} > 0)`, summands: [bad, total] };
}

export interface Named {
  readonly record: string;
  readonly full: string;
}

export function named(
  what: "bad" | "total",
  of: "rate" | "slice",
  { measure, over }: { readonly measure: Measure; readonly over: Seconds },
): Named {
  const record = `slo:${what}:${of}${windowText(over)}`;
  return { record, full: `${record}${selectorText(measure.labels)}` };
}

function rawSeries(
  measure: Measure,
  indicator: Simple,
  over: Seconds,
): Pick<Series, "rules" | "bad" | "total" | "mask"> {
  const bad = named("bad", "rate", { measure, over });
  const total = named("total", "rate", { measure, over });
  const asked: Asked = { measure, over, bad: bad.full, total: total.full };
  const { totalFirst, ofTotal, ofBad } = formulas(indicator, asked);
  const mask = maskOf(measure.slo.maintenance, over, measure.labels);
  const masked = (expr: string): string => (mask === null ? expr : `(${expr}) ${mask.unless}`);
  const totalRule = recording(total, masked(ofTotal), measure.labels);
  const badRule = recording(bad, masked(ofBad), measure.labels);
  const both = totalFirst ? [totalRule, badRule] : [badRule, totalRule];
  // Each reads those before it: rules of a group are worked out in order.
  return {
    rules: mask === null ? both : [mask.rule, ...both],
    ...{ bad: bad.full, total: total.full, mask },
  };
}

export function recording({ record }: Named, expr: string, labels: Labels): RecordingRule {
  return { record, expr, labels };
}

interface Formulas {
  readonly totalFirst: boolean;
  readonly ofTotal: string;
  readonly ofBad: string;
}

function formulas(indicator: Simple, asked: Asked): Formulas {
  switch (indicator.kind) {
    case "events":
      return eventFormulas(indicator, asked);
    case "ratio": {
      const text = withWindow(indicator.raw, windowText(asked.over));
      // A ratio of nothing to nothing is no number, and no number is at least 0: it is left out, and so counts for nothing.
      const share = `((${text}) >= 0)`;
      return ofValues(
        meanInSlice(indicator.raw, indicator.of === "bad" ? share : `1 - ${share}`, asked),
        asked,
      );
    }
    case "value":
      return ofValues(meanInSlice(indicator.query, valueFormula(indicator.query, asked), asked), asked);
    case "histogram":
      return indicator.buckets === "classic"
        ? bucketFormulas(indicator, asked)
        : nativeFormulas(indicator, asked);
  }
}

/** Each sample counts alike, where there is one. */
function ofValues(ofBad: string, { bad }: Asked): Formulas {
  return { totalFirst: false, ofBad, ofTotal: `0 * ${bad} + 1` };
}

/** A slice is looked at each minute of it; once, where the query says itself what it looks back on: all of the slice. */
function meanInSlice({ open }: Query, ofBad: string, { measure, over }: Asked): string {
  const { method } = measure.slo;
  if (method.kind === "occurrences" || over <= sampledEvery || open !== null) return ofBad;
  return `avg_over_time((${ofBad})[${windowText(over)}:${windowText(sampledEvery)}])`;
}

function valueFormula(query: Query, { measure, over }: Asked): string {
  const { operator, value } = boundOf(measure);
  return `1 - (((${withWindow(query, windowText(over))}) >= -Inf) ${operator} bool ${formulaText(value)})`;
}

function boundOf({ objectives: [objective] }: Measure): NonNullable<Objective["bound"]> {
  return objective?.bound ?? { operator: "<=", value: exact("0") };
}

function eventFormulas(
  { metric, total, part }: Indicator & { readonly kind: "events" },
  asked: Asked,
): Formulas {
  const over = metric === "counter" ? "rate" : "avg_over_time";
  const window = { over, length: windowText(asked.over) } as const;
  const { groupBy } = asked.measure.slo;
  const sum = (query: Query): string => summed(overWindow(query, window), query, groupBy);
  const some = orNothing(sum(part.query), asked);
  const ofBad = part.kind === "bad" ? some : `${asked.total} - ${onGroup(groupBy)} (${some})`;
  return { totalFirst: true, ofTotal: sum(total), ofBad };
}

/** Until the first event of a kind, and after a restart, there is no series of it: that is none of them, and not that nothing is known. */
function orNothing(some: string, { total, measure }: Asked): string {
  return filled(some, total, measure.slo);
}

export function filled(some: string, all: string, { groupBy }: Pick<Slo, "groupBy">): string {
  return `${some} or ${onGroup(groupBy)} 0 * ${all}`;
}

/** @param query that it was made of: what is summed by these labels already is not summed again */
export function summed(expr: string, { outermost }: Query, groupBy: readonly string[]): string {
  const isSummed = outermost.kind === "sum" && outermost.labels.join() === groupBy.join();
  if (isSummed) return expr;
  return groupBy.length === 0 ? `sum(${expr})` : `sum by (${groupBy.join(", ")}) (${expr})`;
}

export function onGroup(groupBy: readonly string[]): string {
  return `on (${groupBy.join(", ")})`;
}

function bucketFormulas(histogram: Histogram, asked: Asked): Formulas {
  const { groupBy } = asked.measure.slo;
  const { operator, value } = boundOf(asked.measure);
  const { all, below } = cutAt(value, { histogram, over: asked.over, groupBy });
  const some = orNothing(below, asked);
  const isLess = operator === "<" || operator === "<=";
  return {
    totalFirst: true,
    ofTotal: all,
    ofBad: isLess ? `${asked.total} - ${onGroup(groupBy)} (${some})` : some,
  };
}

/** How many observations a second a histogram has, and how many of them below a bound. */
export function cutAt(
  bound: Exact,
  given: { readonly histogram: Histogram; readonly over: Seconds; readonly groupBy: readonly string[] },
): { readonly all: string; readonly below: string } {
  const { selector, unit } = given.histogram;
  const sum = (expr: string): string =>
    summed(
      `rate(${expr}[${windowText(given.over)}])`,
      { ...selector, outermost: { kind: "none" } },
      given.groupBy,
    );
  const edge = edgePattern(inUnit(unit, bound));
  return {
    all: sum(suffixed(selector.text, "_count", null)),
    below: sum(suffixed(selector.text, "_bucket", `le=~"${edge}"`)),
  };
}

/** A bound as the histogram writes its own. */
export function inUnit(unit: Histogram["unit"], bound: Exact): Exact {
  return unit === "as-written" ? bound : times(bound, exact("1000"));
}

function suffixed(selector: string, suffix: string, matcher: string | null): string {
  const [, name = "", braces = ""] = /^([^{\s]+)\s*(\{[^]*\})?$/.exec(selector.trim()) ?? [];
  const inner = braces
    .slice(1, -1)
    .replace(/[\s,]+$/, "")
    .trim();
  const matchers = [inner, matcher ?? ""].filter((each) => each !== "").join(",");
  return `${name}${suffix}${matchers === "" ? "" : `{${matchers}}`}`;
}

function nativeFormulas({ selector, unit }: Histogram, asked: Asked): Formulas {
  const { groupBy } = asked.measure.slo;
  const rates = summed(
    `rate(${selector.text}[${windowText(asked.over)}])`,
    { ...selector, outermost: { kind: "none" } },
    groupBy,
  );
  const { operator, value } = boundOf(asked.measure);
  const share = `(histogram_fraction(-Inf, ${formulaText(inUnit(unit, value))}, ${rates}) >= 0)`;
  const isLess = operator === "<" || operator === "<=";
  const bad = `${onGroup(groupBy)} group_right () ${asked.total}`;
  return {
    totalFirst: true,
    ofTotal: `histogram_count(${rates})`,
    // Of no events no share is known: none of them was bad.
    ofBad: orNothing(isLess ? `(1 - ${share}) * ${bad}` : `${share} * ${bad}`, asked),
  };
}

interface SliceNames {
  readonly raw: Pick<Series, "bad" | "total">;
  readonly bad: Named;
  readonly total: Named;
}

/** What sums and quotients are off by in their last digits: a slice that just keeps its target is good. */
const rounding = "1e-12";

/** Of each slice: whether it was bad, or what share of it. */
function sliceRules(measure: Measure, { raw, bad, total }: SliceNames): readonly RecordingRule[] {
  const { method } = measure.slo;
  const share = `${raw.bad} / (${raw.total} > 0)`;
  const [objective] = measure.objectives;
  const tolerated = formulaText(minus(exact("1"), objective?.sliceTarget ?? exact("1")));
  const judged = method.kind === "timeslices" ? `${share} - ${rounding} > bool ${tolerated}` : share;
  const isIdleGood = method.kind === "timeslices" && method.idle === "good";
  return [
    recording(bad, isIdleGood ? `(${judged}) or 0 * ${raw.total}` : judged, measure.labels),
    recording(total, `0 * ${bad.full} + 1`, measure.labels),
  ];
}
