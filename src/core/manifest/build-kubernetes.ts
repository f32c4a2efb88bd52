import type { KubernetesWish, ObjectName, ObjectState, RouteRule } from "../model/kubernetes-wish.ts";
import type { Outside } from "../model/outside-step.ts";
import { unreachable } from "../problem/problem.ts";
import type { ReadDocument } from "./schema.ts";

export type WrittenKubernetes = Extract<
  ReadDocument<"RecoveryPlan">["spec"]["steps"][number],
  { readonly phase: "kubernetes" }
>;

export function kubernetesOf({
  cluster,
  object,
  shallBe,
  setBack,
  undo,
}: WrittenKubernetes): Pick<Outside, "deed" | "undo"> {
  const wish: KubernetesWish = { cluster, object: objectOf(object), shallBe: stateOf(shallBe), setBack };
  return {
    deed: { kind: "kubernetes", wish },
    undo:
      undo === undefined ? null : { kind: "kubernetes", wish: { ...wish, shallBe: stateOf(undo.shallBe) } },
  };
}

export function objectOf({ namespace, ...rest }: WrittenKubernetes["object"]): ObjectName {
  return { ...rest, namespace: namespace ?? null };
}

type WrittenState = WrittenKubernetes["shallBe"];

function stateOf(written: WrittenState): ObjectState {
  switch (written.kind) {
    case "scale":
    case "patch":
      return written;
    case "weights": {
      const { kind, backends, lastPlace } = written;
      return { kind, rule: ruleOf(written), backends, lastPlace };
    }
    default:
      return unreachable(written);
  }
}

export function ruleOf({ rule, index }: Extract<WrittenState, { readonly kind: "weights" }>): RouteRule {
  if (rule !== undefined) return { kind: "named", name: rule };
  return index === undefined ? { kind: "only" } : { kind: "at", index };
}
