import type { ErrorBudgetPolicy } from "../../model/error-budget-policy.ts";
import type { Problem } from "../../problem/problem.ts";
import { type Seconds, seconds } from "../../units/units.ts";
import { burnName } from "../composite.ts";
import { windowText } from "../prometheus.ts";
import { errorName } from "../rules.ts";
import type { Reading } from "../status/readings.ts";

/** A question about a series for as long as a policy holds on to a state: for its worst, or how often it was there. */
export interface HeldQuery {
  /** Of the series; the answer has none. */
  readonly name: string;
  readonly query: string;
}

/** What is left of a composite's budget is recorded itself; of an objective's, its error is. */
export const leftName = "slo:error_budget_remaining:ratio";
export const periodErrorName = "slo:period_error:ratio";

/** Rules know which maintenance windows were in the last day, in which nothing is measured: further back none is looked at. */
const daySeconds = 86_400;

/** For how long an objective must have been measured before a better state is believed. */
export function measuredFor(hold: Seconds): Seconds {
  return seconds(Math.min(hold, daySeconds));
}

/** None where a better state is believed at once. */
export function heldQueries(
  readings: readonly Reading[],
  { hold, states }: ErrorBudgetPolicy,
): readonly HeldQuery[] {
  if (hold === null) return [];
  const slos = [...new Set(readings.map(({ promised }) => promised.name))].join("|");
  const worst = (over: "min" | "max", name: string): HeldQuery => ({
    name,
    query: `${over}_over_time(${name}{slo=~"${slos}"}[${windowText(hold)}])`,
  });
  const windows = [...new Set(states.flatMap(({ burnRate }) => (burnRate === null ? [] : [burnRate.over])))];
  const has = (kind: Reading["of"]["kind"]): boolean => readings.some(({ of }) => of.kind === kind);
  const totals = [
    ...new Set(readings.flatMap(({ of }) => (of.kind === "objective" ? [of.series.total] : []))),
  ];
  const counted = totals.map(
    (name): HeldQuery => ({
      name,
      query: `count_over_time(${name}{slo=~"${slos}"}[${windowText(measuredFor(hold))}])`,
    }),
  );
  return [
    ...counted,
    ...(has("objective")
      ? [worst("max", periodErrorName), ...windows.map((each) => worst("max", errorName(each)))]
      : []),
    ...(has("composite")
      ? [worst("min", leftName), ...windows.map((each) => worst("max", burnName(each)))]
      : []),
  ];
}

/** Windows that a policy asks about and no rule records: their burn rate would be taken for none at all. */
export function unrecordedWindows(
  readings: readonly Reading[],
  policy: ErrorBudgetPolicy,
): readonly Problem[] {
  return policy.states.flatMap(({ name, burnRate }) => {
    if (burnRate === null) return [];
    const missing = readings.find(({ windows }) => !windows.includes(burnRate.over));
    return missing === undefined ? [] : [unrecorded(policy.name, name, { over: burnRate.over, missing })];
  });
}

function unrecorded(
  policy: string,
  state: string,
  { over, missing }: { readonly over: Seconds; readonly missing: Reading },
): Problem {
  return {
    code: "gate/no-such-window",
    what: `ErrorBudgetPolicy "${policy}": the state ${state} asks for the burn rate over ${windowText(over)}, which the rules of ${missing.promised.name} do not record`,
    where: null,
    why: "what is not recorded would be taken for a budget that does not burn",
    mend: `write one of its windows: ${missing.windows.map(windowText).join(", ")}`,
  };
}
