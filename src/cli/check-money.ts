import { leastText } from "../core/units/missing.ts";
import { type JudgedBudget, judgedBudgets } from "../core/prediction/budgets.ts";
import type { Prediction } from "../core/prediction/prediction.ts";
import { roughText } from "../core/units/shown.ts";
import { table, wrapped } from "./layout.ts";

/** What a platform costs and emits, and how that stands against its budgets, for people; empty where nothing is known. */
export function moneyText(prediction: Prediction, columns: number): string {
  const budgets = judgedBudgets(prediction);
  const rows = [...costRows(prediction), ...carbonRows(prediction), ...budgets.map(budgetRow)];
  if (rows.length === 0) return "";
  const over = budgets
    .filter(({ verdict }) => verdict === "over")
    .map(({ what, because }) =>
      wrapped(`${what} over its budget: ${because.join("; ")}`, { columns, indent: 4 }),
    );
  return `\n${heading(prediction)}\n${table(rows, { columns, indent: 2 })}${over.map((line) => `${line}\n`).join("")}`;
}

function heading({ cost }: Prediction): string {
  const kind = cost.ok ? (cost.value.total?.kind ?? "estimated") : "estimated";
  return kind === "estimated" ? "cost and carbon, estimated" : `cost, ${kind}; carbon, estimated`;
}

type Rows = readonly (readonly string[])[];

function costRows({ cost }: Prediction): Rows {
  if (!cost.ok) return [["cost", `not known: ${cost.problems[0].what}`]];
  const { total, redundancy, missing } = cost.value;
  if (total === null) return [];
  const all = roughText(total.value.microsPerMonth / 1e6);
  const spare = roughText((redundancy?.value.microsPerMonth ?? 0) / 1e6);
  return [["cost", `${leastText(missing)}${all} ${total.value.currency} a month, ${spare} of it redundancy`]];
}

function carbonRows({ carbon: { total, redundancy, missing } }: Prediction): Rows {
  if (total === null) return [];
  const all = roughText(total.value / 1_000);
  const spare = roughText((redundancy?.value ?? 0) / 1_000);
  return [["carbon", `${leastText(missing)}${all} kgCO2e a month, ${spare} of it redundancy`]];
}

const verdictWords: Readonly<Record<JudgedBudget["verdict"], string>> = {
  over: "over",
  within: "within",
  "not-known": "not known, for something is missing",
};

function budgetRow({ what, spent, limit, verdict }: JudgedBudget): readonly string[] {
  return [`${what} budget`, `${verdictWords[verdict]}: ${spent} of ${limit}`];
}
