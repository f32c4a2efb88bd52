import { compared, type Exact, exact, formulaText } from "../units/exact.ts";
import type { Seconds } from "../units/units.ts";
import { shortNumber } from "./burn-tiers.ts";
import { isExcess, isWithinReach } from "./conditions.ts";
import { windowText } from "./prometheus.ts";
import type { BurnCondition, Promised } from "./slo.ts";

interface Odd {
  readonly code:
    | "slo/condition-wrong-way"
    | "slo/condition-always"
    | "slo/alert-cannot-fire"
    | "slo/short-lookback";
  readonly what: string;
  readonly mend: string;
}

/**
 * What is odd about the conditions of a promise.
 *
 * @param fastest how fast the budget of each objective burns when everything fails
 * @param sample the shortest time over which anything is measured
 */
export function oddConditions(
  { alerting }: Promised,
  { fastest, sample }: { readonly fastest: readonly Exact[]; readonly sample: Seconds },
): readonly Odd[] {
  if (alerting.kind === "none") return [];
  return alerting.conditions.flatMap((condition) => [
    ...wrongWay(condition),
    ...always(condition),
    ...fastest.flatMap((each) => outOfReach(condition, each)),
    ...shortLookback(condition, sample),
  ]);
}

function wrongWay(condition: BurnCondition): readonly Odd[] {
  if (isExcess(condition)) return [];
  const { name, operator, threshold } = condition;
  const what = `condition "${name}" raises an alert while the burn rate is ${operator} ${formulaText(threshold)}`;
  return [
    { code: "slo/condition-wrong-way", what, mend: `turn op around: ${operator === "<" ? "gt" : "gte"}` },
  ];
}

/** Nothing that fails burns at 0. */
function always(condition: BurnCondition): readonly Odd[] {
  const { name, operator, threshold } = condition;
  const aboveNothing = compared(threshold, exact("0"));
  const isAlways = isExcess(condition) && (operator === ">=" ? aboveNothing <= 0 : aboveNothing < 0);
  if (!isAlways) return [];
  const what = `condition "${name}" asks for a burn rate ${operator} ${formulaText(threshold)}, which it is also while nothing fails`;
  return [{ code: "slo/condition-always", what, mend: "write a threshold above 0, such as 14.4" }];
}

function outOfReach(condition: BurnCondition, fastest: Exact): readonly Odd[] {
  if (isWithinReach(condition, fastest)) return [];
  const { name, operator, threshold } = condition;
  const what = `condition "${name}" asks for a burn rate ${operator} ${shortNumber(threshold)}, and when everything fails the budget burns at ${shortNumber(fastest)}: no alert is made for it`;
  return [{ code: "slo/alert-cannot-fire", what, mend: "write a lower threshold, or raise the target" }];
}

function shortLookback({ name, window }: BurnCondition, sample: Seconds): readonly Odd[] {
  if (window >= sample) return [];
  const what = `condition "${name}" looks back ${windowText(window)}, and nothing is measured over less than ${windowText(sample)}: it looks back so long`;
  return [{ code: "slo/short-lookback", what, mend: `write lookbackWindow: ${windowText(sample)} or more` }];
}
