import { formulaText } from "../units/exact.ts";
import { type Seconds, seconds } from "../units/units.ts";
import { absentAlert, burnAlerts, contradictionAlert, type Guarded } from "./alerts.ts";
import { type BurnTier, budgetOf, burnTiers, raised } from "./burn-tiers.ts";
import { type BurnWindow, burnWindows } from "./burn-windows.ts";
import { type CalendarSum, calendarSum } from "./calendar-sum.ts";
import { conditionAlerts, lookbackOf } from "./conditions.ts";
import { type Measure, measuresOf, objectiveLabel, rateWindow } from "./measures.ts";
import { outdatedAlerts } from "./outdated.ts";
import {
  type AlertingRule,
  type Labels,
  type RecordingRule,
  type Rule,
  type RuleGroup,
  selectorText,
  windowText,
} from "./prometheus.ts";
import { goodputRules, goodputSeries } from "./goodput.ts";
import { type Series, seriesOf, type Summed } from "./series.ts";
import type { Objective, Slo } from "./slo.ts";

/** Windows of a day and more move slowly: they are worked out less often. Below the five minutes after which a sample is stale. */
export const slowEvery = seconds(120);
const slowFrom = seconds(86_400);

export function isSlow(window: Seconds): boolean {
  return window >= slowFrom;
}

/** The rules that guard an SLO, in groups: what is measured with the fast windows and the alerts, then the slow windows. */
export function ruleGroups(slo: Slo): readonly RuleGroup[] {
  return measuredGroups(slo).flatMap(({ fast, slow }) => [fast, slow]);
}

/** Of each measure of an SLO. */
export function measuredGroups(slo: Slo): readonly { readonly fast: RuleGroup; readonly slow: RuleGroup }[] {
  const measures = measuresOf(slo);
  return measures.map((measure, at) => {
    const component = slo.component === null ? "" : `/${slo.component}`;
    const name = `${groupName(slo)}${component}${measures.length === 1 ? "" : `/${at + 1}`}`;
    return groupsOf(measure, name);
  });
}

/** No name has what stands between its parts: Prometheus refuses a file in which two groups are called alike. */
export function groupName({ name }: Pick<Slo, "name">): string {
  return `slo-${name}`;
}

/** Of what is worked out less often, beside a group. */
export function periodGroup(name: string): string {
  return `${name}:period`;
}

function groupsOf(measure: Measure, name: string): ReturnType<typeof measuredGroups>[number] {
  const { slo } = measure;
  const series = measuredSeries(measure);
  const tiers = burnWindows(slo.period.length).filter(({ short }) => short >= series.sample);
  const lookbacks = slo.alerting.conditions.map((each) => lookbackOf(each, series.sample));
  const windows = windowsOf(tiers, lookbacks, series);
  const error = (window: Seconds): string => `${errorName(window)}${selectorText(measure.labels)}`;
  const ratio = (window: Seconds): RecordingRule => errorRule(window, measure, series);
  const fast: readonly Rule[] = [
    ...series.rules,
    ...windows.filter((window) => !isSlow(window)).map(ratio),
    ...goodputNow(measure),
    ...(slo.alerting.kind === "none" ? [] : alertsOf({ measure, series, error })),
  ];
  const slow = [
    ...windows.filter(isSlow).map(ratio),
    ...periodRules(measure, series),
    ...measure.objectives.flatMap((objective) => budgetRules(measure, objective)),
  ];
  return {
    fast: { name, interval: series.every, rules: fast },
    slow: { name: periodGroup(name), interval: slowEvery, rules: slow },
  };
}

/** What an SLO's indicator comes to. */
export function measuredSeries(measure: Measure): Series {
  const { indicator } = measure.slo;
  return indicator.kind === "goodput" ? goodputSeries(measure, indicator) : seriesOf(measure, indicator);
}

