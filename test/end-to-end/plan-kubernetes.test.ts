import { mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { epochAnnotation } from "../../src/core/model/kubernetes-wish.ts";
import type { PlanRun } from "../../src/core/plan/run.ts";
import { type Ended, inOneLine } from "../built-program.ts";
import { type KubeObject, kindOf } from "../kubernetes-objects.ts";
import { KubernetesStandIn } from "../kubernetes-stand-in.ts";
import { LabWorkspace } from "../lab-workspace.ts";

const serve: KubeObject = {
  ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "serve", namespace: "inference" } },
  spec: { replicas: 2 },
  status: { observedGeneration: 1, replicas: 2, readyReplicas: 2 },
};
const flux = "kustomize.toolkit.fluxcd.io/v1";
const west: KubeObject = {
  ...{ apiVersion: flux, kind: "Kustomization", metadata: { name: "west", namespace: "flux-system" } },
  spec: { interval: "5m" },
  status: { observedGeneration: 1, conditions: [{ type: "Ready", status: "False" }] },
};

describe("a plan that changes objects of a Kubernetes cluster (a stand-in for its API)", () => {
  let lab: LabWorkspace;
  let standIn: KubernetesStandIn;
  let cluster: string;
  beforeAll(async () => {
    lab = await LabWorkspace.make();
    await lab.labUp();
    mkdirSync(join(lab.folder, "cluster"));
  });
  afterAll(async () => {
    expect(await lab.remove()).toEqual([]);
  });
  beforeEach(async () => {
    standIn = await KubernetesStandIn.start(join(lab.folder, "cluster"));
    for (const object of [serve, west]) standIn.objects.make(object);
    const file = relative(join(lab.folder, "workspace"), standIn.kubeconfig());
    cluster = `cluster: { kind: kubeconfig, file: ${file}, context: west }`;
  });
  afterEach(async () => {
    await standIn.stop();
  });

  function grows(replicas: number, more = ""): string {
    const object = "object: { apiVersion: apps/v1, kind: Deployment, namespace: inference, name: serve }";
    const undo = "undo: { shallBe: { kind: scale, replicas: 2 } }";
    return `- { phase: kubernetes, name: west-grows, within: 20 s, ${more}${cluster}, ${object}, shallBe: { kind: scale, replicas: ${replicas} }, ${undo} }`;
  }

  function tried(path: string, is: string): string {
    const object = `object: { apiVersion: ${flux}, kind: Kustomization, namespace: flux-system, name: west }`;
    return `{ kind: kubernetes, ${cluster}, ${object}, fields: [{ path: "${path}", is: "${is}" }] }`;
  }
  const ready = "status.conditions[type=Ready].status";

  function seen(more: string): string {
    return `- { phase: verify, journey: chat-completion, ${more}, by: ${tried(ready, "True")} }`;
  }

  function there(object = serve): KubeObject {
    const { name, namespace = "" } = object.metadata;
    return standIn.objects.of(kindOf(object), namespace, name) ?? object;
  }

  async function carriedOut(name: string, steps: readonly string[]): Promise<Ended> {
    lab.declare(name, steps);
    await lab.keep(name, `${name}.json`);
    return lab.run(`${name}.json`).ended();
  }

  async function runNow(): Promise<PlanRun> {
    const { out } = await lab.holdfast("failover", "status", "--dir", "lab", "--json");
    return (JSON.parse(out) as { readonly run: PlanRun }).run;
  }

  function told({ err }: Ended): string {
    return inOneLine(err);
  }

  it("says so beforehand; changes it under the epoch of the run, waits until it is so, and is undone", async () => {
    lab.declare("grow", [grows(4)]);
    const options = ["--scenario", "region-lost", "--workspace", "workspace"];
    const shown = await lab.holdfast("plan", "show", "grow", ...options);
    expect(inOneLine(shown.out)).toContain(
      "~ west-grows: Deployment inference/serve has 4 replicas, all ready (by the API of west; up to 20 s;",
    );
    const done = await carriedOut("grow", [grows(4)]);
    expect(told(done)).toContain("~ Deployment inference/serve spec.replicas: 2 → 4");
    expect(done.status).toBe(0);
    expect(there().status).toMatchObject({ readyReplicas: 4 });
    const { epoch } = await runNow();
    expect(there().metadata.annotations).toEqual({ [epochAnnotation]: String(epoch) });
    expect(await lab.run("grow.json", "--resume", "--undo").ended()).toMatchObject({ status: 0 });
    expect(there()).toMatchObject({
      spec: { replicas: 2 },
      metadata: { annotations: { [epochAnnotation]: String(epoch) } },
    });
  });

  it("waits until a reconciler tells that it has brought about what it is to be by now", async () => {
    const running = carriedOut("reconciled", [grows(3), seen("within: 60 s")]);
    while (!standIn.asked.some((each) => each.includes("/kustomizations/west")))
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await runNow()).end).toBeFalsy();
    standIn.objects.tell(there(west), { conditions: [{ type: "Ready", status: "True" }] });
    expect(await running).toMatchObject({ status: 0 });
  });

  it("is undone where what it brought about is not shown to be so", async () => {
    const undone = await carriedOut("unshown", [grows(5), seen("within: 1 s, onFailure: undo")]);
    expect(undone.status).toBe(2);
    expect(told(undone)).toContain(`Kustomization flux-system/west: ${ready} is False, and not True`);
    expect(there().spec).toMatchObject({ replicas: 2 });
  });

  it("stops before anything is changed where it would be set back, or a newer attempt was there", async () => {
    standIn.objects.make({
      ...{ apiVersion: "autoscaling/v1", kind: "HorizontalPodAutoscaler" },
      metadata: { name: "serve", namespace: "inference" },
      spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "serve" } },
    });
    const held = await carriedOut("autoscaled", [grows(4)]);
    expect(held.status).toBe(2);
    expect(told(held)).toContain("the HorizontalPodAutoscaler serve says how many replicas");
    const annotations = { [epochAnnotation]: "999999999" };
    standIn.objects.make({ ...serve, metadata: { ...serve.metadata, annotations } });
    const late = await carriedOut("late", [grows(4, "setBack: accept, ")]);
    expect(late.status).toBe(2);
    expect(there().spec).toMatchObject({ replicas: 2 });
    expect(standIn.asked.filter((each) => each.startsWith("PATCH"))).toEqual([]);
  });

  it("is not begun while an object that is a gate tells otherwise, and plan check --now says so", async () => {
    lab.declare("gated", [grows(4)]);
    const gate = `gates: [{ name: flux-follows, by: ${tried(ready, "True")} }]`;
    lab.edit("gated.yaml", "interlocks: {", `interlocks: { ${gate},`);
    await lab.keep("gated", "gated.json");
    const held = await lab.run("gated.json").ended();
    expect(held.status).toBe(1);
    expect(told(held)).toContain(
      `gate flux-follows is closed: Kustomization flux-system/west: ${ready} is False`,
    );
    const checked = await lab.holdfast("plan", "check", "workspace", "--now");
    expect(inOneLine(checked.out)).toContain("gate flux-follows is closed: Kustomization flux-system/west");
    standIn.objects.tell(there(west), { conditions: [{ type: "Ready", status: "True" }] });
    expect(await lab.run("gated.json").ended()).toMatchObject({ status: 0 });
    expect(there().spec).toMatchObject({ replicas: 4 });
  });
});
