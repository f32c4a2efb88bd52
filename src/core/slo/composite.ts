import { compared, dividedBy, type Exact, exact, formulaText, minus, plus, times } from "../units/exact.ts";
import { type Seconds, seconds } from "../units/units.ts";
import { carried, linksOf, titleOf } from "./alerts.ts";
import { budgetOf, shortNumber } from "./burn-tiers.ts";
import { type BurnWindow, burnWindows } from "./burn-windows.ts";
import { conditionAlert, isWithinReach, lookbackOf, sampleOf } from "./conditions.ts";
import { measuresOf, sampledEvery } from "./measures.ts";
import { outdatedAlerts } from "./outdated.ts";
import {
  type AlertingRule,
  type Labels,
  type RecordingRule,
  type RuleGroup,
  selectorText,
  windowText,
} from "./prometheus.ts";
import {
  dataAlerts,
  errorName,
  groupName,
  isSlow,
  measuredSeries,
  periodGroup,
  ruleGroups,
  slowEvery,
} from "./rules.ts";
import type { Component, CompositeSlo, CompositeWay, Objective, Slo } from "./slo.ts";

const one = exact("1");

/** The rules that guard a composite: those of its parts, and how fast its own budget burns, with the alerts. */
export function compositeGroups(composite: CompositeSlo): readonly RuleGroup[] {
  const { name, service, components, alerting } = composite;
  const labels = { slo: name, service };
  const windows = compositeWindows(composite);
  const burn = (window: Seconds): RecordingRule => burnRule(composite, window, labels);
  const reachable = compositeBurnTiers(composite);
  const ofPeriod = burnOver(composite, "slo:period_error:ratio");
  return [
    ...components.flatMap(({ slo }) => ruleGroups(lookingBack(slo, compositeSample(composite)))),
    {
      name: groupName(composite),
      interval: sampledEvery,
      rules: [
        ...windows.filter((window) => !isSlow(window)).map(burn),
        ...(alerting.kind === "none"
          ? []
          : [
              ...reachable.map((tier) => burnAlert(composite, tier, labels)),
              ...conditionAlertsOf(composite, labels),
              ...components.flatMap(({ slo }) => partAlerts(slo)),
              ...outdatedAlerts(composite, labels),
            ]),
      ],
    },
    {
      name: periodGroup(groupName(composite)),
      interval: slowEvery,
      rules: [
        ...windows.filter(isSlow).map(burn),
        { record: "slo:error_budget_remaining:ratio", expr: `1 - (${ofPeriod})`, labels },
      ],
    },
  ];
}

/** Of a part no budget is guarded by itself; that nothing is measured of it is told all the same. */
function partAlerts(slo: Slo): readonly AlertingRule[] {
  return measuresOf(slo).flatMap((measure) => dataAlerts({ measure, series: measuredSeries(measure) }, []));
}

/** Burn rates over windows that hold at least a slice of each part. */
function compositeBurnWindows({ components, period }: CompositeSlo): readonly BurnWindow[] {
  return burnWindows(period.length).filter(({ short }) =>
    components.every(({ slo: { method } }) => method.kind === "occurrences" || method.slice <= short),
  );
}

/** The burn rates that a composite can reach, fastest first. */
export function compositeBurnTiers(composite: CompositeSlo): readonly BurnWindow[] {
  const fastest = fastestBurn(composite);
  return compositeBurnWindows(composite).filter(({ factor }) => compared(factor, fastest) < 0);
}

/** All windows over which the burn rate of a composite is recorded, each once, shortest first. */
export function compositeWindows(composite: CompositeSlo): readonly Seconds[] {
  const sample = compositeSample(composite);
  const all = [
    ...compositeBurnWindows(composite).flatMap(({ short, long }) => [short, long]),
    ...composite.alerting.conditions.map((each) => lookbackOf(each, sample)),
  ];
  return [...new Set(all)].sort((a, b) => a - b);
}

/** A part that is measured over all that the conditions of the whole look at. */
function lookingBack(slo: Slo, sample: Seconds): Slo {
  const conditions = slo.alerting.conditions.map((each) => ({ ...each, window: lookbackOf(each, sample) }));
  return { ...slo, alerting: { ...slo.alerting, conditions } };
}

/** The longest sample of its parts. */
export function compositeSample({ components }: CompositeSlo): Seconds {
  return seconds(Math.max(...components.map(({ slo }) => sampleOf(slo))));
}

export function burnName(window: Seconds): string {
  return `slo:burn:rate${windowText(window)}`;
}

