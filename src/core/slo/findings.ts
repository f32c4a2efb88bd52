import type { Problem } from "../problem/problem.ts";
import { compared, exact, formulaText, times } from "../units/exact.ts";
import { budgetOf, raised, shortNumber } from "./burn-tiers.ts";
import { burnWindows } from "./burn-windows.ts";
import { fastestBurn } from "./composite-burn.ts";
import { compositeSample } from "./composite.ts";
import { oddConditions } from "./condition-findings.ts";
import { fastestBurnOf, sampleOf } from "./conditions.ts";
import { misfitsOf } from "./edges.ts";
import type { Exposition } from "./exposition.ts";
import { windowText } from "./prometheus.ts";
import type { CompositeSlo, Indicator, Objective, Promised, Slo } from "./slo.ts";

/** What is allowed, and is most likely a mistake. */
const whys = {
  "slo/absent-metric":
    "what nobody exports is not measured, and a name that has changed looks like a service that nobody asks",
  "slo/alert-cannot-fire":
    "no more than everything can fail, and then the budget burns 1 ÷ (1 − target) times as fast as it may",
  "slo/no-bucket-edge":
    "a histogram knows how many were below the edges of its buckets alone: cut anywhere else, all of it counts as above",
  "slo/short-calendar": "in OpenSLO m is a minute and M a month",
  "slo/small-target":
    "targetPercent counts in percent: 99.9 is three nines, and 0.999 is less than one in a hundred",
  "slo/wrong-way": "an objective that calls slow good and quick bad is met all the time",
  "slo/condition-wrong-way":
    "a budget burns slowly while all is fine, and an alert says that something is not",
  "slo/condition-always": "an alert that never ends says nothing when something fails",
  "slo/short-lookback": "a rate is taken over five minutes, and a slice is judged as a whole",
  "slo/long-slices": "an alert looks at windows that hold several slices",
} as const;

type FindingCode = keyof typeof whys;

/** Below this share of good events a target was most likely meant otherwise. */
const targetMin = exact("0.05");

/**
 * What is odd about a promise, worst first for each of its objectives.
 *
 * @param exposition what the servers export that it measures, where it is known
 */
export function sloFindings(slo: Slo, exposition: Exposition | null): readonly Problem[] {
  return [
    ...misfitsOf(slo, exposition).map(({ code, ...told }) => found(slo, code, told)),
    ...shortCalendar(slo),
    ...slo.objectives.flatMap((objective) => [...smallTarget(slo, objective), ...wrongWay(slo, objective)]),
    ...unreachable(slo),
    ...longSlices(slo),
    ...oddConditions(slo, { fastest: slo.objectives.map(fastestBurnOf), sample: sampleOf(slo) }).map(
      ({ code, ...odd }) => found(slo, code, odd),
    ),
  ];
}

export function compositeFindings(
  composite: CompositeSlo,
  exposition: Exposition | null,
): readonly Problem[] {
  const seen = { fastest: [fastestBurn(composite)], sample: compositeSample(composite) };
  return [
    ...composite.components.flatMap(({ slo }) => sloFindings(slo, exposition)),
    ...oddConditions(composite, seen).map(({ code, ...odd }) => found(composite, code, odd)),
  ];
}

function found(of: Promised, code: FindingCode, { what, mend }: Pick<Problem, "what" | "mend">): Problem {
  return { code, what: `SLO "${of.name}": ${what}`, where: of.declaredAt, why: whys[code], mend };
}

function shortCalendar(slo: Slo): readonly Problem[] {
  const { period } = slo;
  if (period.kind === "rolling" || period.length >= 3600) return [];
  const what = `its calendar window is ${windowText(period.length)} long`;
  return [found(slo, "slo/short-calendar", { what, mend: "write 1M if a month is meant" })];
}

function smallTarget(slo: Slo, objective: Objective): readonly Problem[] {
  if (compared(objective.target, targetMin) >= 0) return [];
  const what = `of ${shortNumber(times(objective.target, exact("100")))} % good events it is content`;
  return [found(slo, "slo/small-target", { what, mend: "write target: 0.999 or targetPercent: 99.9" })];
}

/** Words in the name of a metric that say which way is good. */
const betterBelow = /seconds|latency|duration|lag|delay|_ms\b|age|errors?|failures?|queue|depth/i;
const betterAbove = /throughput|availab|success|good|healthy|hits?_|per_second/i;

function wrongWay(slo: Slo, { bound }: Objective): readonly Problem[] {
  const text = queryText(slo.indicator);
  if (bound === null || text === null) return [];
  const isLess = bound.operator === "<" || bound.operator === "<=";
  const [below, above] = [betterBelow.test(text), betterAbove.test(text)];
  const isWrong = isLess ? above && !below : below && !above;
  if (!isWrong) return [];
  const what = `${text} is good where it is ${bound.operator} ${formulaText(bound.value)}`;
  return [found(slo, "slo/wrong-way", { what, mend: `turn op around: ${isLess ? "gte" : "lte"}` })];
}

function queryText(indicator: Indicator): string | null {
  switch (indicator.kind) {
    case "value":
      return indicator.query.text;
    case "histogram":
      return indicator.selector.text;
    case "events":
    case "ratio":
    case "goodput":
      return null;
  }
}

function unreachable(slo: Slo): readonly Problem[] {
  const windows = raised(slo.alerting, burnWindows(slo.period.length));
  return slo.objectives.flatMap((objective) => {
    const out = windows.filter(({ factor }) => compared(times(factor, budgetOf(objective)), exact("1")) >= 0);
    if (out.length === 0) return [];
    const rates = out
      .map(({ factor, long }) => `${shortNumber(factor)} (over ${windowText(long)})`)
      .join(", ");
    const percent = shortNumber(times(objective.target, exact("100")));
    const what = `at a target of ${percent} % the budget cannot burn at ${rates}: no alert is made for it`;
    return [
      found(slo, "slo/alert-cannot-fire", {
        what,
        mend: "raise the target, or accept that only slower alerts are left",
      }),
    ];
  });
}

function longSlices(slo: Slo): readonly Problem[] {
  const { alerting, method, period } = slo;
  if (method.kind === "occurrences") return [];
  const out = raised(alerting, burnWindows(period.length)).filter(({ short }) => short < method.slice);
  if (out.length === 0) return [];
  const windows = out.map(({ short }) => windowText(short)).join(", ");
  const what = `slices of ${windowText(method.slice)} are longer than the short windows ${windows}: those alerts are left out`;
  return [found(slo, "slo/long-slices", { what, mend: "write a shorter timeSliceWindow, such as 1m" })];
}
