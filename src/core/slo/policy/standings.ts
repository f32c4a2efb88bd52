import type { ErrorBudgetPolicy } from "../../model/error-budget-policy.ts";
import type { Seconds } from "../../units/units.ts";
import { burnName } from "../composite.ts";
import type { Sample } from "../ports.ts";
import type { Labels } from "../prometheus.ts";
import { errorName } from "../rules.ts";
import { type Known, type ObjectiveStatus, objectiveName } from "../status/status.ts";
import { maintainedSeconds } from "../maintenance.ts";
import type { Reading } from "../status/readings.ts";
import type { Standing, Stood } from "./gate.ts";
import { leftName, measuredFor, periodErrorName } from "./held.ts";

/** Of a series, for as long as the policy holds on to a state: its worst, or how often it was there. */
export interface Held {
  readonly name: string;
  readonly samples: readonly Sample[];
}

interface Meanwhile {
  readonly policy: ErrorBudgetPolicy;
  readonly readings: readonly Reading[];
  readonly held: readonly Held[];
  /** Seconds since 1970. */
  readonly now: number;
}

/** From how objectives stand, and the worst that they have been meanwhile. */
export function standingsOf(statuses: readonly ObjectiveStatus[], meanwhile: Meanwhile): readonly Standing[] {
  const { policy, held } = meanwhile;
  const windows = policy.states.flatMap(({ burnRate }) => (burnRate === null ? [] : [burnRate.over]));
  return statuses.map((status): Standing => {
    const { known } = status;
    const objective = objectiveName(status);
    // What was known when measurements ended says nothing of now: blind is not fine.
    const isKnown = known.kind === "known" && known.isMeasured;
    if (!isKnown) return { objective, known: null };
    const wasMeasured = isMeasuredAllAlong(status, meanwhile);
    return { objective, known: { ...stoodOf({ status, known }, windows, held), wasMeasured } };
  });
}

/** So long Prometheus takes a sample for what is now. */
const staleSeconds = 300;

/** A composite is asked by its parts. */
function isMeasuredAllAlong(status: ObjectiveStatus, { policy, readings, held, now }: Meanwhile): boolean {
  const { hold } = policy;
  const reading = readings.find(
    ({ promised, component }) => promised.name === status.slo && component === status.component,
  );
  if (hold === null || reading?.of.kind !== "objective") return true;
  const { total, every } = reading.of.series;
  const from = now - measuredFor(hold);
  const { maintenance } = reading.promised;
  const due = now - from - staleSeconds - maintainedSeconds({ maintenance, every }, { from, to: now });
  const count = worstOf(
    status,
    held.find(({ name }) => name === total),
  );
  return (count ?? 0) * every >= due;
}

interface Asked {
  readonly status: ObjectiveStatus;
  readonly known: Known;
}

function stoodOf(
  { status, known }: Asked,
  windows: readonly Seconds[],
  held: readonly Held[],
): Omit<Stood, "wasMeasured"> {
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
