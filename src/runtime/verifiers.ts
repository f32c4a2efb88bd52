import { resolve } from "node:path";
import type { ClusterAccess } from "../core/model/kubernetes-wish.ts";
import type {
  HttpWish,
  InferenceWish,
  KubernetesVerifyWish,
  MetricWish,
  SqlWish,
  VerifyWish,
} from "../core/model/verify-wish.ts";
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
  readonly kubernetes: Verifier<KubernetesVerifyWish>;
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
    case "kubernetes":
      return verifiers.kubernetes.try(wish, signal);
    default:
      return unreachable(wish);
  }
}

/** With the paths in it as they are meant. @param folder of the workspace */
export function placedVerify(wish: VerifyWish, folder: string): VerifyWish {
  return wish.kind === "kubernetes" ? { ...wish, cluster: placedCluster(wish.cluster, folder) } : wish;
}

export function placedCluster(cluster: ClusterAccess, folder: string): ClusterAccess {
  return cluster.kind === "kubeconfig" ? { ...cluster, file: resolve(folder, cluster.file) } : cluster;
}
