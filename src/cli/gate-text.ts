import type { BudgetOverride } from "../core/model/error-budget-policy.ts";
import type { Reason, Verdict } from "../core/slo/policy/gate.ts";
import { windowText } from "../core/slo/prometheus.ts";
import { roughText } from "../core/units/shown.ts";
import { ledBy, wrapped } from "./layout.ts";

export interface PolicyVerdict {
  readonly policy: string;
  readonly verdict: Verdict;
}

/** What a policy says, for people. */
export function verdictText({ policy, verdict }: PolicyVerdict, columns: number): string {
  const { gate, action, state, atOnce, because, override, ended } = verdict;
  const held =
    atOnce.name === state.name
      ? ""
      : `, on the way to ${atOnce.name}, which has not held for long enough yet`;
  const head = `${gate} for ${action}: the error budget policy ${policy} is in the state ${state.name}${held}`;
  const allowed = state.allows.length === 0 ? "nothing" : state.allows.join(", ");
  const lines = [
    `it allows ${allowed}`,
    ...because.map(reasonText),
    ...(override === null ? [] : [`opened by ${overrideText(override)}, until ${dayText(override)}`]),
    ...ended.map((each) => `the exception of ${overrideText(each)} ended on ${dayText(each)}`),
  ];
  return `${wrapped(head, { columns, indent: 0 })}\n${lines.map((line) => `${ledBy("  - ", line, columns)}\n`).join("")}`;
}

function reasonText({ objective, budgetLeft, burnRate, wasMeasured }: Reason): string {
  if (budgetLeft === null) return `${objective}: nothing is known of how it stands now`;
  const percent = Math.floor(budgetLeft * 1000 + 1e-6) / 10;
  const gap = wasMeasured ? "" : ", and it was not measured for as long as a better state must hold";
  const left = `${objective}: ${percent} % of its budget left${gap}`;
  if (burnRate === null) return left;
  return `${left}, burning at ${roughText(burnRate.rate)} times its rate over ${windowText(burnRate.over)}, where less than ${burnRate.below} is asked for`;
}

function overrideText({ owner, reason }: BudgetOverride): string {
  return `${owner} (${reason})`;
}

function dayText({ until }: BudgetOverride): string {
  return new Date(until).toISOString().slice(0, 10);
}
