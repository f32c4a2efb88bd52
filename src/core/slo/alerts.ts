import { alertNames, labelName, ownLabels } from "../openslo/alert-terms.ts";
import { decimalText, exact, times } from "../units/exact.ts";
import { type Seconds, seconds } from "../units/units.ts";
import { type BurnTier, windowTexts } from "./burn-tiers.ts";
import type { BurnWindow, Severity } from "./burn-windows.ts";
import { type Measure, objectiveLabel } from "./measures.ts";
import { type AlertingRule, type Labels, windowText } from "./prometheus.ts";
import type { Series } from "./series.ts";
import type { Objective, Promised, Slo } from "./slo.ts";

export interface Guarded {
  readonly measure: Measure;
  readonly series: Series;
  /** The error over a window, as a formula has it. */
  readonly error: (window: Seconds) => string;
}

/** One alert for each burn rate, in their order. */
export function burnAlerts(
  { measure, series, error }: Guarded,
  objective: Objective,
  tiers: readonly BurnTier[],
): readonly AlertingRule[] {
  const { slo } = measure;
  return tiers.map((tier): AlertingRule => {
    const burns = `${error(tier.short)} > ${tier.threshold} and ${error(tier.long)} > ${tier.threshold}`;
    const guard = eventGuard(slo, series, tier);
    return {
      alert: slo.alerting.wording.name,
      expr: guard === null ? burns : `(${burns}) and ${guard}`,
      for: null,
      labels: {
        // The series have these too: told apart by them, alerts of several SLOs are no duplicates to promtool.
        ...alertLabels(slo, { ...measure.labels, ...objectiveLabel(slo, objective) }, tier.severity),
        burn_window: windowText(tier.long),
      },
      annotations: burnTelling(slo, burnTold(slo, objective, tier), tier),
    };
  });
}

/** With few events one bad one is a large share: where it alone would raise the alert, none is raised. */
export function eventGuard(
  slo: Slo,
  { total, every, isCounted }: Series,
  tier: Pick<BurnTier, "long" | "eventsMin">,
): string | null {
  const least = slo.alerting.eventsMin ?? tier.eventsMin;
  if (!isCounted || least <= 0) return null;
  return `sum_over_time(${total}[${windowText(tier.long)}]) * ${every} >= ${least}`;
}

/** What an alert says in the words of the product. */
interface Telling {
  readonly summary: string;
  readonly description: string;
}

/** Of an alert by a burn rate: what the SLO wants it to say stands in the place of what is said of each. */
export function burnTelling(
  promised: Promised,
  own: Telling,
  { severity }: Pick<BurnWindow, "severity">,
): Labels {
  const { wording } = promised.alerting;
  return {
    ...own,
    ...linksOf(promised),
    ...wording.annotations,
    ...wording.tiers[severity].annotations,
  };
}

/** Of any other alert, which tells of something else than a burn rate: it keeps its own words. */
export function otherTelling(promised: Promised, own: Telling): Labels {
  return { ...own, ...linksOf(promised), ...promised.alerting.wording.annotations, ...own };
}

/** @param apart by what it is told from others */
export function alertLabels(promised: Promised, apart: Labels, severity: Severity): Labels {
  const { labels, tiers } = promised.alerting.wording;
  const tier = tiers[severity];
  const own = { ...literals(apart), severity: tier.severity };
  return { ...carried(promised), ...labels, ...tier.labels, ...own };
}

function burnTold(slo: Slo, { target }: Objective, tier: BurnTier): Telling {
  const { factor, gonePercent, lastsHours } = tier.told;
  const [long, short] = windowTexts(tier);
  const targetPercent = decimalText(times(target, exact("100"))) ?? "";
  return {
    summary: `${titleOf(slo)}${groupText(slo)}: the error budget burns at more than ${factor} times its rate`,
    description:
      `Over the last ${long} and ${short} more was bad than may be: {{ $value | humanizePercentage }}, where ${targetPercent} % shall be good. ` +
      `Such a rate takes ${gonePercent} % of the budget of ${windowText(slo.period.length)} in ${long}, and all of it in ${lastsHours} h.`,
  };
}

