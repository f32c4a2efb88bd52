import { describe, expect, it } from "vitest";
import { settingPath } from "../../core/model/setting-path.ts";
import type { Json, JsonMap } from "./json.ts";
import { autoscalerOf, reconcilerOf } from "./set-back.ts";

function held(by: string, fieldsV1: Json, more: JsonMap = {}): JsonMap {
  return {
    metadata: {
      managedFields: [
        { manager: "kubectl", fieldsV1 },
        { manager: by, fieldsV1, ...more },
      ],
    },
  };
}

function holderOf(path: string, object: JsonMap): string | null {
  return reconcilerOf(object, settingPath(path) ?? []);
}

const replicas = { "f:spec": { "f:replicas": {}, "f:template": { "f:spec": {} } } };

describe("the reconciler that has set a field", () => {
  it.each([
    "argocd-controller",
    "argocd-application-controller",
    "flux",
    "kustomize-controller",
    "helm-controller",
  ])("is known by its name: %s", (name) => {
    expect(holderOf("spec.replicas", held(name, replicas))).toBe(name);
  });

  it("is nobody where a person, or another controller, has set it", () => {
    for (const name of ["kubectl-edit", "holdfast", "kube-controller-manager"])
      expect(holderOf("spec.replicas", held(name, replicas))).toBeNull();
    expect(holderOf("spec.replicas", {})).toBeNull();
  });

  it("holds what stands below a field that it holds as a whole, and nothing beside it", () => {
    const object = held("flux", replicas);
    expect(holderOf("spec.template.spec.containers[name=a].image", object)).toBe("flux");
    expect(holderOf("spec.paused", object)).toBeNull();
    expect(holderOf("metadata.labels.a", object)).toBeNull();
  });

  it("tells of a status, which is no wish", () => {
    expect(holderOf("spec.replicas", held("flux", replicas, { subresource: "status" }))).toBeNull();
  });
});

describe("an autoscaler", () => {
  const object = { apiVersion: "apps/v1", kind: "Deployment", namespace: "a", name: "serve" };
  const target = (scaleTargetRef: JsonMap): JsonMap => ({
    items: [{ metadata: { name: "other" } }, { metadata: { name: "hpa" }, spec: { scaleTargetRef } }],
  });

  it("is found by its target, whatever the version of the API by which that is named", () => {
    expect(
      autoscalerOf(target({ apiVersion: "apps/v1beta2", kind: "Deployment", name: "serve" }), object),
    ).toBe("hpa");
    for (const other of [
      { apiVersion: "apps/v1", kind: "Deployment", name: "other" },
      { apiVersion: "apps/v1", kind: "StatefulSet", name: "serve" },
      { apiVersion: "example.com/v1", kind: "Deployment", name: "serve" },
    ])
      expect(autoscalerOf(target(other), object)).toBeNull();
  });
});
