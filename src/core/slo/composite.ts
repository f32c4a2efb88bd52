import { compared, dividedBy, type Exact, exact, formulaText, roundedUp } from "../units/exact.ts";
import { type Seconds, seconds } from "../units/units.ts";
import { alertLabels, burnTelling, eventGuard, titleOf } from "./alerts.ts";
import { raised, shortNumber } from "./burn-tiers.ts";
import { type BurnWindow, burnWindows } from "./burn-windows.ts";
import { burnOfPart, burnOver, errorsOf, fastestBurn } from "./composite-burn.ts";
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
  measuredGroups,
  periodGroup,
  slowEvery,
} from "./rules.ts";
import type { CompositeSlo, Slo } from "./slo.ts";

/** The rules that guard a composite: those of its parts, and how fast its own budget burns, with the alerts. */
export function compositeGroups(composite: CompositeSlo): readonly RuleGroup[] {
  const { name, service, components, alerting } = composite;
  const labels = { slo: name, service };
  const windows = compositeWindows(composite);
  const burn = (window: Seconds): RecordingRule => burnRule(composite, window, labels);
  const reachable = compositeBurnTiers(composite);
  const ofPeriod = burnOver(composite, errorsOf(composite, "slo:period_error:ratio"));
  const parts = components.flatMap(({ slo }) => measuredGroups(lookingBack(slo, compositeSample(composite))));
  return [
    ...parts.map(({ fast }) => fast),
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
        // In one group they are worked out in order: a part that is not yet would be taken for one that nobody asks for.
        ...parts.flatMap(({ slow }) => slow.rules),
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

/** The burn rates that a composite can reach and has alerts for, fastest first. */
export function compositeBurnTiers(composite: CompositeSlo): readonly BurnWindow[] {
  const fastest = fastestBurn(composite);
  const within = compositeBurnWindows(composite).filter(({ factor }) => compared(factor, fastest) < 0);
  return raised(composite.alerting, within);
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
  return {
    record: burnName(window),
    expr: burnOver(composite, errorsOf(composite, errorName(window))),
    labels,
  };
}

/** A burn rate over a window that an alert tells of. */
interface Excess {
  readonly window: Seconds;
  readonly operator: ">" | ">=";
  readonly rate: Exact;
}

/**
 * Holds where the budget burns so fast by those parts alone of which no bad event by itself makes it: of few events one bad one is a
 * large share. `null`: of no part events are counted, or all are taken at their word.
 */
function partsGuard(composite: CompositeSlo, { window, operator, rate }: Excess): string | null {
  if (compared(rate, exact("0")) <= 0) return null;
  const guards = composite.components.map(({ slo }, at) => {
    const [measure] = measuresOf(slo);
    const eventsMin = roundedUp(dividedBy(burnOfPart(composite, at), rate));
    return measure === undefined
      ? null
      : eventGuard(slo, measuredSeries(measure), { long: window, eventsMin });
  });
  if (guards.every((each) => each === null)) return null;
  const errors = errorsOf(composite, errorName(window)).map((error, at) => {
    const guard = guards[at] ?? null;
    return guard === null ? error : `(${error} and ${guard})`;
  });
  return `on () (${burnOver(composite, errors)}) ${operator} ${formulaText(rate)}`;
}

function burnAlert(composite: CompositeSlo, tier: BurnWindow, labels: Labels): AlertingRule {
  const { factor, long, short, severity } = tier;
  const [burnsLong, burnsShort] = [long, short].map((window) => `${burnName(window)}${selectorText(labels)}`);
  const threshold = formulaText(factor);
  const burns = `${burnsShort ?? ""} > ${threshold} and ${burnsLong ?? ""} > ${threshold}`;
  const guard = partsGuard(composite, { window: long, operator: ">", rate: factor });
  return {
    alert: composite.alerting.wording.name,
    expr: guard === null ? burns : `${burns} and ${guard}`,
    for: null,
    labels: { ...alertLabels(composite, labels, severity), burn_window: windowText(long) },
    annotations: burnTelling(
      composite,
      {
        summary: `${titleOf(composite)}: the error budget burns at more than ${shortNumber(factor)} times its rate`,
        description: `Over the last ${windowText(long)} and ${windowText(short)} the budget of all parts (${composite.way}) burnt at {{ $value | humanize }} times the rate that it may; slo:burn:* and slo:error:* by component tell which.`,
      },
      tier,
    ),
  };
}

function conditionAlertsOf(composite: CompositeSlo, labels: Labels): readonly AlertingRule[] {
  const sample = compositeSample(composite);
  return composite.alerting.conditions
    .filter((each) => isWithinReach(each, fastestBurn(composite)))
    .map((condition) => {
      const window = lookbackOf(condition, sample);
      const { operator, threshold: rate } = condition;
      const burns = `${burnName(window)}${selectorText(labels)} ${operator} ${formulaText(rate)}`;
      const guard =
        operator === ">" || operator === ">=" ? partsGuard(composite, { window, operator, rate }) : null;
      const expr = guard === null ? burns : `${burns} and ${guard}`;
      return conditionAlert(composite, condition, { expr, labels, apart: "", window });
    });
}