function linksOf({ alerting: { impact, runbook, dashboard } }: Promised): Labels {
  return {
    ...(impact === null ? {} : { impact: literal(impact) }),
    ...(runbook === null ? {} : { runbook_url: literal(runbook) }),
    ...(dashboard === null ? {} : { dashboard_url: literal(dashboard) }),
  };
}

export function titleOf({ displayName, name }: Promised): string {
  return literal(displayName ?? name);
}

/** Labels and annotations of alerts are templates: what a user wrote is none. */
export function literal(text: string): string {
  return text.replaceAll("{{", '{{"{{"}}');
}

export function literals(texts: Labels): Labels {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, literal(text)]));
}

export function groupText({ groupBy }: Slo): string {
  return groupBy.map((label) => `, ${label} {{ $labels.${label} }}`).join("");
}

/**
 * Labels of an SLO that Prometheus takes, under names that the rules do not use themselves. By what it is kept apart no label of
 * the whole may stand: alerts of two groups would be one, and Prometheus raise neither.
 */
export function carried({
  labels,
  groupBy = [],
}: Pick<Promised, "labels"> & Partial<Pick<Slo, "groupBy">>): Labels {
  const isTaken = (key: string): boolean => ownLabels.has(key) || groupBy.includes(key);
  const free = [...labels].filter(([key]) => labelName.test(key) && !isTaken(key));
  return Object.fromEntries(free.map(([key, value]) => [key, literal(value)]));
}

/** Scrapes fail for minutes without an outage. */
const absentMin = 300;
/** Where no alert can be raised at all, data that is away is still told. */
const absentMax = 3600;

/** Nothing is known: told by itself, when an outage of everything would have been told. */
export function absentAlert(
  { measure, series }: Pick<Guarded, "measure" | "series">,
  tiers: readonly BurnTier[],
): AlertingRule {
  const { slo, labels } = measure;
  const fastest = Math.min(...tiers.map(({ detectionSeconds }) => detectionSeconds), absentMax);
  return {
    alert: alertNames.absent,
    expr: `absent(${series.total})${series.mask === null ? "" : ` ${series.mask.unless}`}`,
    for: seconds(Math.ceil(Math.max(absentMin, fastest) / 60) * 60),
    labels: alertLabels(slo, labels, "ticket"),
    annotations: otherTelling(slo, {
      summary: `${titleOf(slo)}: nothing is measured`,
      description:
        "No event was counted, neither good nor bad: what measures is away, or its metric has another name now. No budget burns meanwhile, and no outage would be seen.",
    }),
  };
}

/** More bad events than events, or a share past 1: a mistake of what is measured, which would hide in every ratio. */
export function contradictionAlert({
  measure: { slo, labels },
  series: { bad, total },
}: Pick<Guarded, "measure" | "series">): AlertingRule {
  const told = slo.indicator.kind === "ratio" ? contradictions.ratio : contradictions.events;
  return {
    alert: alertNames.contradicts,
    expr: `${bad} > 1.001 * ${total} or ${bad} < -0.001 * ${total}`,
    for: seconds(900),
    labels: alertLabels(slo, labels, "ticket"),
    annotations: otherTelling(slo, {
      summary: `${titleOf(slo)}: ${told.summary}`,
      description: told.description,
    }),
  };
}

const contradictions = {
  events: {
    summary: "more events of one kind than events",
    description:
      "The query for good or bad events counts what the query for all events does not. The ratio of the two means nothing until they fit.",
  },
  ratio: {
    summary: "a share above 1",
    description:
      "The ratio that is taken elsewhere is no share: is it in percent, or of two things that do not belong together? What is attained means nothing until it is one.",
  },
} as const;
