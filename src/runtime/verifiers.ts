import type { HttpWish, InferenceWish, MetricWish, SqlWish, VerifyWish } from "../core/model/verify-wish.ts";
import type { PromptedWish } from "../core/model/warm-wish.ts";
import type { Tried, Verifier } from "../core/plan/verifier.ts";
import { unreachable } from "../core/problem/problem.ts";

/** What shows by using things that they are back. */
export interface Verifiers {
  readonly sql: Verifier<SqlWish>;
  readonly http: Verifier<HttpWish>;
  readonly inference: Verifier<InferenceWish>;
  readonly promql: Verifier<MetricWish>;
  /** That a language model begins to answer soon enough. */
  readonly prompted: Verifier<PromptedWish>;
}

/** One try, by whatever the wish names. */
export function tryOnce(verifiers: Verifiers, wish: VerifyWish, signal: AbortSignal): Promise<Tried> {
  switch (wish.kind) {
    case "sql":
      return verifiers.sql.try(wish, signal);
    case "http":
      return verifiers.http.try(wish, signal);
    case "inference":
      return verifiers.inference.try(wish, signal);
    case "promql":
      return verifiers.promql.try(wish, signal);
    default:
      return unreachable(wish);
  }
}
