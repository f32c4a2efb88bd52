import type { MonotonicMs } from "../units/units.ts";

/** One write that a client tried, as the client saw it. */
export interface WriteAttempt {
  readonly id: string;
  readonly sentAt: MonotonicMs;
  readonly outcome: WriteOutcome;
}

export type WriteOutcome =
  | { readonly kind: "acknowledged"; readonly at: MonotonicMs }
  /** Refused by the store: it was not made. */
  | { readonly kind: "failed"; readonly at: MonotonicMs }
  /** The connection broke between the two: it may have been made or not. */
  | { readonly kind: "unknown"; readonly at: MonotonicMs };

/** When writes were acknowledged, in order. */
export function acknowledgementsOf(writes: readonly WriteAttempt[]): readonly MonotonicMs[] {
  return writes
    .filter(({ outcome }) => outcome.kind === "acknowledged")
    .map(({ outcome }) => outcome.at)
    .sort((a, b) => a - b);
}
