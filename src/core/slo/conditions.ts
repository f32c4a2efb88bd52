import { alertNames } from "../openslo/alert-terms.ts";
import { compared, dividedBy, type Exact, exact, formulaText, roundedUp, times } from "../units/exact.ts";
import { type Seconds, seconds } from "../units/units.ts";
import {
  carried,
  eventGuard,
  type Guarded,
  groupText,
  literal,
  literals,
  otherTelling,
  titleOf,
} from "./alerts.ts";
import { budgetOf, shortNumber } from "./burn-tiers.ts";
import { objectiveLabel, rateWindow } from "./measures.ts";
import { type AlertingRule, type Labels, windowText } from "./prometheus.ts";
import type { BurnCondition, Objective, Promised, Slo } from "./slo.ts";

const one = exact("1");

/** How long a time one sample of an SLO speaks for: nothing shorter is measured. */
export function sampleOf({ method }: Pick<Slo, "method">): Seconds {
  return method.kind === "occurrences" ? rateWindow : method.slice;
}

/** The window that a condition looks at: as it says, and at least as long as a sample. */
export function lookbackOf({ window }: BurnCondition, sample: Seconds): Seconds {
  return seconds(Math.max(window, sample));
}

/** How fast a budget burns when everything fails. */
export function fastestBurnOf(objective: Pick<Objective, "target">): Exact {
  return dividedBy(one, budgetOf(objective));
}

export function isWithinReach({ operator, threshold }: BurnCondition, fastest: Exact): boolean {
  switch (operator) {
    case ">":
      return compared(threshold, fastest) < 0;
    case ">=":
      return compared(threshold, fastest) <= 0;
    case "<":
    case "<=":
      return true;
  }
}

/** One alert for each condition of its policies that an objective can reach. */
export function conditionAlerts(guarded: Guarded, objective: Objective): readonly AlertingRule[] {
  const { measure, series, error } = guarded;
  const { slo } = measure;
  return slo.alerting.conditions
    .filter((each) => isWithinReach(each, fastestBurnOf(objective)))
    .map((condition) => {
      const { operator, threshold } = condition;
      const share = times(threshold, budgetOf(objective));
      const long = lookbackOf(condition, series.sample);
      const burns = `${error(long)} ${operator} ${formulaText(share)}`;
      const guard = isExcess(condition)
        ? eventGuard(slo, series, { long, eventsMin: eventsFor(share) })
        : null;
      return conditionAlert(slo, condition, {
        expr: guard === null ? burns : `(${burns}) and ${guard}`,
        labels: { ...measure.labels, ...objectiveLabel(slo, objective) },
        apart: groupText(slo),
        window: long,
      });
    });
}

/** Whether it tells of a budget that burns fast, and not of one that burns slowly. */
export function isExcess({ operator }: BurnCondition): boolean {
  return operator === ">" || operator === ">=";
}

/** Of so many events one bad one alone is no more than this share; none where every share is too much. */
function eventsFor(share: Exact): number {
  return compared(share, exact("0")) > 0 ? roundedUp(dividedBy(one, share)) : 0;
}

interface Made {
  readonly expr: string;
  readonly labels: Labels;
  /** The labels that it is kept apart by, as text. */
  readonly apart: string;
  readonly window: Seconds;
}

export function conditionAlert(
  promised: Promised,
  condition: BurnCondition,
  { expr, labels, apart, window }: Made,
): AlertingRule {
  const { name, severity, holds } = condition;
  const rate = `${words[condition.operator]} ${shortNumber(condition.threshold)}`;
  return {
    alert: alertNames.condition,
    expr,
    for: holds === 0 ? null : holds,
    labels: {
      ...carried(promised),
      ...promised.alerting.wording.labels,
      ...literals({ ...labels, severity, burn_window: windowText(window), condition: name }),
    },
    annotations: otherTelling(promised, {
      summary: `${titleOf(promised)}${apart}: the error budget burns at ${rate} times its rate`,
      description: `So it has over the last ${windowText(window)}, which the condition ${literal(name)} of an alert policy tells.`,
    }),
  };
}

const words = { ">": "more than", ">=": "at least", "<": "less than", "<=": "at most" } as const;
