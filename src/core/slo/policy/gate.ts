import type {
  BudgetedAction,
  BudgetOverride,
  BudgetState,
  ErrorBudgetPolicy,
} from "../../model/error-budget-policy.ts";
import type { InstantMs, Seconds } from "../../units/units.ts";

/** What is known of an objective for as long as a better state must have held. */
export interface Standing {
  /** As people know it: SLO, part and group. */
  readonly objective: string;
  readonly known: Stood | null;
}

export interface Stood {
  /** Share of the error budget, now and at its least. */
  readonly budgetLeft: { readonly now: number; readonly least: number };
  /** By window; where nothing happened the budget did not burn. */
  readonly burnRates: ReadonlyMap<Seconds, { readonly now: number; readonly most: number }>;
  /** Whether it was measured for as long as a better state must have held. */
  readonly wasMeasured: boolean;
}

/** The state that a policy is in. */
export interface PolicyState {
  readonly state: BudgetState;
  /** The objectives that keep it from a better one. */
  readonly because: readonly Reason[];
  /** The state as it is at this instant; another than `state` while a better one has not held for long enough. */
  readonly atOnce: BudgetState;
}

export interface Reason {
  readonly objective: string;
  /** `null`: nothing is known of it. */
  readonly budgetLeft: number | null;
  /** The burn rate that keeps it from the next better state; `null`: it is not that. */
  readonly burnRate: { readonly over: Seconds; readonly rate: number; readonly below: number } | null;
  /** Whether it was measured for as long as a better state must have held. */
  readonly wasMeasured: boolean;
}

/** Whether something may be done. */
export interface Verdict extends PolicyState {
  readonly action: BudgetedAction;
  readonly gate: "open" | "closed";
  /** What opens a gate that the state keeps closed; `null`: nothing does. */
  readonly override: BudgetOverride | null;
  /** Overrides that would, had they not ended. */
  readonly ended: readonly BudgetOverride[];
}

/**
 * The worst state of any objective: a worse one holds at once, a better one when it has held all along. Nothing is kept from one
 * question to the next, so whoever asks is told the same.
 */
export function policyState(policy: ErrorBudgetPolicy, standings: readonly Standing[]): PolicyState {
  const held = worstOf(policy, standings, (stood) => ({
    left: stood.budgetLeft.least,
    burn: (over) => stood.burnRates.get(over)?.most ?? 0,
    isMeasured: stood.wasMeasured,
  }));
  const now = worstOf(policy, standings, (stood) => ({
    left: stood.budgetLeft.now,
    burn: (over) => stood.burnRates.get(over)?.now ?? 0,
    isMeasured: true,
  }));
  return { state: held.state, because: held.because, atOnce: now.state };
}

export function verdictOn(
  action: BudgetedAction,
  {
    policy,
    standings,
    now,
  }: { readonly policy: ErrorBudgetPolicy; readonly standings: readonly Standing[]; readonly now: InstantMs },
): Verdict {
  const state = policyState(policy, standings);
  const fitting = policy.overrides.filter(({ allows }) => allows.includes(action));
  const override = fitting.find(({ until }) => until > now) ?? null;
  const isAllowed = state.state.allows.includes(action);
  return {
    ...state,
    action,
    gate: isAllowed || override !== null ? "open" : "closed",
    override: isAllowed ? null : override,
    ended: isAllowed ? [] : fitting.filter(({ until }) => until <= now),
  };
}

interface Seen {
  readonly left: number;
  readonly burn: (over: Seconds) => number;
  readonly isMeasured: boolean;
}

function worstOf(
  { states, unknown }: ErrorBudgetPolicy,
  standings: readonly Standing[],
  seen: (stood: Stood) => Seen,
): Pick<PolicyState, "state" | "because"> {
  const ofNothing = states.findIndex(({ name }) => name === unknown);
  const places = standings.map(({ objective, known }) => {
    if (known === null) return { at: ofNothing, objective, seen: null };
    const values = seen(known);
    const at = states.findIndex((state) => holds(state, values));
    return { at: values.isMeasured ? at : Math.max(at, ofNothing), objective, seen: values };
  });
  const worst = Math.max(0, ...places.map(({ at }) => at));
  const better = states[worst - 1];
  const because =
    better === undefined ? [] : places.filter(({ at }) => at === worst).map((each) => reasonOf(each, better));
  return { state: states[worst] ?? states[0], because };
}

/** What sums and quotients are off by in their last digits: who has just so much left as is asked for has enough. */
const rounding = 1e-9;

function holds({ budgetLeft, burnRate }: BudgetState, { left, burn }: Seen): boolean {
  return (
    (budgetLeft === null || left >= budgetLeft - rounding) &&
    (burnRate === null || burn(burnRate.over) < burnRate.below)
  );
}

function reasonOf(
  { objective, seen }: { readonly objective: string; readonly seen: Seen | null },
  { burnRate }: BudgetState,
): Reason {
  if (seen === null) return { objective, budgetLeft: null, burnRate: null, wasMeasured: false };
  const rate = burnRate === null ? 0 : seen.burn(burnRate.over);
  const isBurning = burnRate !== null && rate >= burnRate.below;
  const told = isBurning ? { ...burnRate, rate } : null;
  return { objective, budgetLeft: seen.left, burnRate: told, wasMeasured: seen.isMeasured };
}
