import type { InstantMs, Ratio, Seconds } from "../units/units.ts";
import type { Declared } from "./declared.ts";

/** What error budgets decide about. */
export const budgetedActions = ["deploy", "chaos", "drill", "automatic-failover"] as const;
export type BudgetedAction = (typeof budgetedActions)[number];

/** What may be done while how much of the error budget is left. */
export interface ErrorBudgetPolicy extends Declared {
  /** Names of OpenSLO documents; empty: all of the workspace. */
  readonly slos: readonly string[];
  /** For so long a better state must have held before it is believed; `null`: it is at once. */
  readonly hold: Seconds | null;
  /** Best first; the last asks for nothing. */
  readonly states: readonly [BudgetState, ...BudgetState[]];
  /** The state while nothing is known of an objective. */
  readonly unknown: string;
  readonly overrides: readonly BudgetOverride[];
}

export interface BudgetState {
  readonly name: string;
  /** At least so much is left; `null`: it asks for none. */
  readonly budgetLeft: Ratio | null;
  /** It burns more slowly; `null`: it asks for nothing of the kind. */
  readonly burnRate: { readonly over: Seconds; readonly below: number } | null;
  readonly allows: readonly BudgetedAction[];
}

export interface BudgetOverride {
  readonly allows: readonly BudgetedAction[];
  readonly owner: string;
  readonly reason: string;
  readonly until: InstantMs;
}
