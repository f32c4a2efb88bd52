import type { BudgetVerdict } from "../model/budget.ts";
import { roughText } from "../units/shown.ts";
import type { Prediction } from "./prediction.ts";

/** A budget of the platform, and what is spent of it, in words. */
export interface JudgedBudget {
  readonly what: "cost" | "carbon";
  readonly limit: string;
  readonly spent: string;
  readonly verdict: BudgetVerdict<never>["verdict"];
  /** What is spent most on, where it is over; empty otherwise. */
  readonly because: readonly string[];
}

const namedMax = 3;

/** Every budget that is declared. */
export function judgedBudgets(prediction: Prediction): readonly JudgedBudget[] {
  return [...costBudget(prediction), ...carbonBudget(prediction)];
}

function costBudget({ cost }: Prediction): readonly JudgedBudget[] {
  const budget = cost.ok ? cost.value.budget : null;
  if (!cost.ok || budget === null) return [];
  const { microsPerMonth, currency } = budget.limit;
  const parts = cost.value.components.map(
    ({ component, total }) => [component, (total?.value.microsPerMonth ?? 0) / 1e6] as const,
  );
  return [
    judged("cost", budget.verdict, { unit: `${currency} a month`, limit: microsPerMonth / 1e6, parts }),
  ];
}

function carbonBudget({ carbon: { budget, components } }: Prediction): readonly JudgedBudget[] {
  if (budget === null) return [];
  const parts = components.map(({ component, total }) => [component, (total?.value ?? 0) / 1_000] as const);
  return [judged("carbon", budget.verdict, { unit: "kgCO2e a month", limit: budget.limit / 1_000, parts })];
}

function judged(
  what: JudgedBudget["what"],
  verdict: JudgedBudget["verdict"],
  of: {
    readonly unit: string;
    readonly limit: number;
    readonly parts: readonly (readonly [string, number])[];
  },
): JudgedBudget {
  const spent = of.parts.reduce((sum, [, amount]) => sum + amount, 0);
  const most = of.parts
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, namedMax)
    .map(([name, amount]) => `${roughText(amount)} for ${name}`);
  return {
    what,
    verdict,
    limit: `${roughText(of.limit)} ${of.unit}`,
    spent: `${verdict === "not-known" ? "at least " : ""}${roughText(spent)} ${of.unit}`,
    because: verdict === "over" ? [`most of it: ${most.join(", ")}`] : [],
  };
}

/** Whether more is spent than a budget allows. */
export function isOverBudget(prediction: Prediction): boolean {
  return judgedBudgets(prediction).some(({ verdict }) => verdict === "over");
}
