/** A continuous-time Markov chain of finitely many states, 0 … states − 1. */
export interface Chain {
  readonly states: number;
  readonly transitions: readonly Transition[];
}

/** Transitions between the same two states add up. */
export interface Transition {
  readonly from: number;
  readonly to: number;
  /** How often per unit of time while in `from`, finite and above 0. A stay that ends at once is no state: lead past it. */
  readonly rate: number;
}
