import { describe, expect, it } from "vitest";
import { fieldFault, objectFaults, setsReplicas } from "./kubernetes-wish.ts";
import { settingPath } from "./setting-path.ts";

const serve = { apiVersion: "apps/v1", kind: "Deployment", namespace: "inference", name: "serve" };

describe("the name of an object of a cluster", () => {
  it.each([
    {},
    { apiVersion: "v1" },
    { apiVersion: "gateway.networking.k8s.io/v1" },
    { apiVersion: "keda.sh/v1alpha1" },
    { namespace: null },
    { name: "a.b-c" },
  ])("may be %j", (part) => {
    expect(objectFaults({ ...serve, ...part })).toEqual([]);
  });

  it.each([
    { apiVersion: "apps" },
    { apiVersion: "apps/v1/x" },
    { apiVersion: "../v1" },
    { kind: "deployment" },
    { kind: "De/ploy" },
    { namespace: "In" },
    { namespace: "a/b" },
    { name: ".." },
    { name: "a?b" },
  ])("may not be %j, which would lead elsewhere", (part) => {
    expect(objectFaults({ ...serve, ...part }).map(({ field }) => field)).toEqual(Object.keys(part));
  });
});

describe("a field of an object", () => {
  it.each(["spec.replicas", "data.key", "metadata.labels.a", 'metadata.annotations["example.com/a"]'])(
    "is set: %s",
    (path) => {
      expect(fieldFault(settingPath(path) ?? [])).toBeNull();
    },
  );

  it.each([
    ["status.replicas", "is what its controller tells, and nobody sets"],
    ["kind", "says what it is"],
    ["metadata.resourceVersion", "is the cluster's own"],
    ["metadata.finalizers[a=b].c", "is the cluster's own"],
    ['metadata.annotations["holdfast.dev/epoch"]', "holds the epoch"],
  ])("is not set: %s", (path, fault) => {
    expect(fieldFault(settingPath(path) ?? [])).toBe(fault);
  });
});

describe("what an autoscaler says, too", () => {
  it("is how many replicas there are, however that is spelt", () => {
    const patch = (path: string) => ({ kind: "patch", set: [{ path, value: 1 }] }) as const;
    expect(setsReplicas({ kind: "scale", replicas: 1 })).toBe(true);
    expect(setsReplicas(patch("spec.replicas"))).toBe(true);
    expect(setsReplicas(patch('spec["replicas"]'))).toBe(true);
    expect(setsReplicas(patch("spec.paused"))).toBe(false);
  });
});
