import type { MonotonicMs } from "../units/units.ts";

/** One streamed completion that a client asked for. */
export interface CompletionAttempt {
  readonly id: string;
  readonly startedAt: MonotonicMs;
  /** `null`: none came. */
  readonly firstTokenAt: MonotonicMs | null;
  readonly outcome: CompletionOutcome;
}

export type CompletionOutcome =
  | { readonly kind: "finished"; readonly at: MonotonicMs }
  | { readonly kind: "failed"; readonly at: MonotonicMs }
  /** Still streaming when the drill stopped watching; neither good nor bad. */
  | { readonly kind: "running" };

export interface CompletionAccount {
  readonly started: number;
  readonly finished: number;
  readonly failed: number;
  /** Of the failed, how many were cut after their first token: a reader saw half an answer. */
  readonly cut: number;
}

export function completionAccountOf(completions: readonly CompletionAttempt[]): CompletionAccount {
  const failed = completions.filter(({ outcome }) => outcome.kind === "failed");
  return {
    started: completions.length,
    finished: completions.filter(({ outcome }) => outcome.kind === "finished").length,
    failed: failed.length,
    cut: failed.filter(({ firstTokenAt }) => firstTokenAt !== null).length,
  };
}
