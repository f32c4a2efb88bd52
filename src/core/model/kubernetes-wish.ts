import type { SettingValue } from "./gitops-wish.ts";
import { type PathStep, settingPath } from "./setting-path.ts";

/** How an object of a Kubernetes cluster shall be. Plain data. */
export interface KubernetesWish {
  readonly cluster: ClusterAccess;
  readonly object: ObjectName;
  readonly shallBe: ObjectState;
  /** `accept`: it is changed even where an autoscaler or a reconciler is seen that may set it back. */
  readonly setBack: "refuse" | "accept";
}

/** How the API of a cluster is reached. Nothing secret stands here. */
export type ClusterAccess =
  /** @property file from the workspace's folder. @property context never whichever happens to be current */
  | { readonly kind: "kubeconfig"; readonly file: string; readonly context: string }
  /** By the service account of the pod that runs the plan. */
  | { readonly kind: "in-cluster" };

export interface ObjectName {
  /** `apps/v1`, and `v1` of the core group. */
  readonly apiVersion: string;
  readonly kind: string;
  /** `null`: it stands in none. */
  readonly namespace: string | null;
  readonly name: string;
}

/**
 * - `scale`: so many replicas are ready
 * - `patch`: these values stand in it
 * - `weights`: backends of one rule of a route of the Gateway API have these weights; others keep theirs
 */
export type ObjectState =
  | { readonly kind: "scale"; readonly replicas: number }
  | { readonly kind: "patch"; readonly set: readonly SetField[] }
  | {
      readonly kind: "weights";
      readonly rule: RouteRule;
      readonly backends: readonly BackendWeight[];
      /** `may-go`: the rule may be left without a backend that takes requests. */
      readonly lastPlace: "stays" | "may-go";
    };

export interface SetField {
  /** As `settingPath` reads it. */
  readonly path: string;
  /** `null`: it is not there. */
  readonly value: SettingValue | null;
}

/** @property index from 0 */
export type RouteRule =
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "at"; readonly index: number }
  /** The only one. */
  | { readonly kind: "only" };

/** @property weight from 0 to 1,000,000, its share of requests being its weight over that of all */
export interface BackendWeight {
  readonly name: string;
  readonly weight: number;
}

/** Where the epoch of an object is kept. */
export const epochAnnotation = "holdfast.dev/epoch";

/** `Deployment inference/serve`, as people read it. */
export function objectText({ kind, namespace, name }: ObjectName): string {
  return `${kind} ${namespace === null ? "" : `${namespace}/`}${name}`;
}

/** `apps`; empty: the core group. */
export function groupOf({ apiVersion }: Pick<ObjectName, "apiVersion">): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

/** Kinds of routes whose rules have backends with weights. */
export const weightedRoutes = ["HTTPRoute", "GRPCRoute"] as const;
export const gatewayGroup = "gateway.networking.k8s.io";

const apiVersionForm = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?v[0-9]+(?:(?:alpha|beta)[0-9]+)?$/;
const nameForm = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

export interface ObjectFault {
  readonly field: keyof ObjectName;
  readonly because: string;
  readonly mend: string;
}

/** What names no object of a cluster. */
export function objectFaults({ apiVersion, kind, namespace, name }: ObjectName): readonly ObjectFault[] {
  const lower = "write lower-case letters, digits, - and ., as kubectl get shows it";
  const faults: readonly (ObjectFault | null)[] = [
    apiVersionForm.test(apiVersion)
      ? null
      : {
          field: "apiVersion",
          because: `is ${apiVersion}, which is no version of an API`,
          mend: "write it as in apps/v1",
        },
    /^[A-Z][A-Za-z0-9]*$/.test(kind)
      ? null
      : { field: "kind", because: `is ${kind}, which is no kind`, mend: "write it as in Deployment" },
    namespace === null || nameForm.test(namespace)
      ? null
      : { field: "namespace", because: `is ${namespace}, which is no namespace`, mend: lower },
    nameForm.test(name)
      ? null
      : { field: "name", because: `is ${name}, which is no name of an object`, mend: lower },
  ];
  return faults.filter((fault) => fault !== null);
}

/** Why a value there is not set; `null`: it may be. */
export function fieldFault(steps: readonly PathStep[]): string | null {
  const [first, second, third] = steps.map((step) => (step.kind === "key" ? step.key : ""));
  if (first === "status") return "is what its controller tells, and nobody sets";
  if (first === "apiVersion" || first === "kind") return "says what it is";
  if (first !== "metadata") return null;
  if (second !== "labels" && second !== "annotations") return "is the cluster's own";
  return third === epochAnnotation ? "holds the epoch" : null;
}

/** Whether it says how many replicas there are, which an autoscaler says too. */
export function setsReplicas(shallBe: ObjectState): boolean {
  if (shallBe.kind === "scale") return true;
  const own = JSON.stringify(settingPath("spec.replicas"));
  return (
    shallBe.kind === "patch" && shallBe.set.some(({ path }) => JSON.stringify(settingPath(path)) === own)
  );
}