/** Between what goodput is now, and over an hour, which smooths it. */
function goodputNow(measure: Measure): readonly RecordingRule[] {
  const hour = seconds(3600);
  return [
    ...goodputRules(measure, `slo:goodput:ratio_rate${windowText(rateWindow)}`, asItIs),
    ...goodputRules(measure, `slo:goodput:ratio_rate${windowText(hour)}`, summedOver(hour)),
  ];
}

/** Every window that an alert looks at, each once, shortest first. */
function windowsOf(
  tiers: readonly BurnWindow[],
  lookbacks: readonly Seconds[],
  { sample }: Series,
): readonly Seconds[] {
  const all = [sample, ...tiers.flatMap(({ short, long }) => [short, long]), ...lookbacks];
  return [...new Set(all)].sort((a, b) => a - b);
}

export function errorName(window: Seconds): string {
  return `slo:error:ratio_rate${windowText(window)}`;
}

function errorRule(window: Seconds, { labels }: Measure, { share, sample }: Series): RecordingRule {
  return { record: errorName(window), expr: share(window === sample ? asItIs : summedOver(window)), labels };
}

const asItIs: Summed = (series) => series;

function summedOver(window: Seconds): Summed {
  return (series) => `sum_over_time(${series}[${windowText(window)}])`;
}

/** The error of the period so far. */
function periodRules(measure: Measure, series: Series): readonly RecordingRule[] {
  const { labels } = measure;
  const { rules, sum } = periodSum(measure, series);
  return [
    ...rules,
    { record: "slo:period_error:ratio", expr: series.share(sum), labels },
    ...goodputRules(measure, "slo:period_goodput:ratio", sum),
  ];
}

function periodSum({ slo: { period }, labels }: Measure, { summands }: Series): CalendarSum {
  return period.kind === "rolling"
    ? { rules: [], sum: summedOver(period.length) }
    : calendarSum({ starts: period.starts, labels, summands });
}

/** What is promised, and what is left of the budget: below 0 when it is more than used up. */
function budgetRules(measure: Measure, objective: Objective): readonly RecordingRule[] {
  const { slo } = measure;
  const labels: Labels = { ...measure.labels, ...objectiveLabel(slo, objective) };
  const spent = `slo:period_error:ratio${selectorText(measure.labels)} / ${formulaText(budgetOf(objective))}`;
  return [
    { record: "slo:objective:ratio", expr: `vector(${formulaText(objective.target)})`, labels },
    { record: "slo:error_budget_remaining:ratio", expr: `1 - ${spent}`, labels },
  ];
}

function alertsOf(guarded: Guarded): readonly Rule[] {
  const { measure, series } = guarded;
  const { alerting, period } = measure.slo;
  const byObjective = measure.objectives.map((objective) => ({
    objective,
    tiers: raised(alerting, burnTiers(period.length, objective)).filter(
      ({ short }) => short >= series.sample,
    ),
  }));
  const all: readonly BurnTier[] = byObjective.flatMap(({ tiers }) => tiers);
  return [
    ...byObjective.flatMap(({ objective, tiers }) => burnAlerts(guarded, objective, tiers)),
    ...byObjective.flatMap(({ objective }) => conditionAlerts(guarded, objective)),
    ...dataAlerts({ measure, series }, all),
    ...outdatedAlerts(measure.slo, measure.labels),
  ];
}

/** An answer under way has begun and not ended: for a while more may end than begin. */
function mayContradict(indicator: Slo["indicator"]): boolean {
  return indicator.kind === "ratio" || (indicator.kind === "events" && indicator.lag === "none");
}

/** Alerts that tell of what is measured, and not of a budget. @param tiers those of the alerts that would miss it */
export function dataAlerts(
  measured: Pick<Guarded, "measure" | "series">,
  tiers: readonly BurnTier[],
): readonly AlertingRule[] {
  const { indicator, alerting } = measured.measure.slo;
  return [
    ...(alerting.noData === "told" ? [absentAlert(measured, tiers)] : []),
    ...(mayContradict(indicator) ? [contradictionAlert(measured)] : []),
  ];
}
