import type { ObjectState } from "../src/core/model/kubernetes-wish.ts";
import type { KubeObject } from "./kubernetes-objects.ts";
import type { Stage } from "./kubernetes-story.ts";

/** A Deployment that a cluster takes. The namespace of a story has the story's name. */
export function deployment(namespace: string, replicas = 2, kind = "Deployment"): KubeObject {
  const labels = { app: "serve" };
  return {
    ...{ apiVersion: "apps/v1", kind, metadata: { name: "serve", namespace } },
    spec: {
      ...(kind === "DaemonSet" ? {} : { replicas }),
      ...(kind === "StatefulSet" ? { serviceName: "serve" } : {}),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "serve", image: "example.com/serve:1" }] },
      },
    },
  };
}

export function fleet(namespace: string): KubeObject {
  return {
    ...{ apiVersion: "example.com/v1", kind: "Fleet", metadata: { name: "serve", namespace } },
    spec: { size: 2 },
  };
}

export function secret(namespace: string): KubeObject {
  return {
    ...{ apiVersion: "v1", kind: "Secret", metadata: { name: "door", namespace } },
    data: { password: "aHVzaC1odXNo" },
  };
}

export function route(namespace: string): KubeObject {
  const backend = (name: string, weight: number): object => ({ name, port: 80, weight });
  return {
    ...{ apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute" },
    metadata: { name: "chat", namespace },
    spec: {
      parentRefs: [{ name: "edge" }],
      rules: [
        { name: "other", backendRefs: [{ name: "east", port: 80 }] },
        {
          ...{ name: "chat", matches: [{ path: { type: "PathPrefix", value: "/chat" } }] },
          backendRefs: [backend("east", 100), backend("west", 0)],
        },
      ],
    },
  };
}

/** What a gateway says of a route. */
export function acceptance(observedGeneration: number, status: "True" | "False" = "True"): object {
  const reason = status === "True" ? "Accepted" : "NotAllowedByListeners";
  const conditions = [
    { type: "Accepted", status, reason, message: "", observedGeneration },
    { type: "ResolvedRefs", status: "True", reason: "ResolvedRefs", message: "", observedGeneration },
  ].map((each) => ({ ...each, lastTransitionTime: "2026-11-29T09:00:00Z" }));
  const controllerName = "example.com/gateway";
  return { parents: [{ parentRef: { name: "edge" }, controllerName, conditions }] };
}

export function kustomization(namespace: string): KubeObject {
  return {
    ...{ apiVersion: "kustomize.toolkit.fluxcd.io/v1", kind: "Kustomization" },
    metadata: { name: "west", namespace },
    spec: { interval: "5m" },
  };
}

export function autoscaler(namespace: string): KubeObject {
  return {
    ...{ apiVersion: "autoscaling/v1", kind: "HorizontalPodAutoscaler" },
    metadata: { name: "serve-hpa", namespace },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "serve" },
      maxReplicas: 9,
    },
  };
}

export function scale(replicas: number): ObjectState {
  return { kind: "scale", replicas };
}

export function set(path: string, value: string | number | boolean | null): ObjectState {
  return { kind: "patch", set: [{ path, value }] };
}

export function weights(west: number, east: number): ObjectState {
  const backends = [
    { name: "west", weight: west },
    { name: "east", weight: east },
  ];
  return { kind: "weights", rule: { kind: "named", name: "chat" }, backends, lastPlace: "stays" };
}

/** What of an outcome must be so. */
export const outcome = { done: { kind: "done" }, problem: (code: string): object => ({ problem: { code } }) };

/** A Deployment whose replicas are all said to be ready. */
export async function serving({ others }: Stage, namespace: string, by?: string): Promise<KubeObject> {
  const serve = deployment(namespace);
  await others.make(serve, by);
  await others.pods("said to be ready");
  await others.settled(serve);
  return serve;
}
