import {
  compared,
  decimalText,
  dividedBy,
  type Exact,
  exact,
  formulaText,
  minus,
  nearestNumber,
  roundedUp,
  times,
} from "../units/exact.ts";
import { type Seconds, seconds } from "../units/units.ts";
import type { BurnWindow } from "./burn-windows.ts";
import { type Measure, objectiveLabel } from "./measures.ts";
import { type AlertingRule, type Labels, windowText } from "./prometheus.ts";
import type { Series } from "./series.ts";
import type { Objective, Promised, Slo } from "./slo.ts";

export function budgetOf({ target }: Pick<Objective, "target">): Exact {
  return minus(exact("1"), target);
}

/** No more than everything can be bad: then the budget burns 1 ÷ budget times as fast as it may. */
export function canFire(
  { factor }: Pick<BurnWindow, "factor">,
  objective: Pick<Objective, "target">,
): boolean {
  return compared(times(factor, budgetOf(objective)), exact("1")) < 0;
}

/** How long everything must be bad before an alert is raised (SRE Workbook, ch. 5): factor × budget × long window. */
export function detectionTime({ factor, long }: BurnWindow, objective: Objective): Exact {
  return times(times(factor, budgetOf(objective)), exact(long));
}

interface Guarded {
  readonly measure: Measure;
  readonly series: Series;
  /** The error over a window, as a formula has it. */
  readonly error: (window: Seconds) => string;
}

/** One alert for each burn rate that can be reached, fastest first. */
export function burnAlerts(
  { measure, series, error }: Guarded,
  objective: Objective,
  windows: readonly BurnWindow[],
): readonly AlertingRule[] {
  const { slo } = measure;
  return windows
    .filter((window) => canFire(window, objective))
    .map((window): AlertingRule => {
      const threshold = formulaText(times(window.factor, budgetOf(objective)));
      const [short, long] = [error(window.short), error(window.long)];
      const burns = `${short} > ${threshold} and ${long} > ${threshold}`;
      const guard = eventGuard(slo, series, { window, objective });
      return {
        alert: "ErrorBudgetBurn",
        expr: guard === null ? burns : `(${burns}) and ${guard}`,
        for: null,
        labels: {
          ...carried(slo),
          ...objectiveLabel(slo, objective),
          severity: window.severity,
          burn_window: windowText(window.long),
        },
        annotations: burnAnnotations(slo, { window, objective }),
      };
    });
}

interface Tier {
  readonly window: BurnWindow;
  readonly objective: Objective;
}

/** With few events one bad one is a large share: where it alone would raise the alert, none is raised. */
function eventGuard(
  slo: Slo,
  { total, every, isCounted }: Series,
  { window, objective }: Tier,
): string | null {
  if (!isCounted) return null;
  const alone = dividedBy(exact("1"), times(window.factor, budgetOf(objective)));
  const least = slo.alerting.eventsMin ?? roundedUp(alone);
  return least <= 0 ? null : `sum_over_time(${total}[${windowText(window.long)}]) * ${every} >= ${least}`;
}

function burnAnnotations(slo: Slo, { window, objective }: Tier): Labels {
  const goneShare = shortNumber(times(window.budgetShare, exact("100")));
  const lasts = dividedBy(exact(slo.period.length), times(window.factor, exact("3600")));
  const [long, short, period] = [window.long, window.short, slo.period.length].map(windowText);
  return {
    summary: `${titleOf(slo)}${groupText(slo)}: the error budget burns at more than ${shortNumber(window.factor)} times its rate`,
    description: [
      `Over the last ${long} and ${short} more was bad than may be: {{ $value | humanizePercentage }}, where ${percentText(objective.target)} shall be good.`,
      `Such a rate takes ${goneShare} % of the budget of ${period} in ${long}, and all of it in ${shortNumber(lasts)} h.`,
    ].join(" "),
    ...linksOf(slo),
  };
}

export function linksOf({ alerting: { impact, runbook, dashboard } }: Promised): Labels {
  return {
    ...(impact === null ? {} : { impact: literal(impact) }),
    ...(runbook === null ? {} : { runbook_url: literal(runbook) }),
    ...(dashboard === null ? {} : { dashboard_url: literal(dashboard) }),
  };
}

export function titleOf({ displayName, name }: Promised): string {
  return literal(displayName ?? name);
}

/** Annotations are templates: what a user wrote is none. */
function literal(text: string): string {
  return text.replaceAll("{{", '{{"{{"}}');
}

function groupText({ groupBy }: Slo): string {
  return groupBy.map((label) => `, ${label} {{ $labels.${label} }}`).join("");
}

function percentText(share: Exact): string {
  return `${decimalText(times(share, exact("100"))) ?? ""} %`;
}

export function shortNumber(value: Exact): string {
  return String(Number(nearestNumber(value).toPrecision(3)));
}

/** Labels of an SLO that Prometheus takes, under names that the rules do not use themselves. */
export function carried({ labels }: Promised): Labels {
  const own = ["slo", "service", "component", "objective", "severity", "burn_window", "alertname"];
  return Object.fromEntries(
    [...labels].filter(([key]) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(key) && !own.includes(key)),
  );
}

/** Scrapes fail for minutes without an outage. */
const absentMin = 300;
/** Where no alert can be raised at all, data that is away is still told. */
const absentMax = 3600;

/** Nothing is known: told by itself, when an outage of everything would have been told. */
export function absentAlert({ measure, series }: Guarded, windows: readonly BurnWindow[]): AlertingRule {
  const { slo, objectives, labels } = measure;
  const detected = objectives.flatMap((objective) =>
    windows
      .filter((each) => canFire(each, objective))
      .map((each) => roundedUp(detectionTime(each, objective))),
  );
  const fastest = Math.min(...detected, absentMax);
  return {
    alert: "ObjectiveDataAbsent",
    expr: `absent(${series.total})`,
    for: seconds(Math.ceil(Math.max(absentMin, fastest) / 60) * 60),
    labels: { ...carried(slo), ...labels, severity: "ticket" },
    annotations: {
      summary: `${titleOf(slo)}: nothing is measured`,
      description:
        "No event was counted, neither good nor bad: what measures is away, or its metric has another name now. No budget burns meanwhile, and no outage would be seen.",
      ...linksOf(slo),
    },
  };
}

/** More bad events than events: a mistake of what is measured, which would hide in every ratio. */
export function contradictionAlert({
  measure: { slo, labels },
  series: { bad, total },
}: Guarded): AlertingRule {
  return {
    alert: "ObjectiveDataContradicts",
    expr: `${bad} > 1.001 * ${total} or ${bad} < -0.001 * ${total}`,
    for: seconds(900),
    labels: { ...carried(slo), ...labels, severity: "ticket" },
    annotations: {
      summary: `${titleOf(slo)}: more events of one kind than events`,
      description:
        "The query for good or bad events counts what the query for all events does not. The ratio of the two means nothing until they fit.",
      ...linksOf(slo),
    },
  };
}