function burnRule(composite: CompositeSlo, window: Seconds, labels: Labels): RecordingRule {
  return { record: burnName(window), expr: burnOver(composite, errorName(window)), labels };
}

/** How fast the budget burns by the errors of the parts. A part that nobody asks for burns nothing; where no part is asked for, nothing is known. */
function burnOver({ way, components }: CompositeSlo, error: string): string {
  const errors = components.map(({ slo: { name, service, component } }) => {
    const labels = { slo: name, service, component: component ?? "" };
    return `${error}${selectorText(labels)}`;
  });
  const burns = formulas[way](components, errors);
  return way === "all-of" ? burns : `(${burns}) and on () (${errors.join(" or ")})`;
}

type Formula = (components: readonly Component[], errors: readonly string[]) => string;

const formulas: Readonly<Record<CompositeWay, Formula>> = {
  weighted: (components, errors) =>
    shares(components)
      .map(
        (share, at) =>
          `${orZero(errors[at] ?? "")} * ${formulaText(dividedBy(share, budgetAt(components, at)))}`,
      )
      .join(" + "),
  "all-of": (components, errors) =>
    `max(${errors.map((error, at) => `${error} / ${formulaText(budgetAt(components, at))}`).join(" or ")})`,
  series: (components, errors) =>
    `(1 - ${errors.map((error) => `(1 - ${orZero(error)})`).join(" * ")}) / ${formulaText(seriesBudget(components))}`,
};

function orZero(error: string): string {
  return `(sum(${error}) or vector(0))`;
}

/** Weights as shares of their sum, so that a budget that burns at 1 lasts just the period. */
function shares(components: readonly Component[]): readonly Exact[] {
  const sum = components.map(({ weight }) => weight).reduce(plus, exact("0"));
  return components.map(({ weight }) => dividedBy(weight, sum));
}

function objectiveAt(components: readonly Component[], at: number): Pick<Objective, "target"> {
  return components[at]?.slo.objectives[0] ?? { target: exact("0") };
}

function budgetAt(components: readonly Component[], at: number): Exact {
  return budgetOf(objectiveAt(components, at));
}

/** What events that need all parts may fail when each part just keeps its target. */
function seriesBudget(components: readonly Component[]): Exact {
  return minus(one, components.map((_, at) => objectiveAt(components, at).target).reduce(times, one));
}

/** When everything fails. */
export function fastestBurn({ way, components }: CompositeSlo): Exact {
  const alone = components.map((_, at) => dividedBy(one, budgetAt(components, at)));
  switch (way) {
    case "weighted":
      return shares(components)
        .map((share, at) => times(share, alone[at] ?? one))
        .reduce(plus, exact("0"));
    case "all-of":
      return alone.reduce((a, b) => (compared(a, b) > 0 ? a : b), exact("0"));
    case "series":
      return dividedBy(one, seriesBudget(components));
  }
}

function burnAlert(
  composite: CompositeSlo,
  { factor, long, short, severity }: BurnWindow,
  labels: Labels,
): AlertingRule {
  const [burnsLong, burnsShort] = [long, short].map((window) => `${burnName(window)}${selectorText(labels)}`);
  const threshold = formulaText(factor);
  return {
    alert: "ErrorBudgetBurn",
    expr: `${burnsShort ?? ""} > ${threshold} and ${burnsLong ?? ""} > ${threshold}`,
    for: null,
    labels: { ...carried(composite), ...labels, severity, burn_window: windowText(long) },
    annotations: {
      summary: `${titleOf(composite)}: the error budget burns at more than ${shortNumber(factor)} times its rate`,
      description: `Over the last ${windowText(long)} and ${windowText(short)} the budget of all parts (${composite.way}) burnt at {{ $value | humanize }} times the rate that it may; slo:burn:* and slo:error:* by component tell which.`,
      ...linksOf(composite),
    },
  };
}

function conditionAlertsOf(composite: CompositeSlo, labels: Labels): readonly AlertingRule[] {
  const sample = compositeSample(composite);
  return composite.alerting.conditions
    .filter((each) => isWithinReach(each, fastestBurn(composite)))
    .map((condition) => {
      const window = lookbackOf(condition, sample);
      const burns = `${burnName(window)}${selectorText(labels)}`;
      const expr = `${burns} ${condition.operator} ${formulaText(condition.threshold)}`;
      return conditionAlert(composite, condition, { expr, labels, apart: "", window });
    });
}
