import type { ErrorBudgetPolicy } from "../../model/error-budget-policy.ts";
import type { Seconds } from "../../units/units.ts";
import { burnName } from "../composite.ts";
import type { Sample } from "../ports.ts";
import type { Labels } from "../prometheus.ts";
import { errorName } from "../rules.ts";
import { type Known, type ObjectiveStatus, objectiveName } from "../status/status.ts";
import type { Standing, Stood } from "./gate.ts";
import { leftName, periodErrorName } from "./held.ts";

/** The worst of a series for as long as the policy holds on to a state. */
export interface Held {
  readonly name: string;
  readonly samples: readonly Sample[];
}

/** From how objectives stand, and the worst that they have been meanwhile. */
export function standingsOf(
  statuses: readonly ObjectiveStatus[],
  { policy, held }: { readonly policy: ErrorBudgetPolicy; readonly held: readonly Held[] },
): readonly Standing[] {
  const windows = policy.states.flatMap(({ burnRate }) => (burnRate === null ? [] : [burnRate.over]));
  return statuses.map((status): Standing => {
    const { known } = status;
    const objective = objectiveName(status);
    // What was known when measurements ended says nothing of now: blind is not fine.
    const isKnown = known.kind === "known" && known.isMeasured;
    return { objective, known: isKnown ? stoodOf({ status, known }, windows, held) : null };
  });
}

interface Asked {
  readonly status: ObjectiveStatus;
  readonly known: Known;
}

function stoodOf({ status, known }: Asked, windows: readonly Seconds[], held: readonly Held[]): Stood {
  const budget = status.target === null ? null : 1 - status.target;
  const worst = (name: string): number | null =>
    worstOf(
      status,
      held.find((each) => each.name === name),
    );
  const leftAtWorst = (): number | null => {
    if (budget === null) return worst(leftName);
    const error = worst(periodErrorName);
    return error === null ? null : 1 - error / budget;
  };
  const rates = windows.map((window) => {
    const now = known.burns.find((each) => each.window === window)?.rate ?? 0;
    const most = budget === null ? worst(burnName(window)) : over(worst(errorName(window)), budget);
    return [window, { now, most: Math.max(now, most ?? now) }] as const;
  });
  const least = Math.min(known.budgetLeft, leftAtWorst() ?? known.budgetLeft);
  return { budgetLeft: { now: known.budgetLeft, least }, burnRates: new Map(rates) };
}

function over(error: number | null, budget: number): number | null {
  return error === null ? null : error / budget;
}

function worstOf(status: ObjectiveStatus, held: Held | undefined): number | null {
  const value = held?.samples.find(({ labels }) => isOf(labels, status))?.value;
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function isOf(labels: Labels, { series }: ObjectiveStatus): boolean {
  return (
    labels["component"] === series["component"] &&
    Object.entries(series).every(([key, value]) => labels[key] === value)
  );
}
