import { execFile, execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { kubernetesActuator } from "../../src/adapters/kubernetes/kubernetes-actuator.ts";
import { kubernetesVerifier } from "../../src/adapters/kubernetes/kubernetes-verifier.ts";
import {
  type ClusterAccess,
  epochAnnotation,
  type KubernetesWish,
  type ObjectName,
  type ObjectState,
} from "../../src/core/model/kubernetes-wish.ts";
import type { Applied, Look } from "../../src/core/plan/actuator.ts";
import { at, type KubeObject, kindOf } from "../kubernetes-objects.ts";
import { KubernetesStandIn } from "../kubernetes-stand-in.ts";

const isKubectlHere = spawnSync("sh", ["-c", "command -v kubectl"], { stdio: "ignore" }).status === 0;
const skipped = isKubectlHere ? "" : " (skipped: Debian's package kubernetes-client is not here)";
const run = promisify(execFile);
const life = new AbortController().signal;
const serve = { apiVersion: "apps/v1", kind: "Deployment", namespace: "inference", name: "serve" };
const chat = {
  ...{ apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute" },
  ...{ namespace: "front", name: "chat" },
};

function deployment(replicas = 2): KubeObject {
  return {
    ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "serve", namespace: "inference" } },
    spec: { replicas, template: { spec: { containers: [{ name: "serve", image: "serve:1" }] } } },
    status: { observedGeneration: 1, replicas, readyReplicas: replicas },
  };
}

function route(weights: Readonly<Record<string, number>> = { east: 100, west: 0 }): KubeObject {
  const backendRefs = Object.entries(weights).map(([name, weight]) => ({ name, port: 80, weight }));
  const other = { name: "other", backendRefs: [{ name: "east", port: 80 }] };
  return {
    ...{ apiVersion: chat.apiVersion, kind: "HTTPRoute", metadata: { name: "chat", namespace: "front" } },
    spec: {
      parentRefs: [{ name: "edge" }],
      rules: [other, { name: "chat", matches: [{ path: { value: "/chat" } }], backendRefs }],
    },
  };
}

function scale(replicas: number): ObjectState {
  return { kind: "scale", replicas };
}

function weights(west: number, east: number, lastPlace: "stays" | "may-go" = "stays"): ObjectState {
  const backends = [
    { name: "west", weight: west },
    { name: "east", weight: east },
  ];
  return { kind: "weights", rule: { kind: "named", name: "chat" }, backends, lastPlace };
}

describe("an object of a Kubernetes cluster that a plan changes (a stand-in for the API)", () => {
  let folder: string;
  let standIn: KubernetesStandIn;
  let kubeconfig: string;
  const others: KubernetesStandIn[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-kubernetes-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    standIn = await KubernetesStandIn.start(folder);
    kubeconfig = standIn.kubeconfig();
    standIn.objects.make({ apiVersion: "v1", kind: "Namespace", metadata: { name: "inference" } });
    standIn.objects.make(deployment());
    const made = standIn.objects.make(route());
    standIn.accept(made, "True");
  });
  afterEach(async () => {
    for (const each of [standIn, ...others.splice(0)]) await each.stop();
  });

  function access(file = kubeconfig): ClusterAccess {
    return { kind: "kubeconfig", file, context: "west" };
  }

  function wish(shallBe: ObjectState, more: Partial<KubernetesWish> = {}): KubernetesWish {
    const object: ObjectName = shallBe.kind === "weights" ? chat : serve;
    return { cluster: access(), object, shallBe, setBack: "refuse", ...more };
  }

  const settings = { environment: {}, serviceAccountFolder: "/none", answerMsMax: 1_000, lookEveryMs: 10 };

  function actuator(more: Partial<typeof settings> = {}): ReturnType<typeof kubernetesActuator> {
    return kubernetesActuator({ ...settings, ...more });
  }

  function apply(of: KubernetesWish, epoch = 7, signal = life): Promise<Applied> {
    return actuator().apply(of, epoch, signal);
  }

  async function problemOf(
    result: Promise<Applied | Look>,
  ): Promise<{ code: string; what: string; mend: string }> {
    const got = await result;
    if (!("problem" in got)) throw new Error(`no problem: ${JSON.stringify(got)}`);
    return got.problem;
  }

  /** Refused by a look and by a change alike, and nothing is written. */
  async function refusal(of: KubernetesWish): Promise<{ code: string; what: string; mend: string }> {
    const seen = await problemOf(actuator().look(of, life));
    expect(await problemOf(apply(of))).toEqual(seen);
    expect(standIn.asked.filter((each) => !each.startsWith("GET"))).toEqual([]);
    return seen;
  }

  function there(object: ObjectName = serve): KubeObject {
    const found = standIn.objects.of(kindOf(object), object.namespace ?? "", object.name);
    if (found === null) throw new Error("it is gone");
    return found;
  }

  function epochThere(object: ObjectName = serve): string | undefined {
    return there(object).metadata.annotations?.[epochAnnotation];
  }

  /** The step's time is over when the object has been looked at some times: later than its controller would have acted. */
  function calledOff(): AbortSignal {
    const over = new AbortController();
    let looks = 0;
    standIn.onAsked = (asked) => {
      if (/^GET .*\/(?:serve|chat)$/.test(asked)) looks += 1;
      if (looks === 15) over.abort(new Error("its time is over"));
    };
    return over.signal;
  }

  function within(ms: number): AbortSignal {
    return AbortSignal.timeout(ms);
  }

  function verify(
    path: string,
    is: string,
    object: ObjectName = serve,
  ): ReturnType<ReturnType<typeof kubernetesVerifier>["try"]> {
    const fields = [{ path, expected: { kind: "text", is } as const }];
    return kubernetesVerifier(settings).try(
      { kind: "kubernetes", cluster: access(), object, fields, timeoutSeconds: 1 },
      life,
    );
  }

  describe("replicas", () => {
    it("are looked at without a change, and are done when as many are ready", async () => {
      expect(await actuator().look(wish(scale(8)), life)).toEqual({
        ...{ kind: "seen", epoch: null },
        now: { "Deployment inference/serve spec.replicas": "2" },
        wanted: { "Deployment inference/serve spec.replicas": "8" },
      });
      expect(standIn.asked.some((each) => each.startsWith("PATCH"))).toBe(false);
      expect(await apply(wish(scale(8)))).toEqual({
        kind: "done",
        now: { "Deployment inference/serve spec.replicas": "8" },
      });
      expect(there().status).toMatchObject({ readyReplicas: 8 });
      expect(epochThere()).toBe("7");
      expect(await actuator().look(wish(scale(8)), life)).toMatchObject({ epoch: 7 });
    });

    it("are done at none, too, where no count of ready ones is told", async () => {
      expect(await apply(wish(scale(0)))).toMatchObject({ kind: "done" });
      expect(there().status?.["readyReplicas"]).toBeUndefined();
    });

    it("are not done while fewer are ready, and the step's time tells how many", async () => {
      standIn.controllers = 5;
      const problem = await problemOf(apply(wish(scale(8)), 7, calledOff()));
      expect(problem).toMatchObject({ code: "kubernetes/not-yet" });
      expect(problem.what).toContain("5 of 8 replicas are ready, and 8 are there");
      expect(there().spec).toMatchObject({ replicas: 8 });
    });

    it("are not done by what its controller told of an older generation", async () => {
      standIn.controllers = "asleep";
      const old = standIn.objects.make(deployment());
      standIn.objects.tell(old, { replicas: 8, readyReplicas: 8 });
      const problem = await problemOf(apply(wish(scale(8)), 7, calledOff()));
      expect(problem.what).toContain("its controller has seen generation 1 of 2");
    });

    it("of a StatefulSet are the same, and of a kind that has none are refused", async () => {
      const postgres = { ...serve, kind: "StatefulSet" };
      standIn.objects.make({ ...deployment(), kind: "StatefulSet" });
      expect(await apply(wish(scale(3), { object: postgres }))).toMatchObject({ kind: "done" });
      for (const kind of ["DaemonSet", "Fleet"]) {
        const apiVersion = kind === "Fleet" ? "example.com/v1" : "apps/v1";
        standIn.objects.make({ ...deployment(), apiVersion, kind, spec: { size: 2 } });
      }
      standIn.asked.length = 0;
      expect(await refusal(wish(scale(3), { object: { ...serve, kind: "DaemonSet" } }))).toMatchObject({
        code: "kubernetes/not-scalable",
      });
      // It has a scale, which keeps them elsewhere.
      const fleet = { ...serve, apiVersion: "example.com/v1", kind: "Fleet" };
      expect(await refusal(wish(scale(3), { object: fleet }))).toMatchObject({
        code: "kubernetes/not-scalable",
      });
    });
  });

  describe("values", () => {
    it("are set, added and taken away, an item of a list by its name, and all else stays", async () => {
      const image = "spec.template.spec.containers[name=serve].image";
      const set = [
        { path: image, value: "serve:2" },
        { path: "spec.paused", value: true },
        { path: 'metadata.annotations["example.com/size"]', value: "small" },
      ];
      expect(await actuator().look(wish({ kind: "patch", set }), life)).toMatchObject({
        now: { "Deployment inference/serve spec.paused": "not there" },
        wanted: { [`Deployment inference/serve ${image}`]: '"serve:2"' },
      });
      expect(await apply(wish({ kind: "patch", set }))).toMatchObject({ kind: "done" });
      expect(there().spec).toEqual({
        ...{ replicas: 2, paused: true },
        template: { spec: { containers: [{ name: "serve", image: "serve:2" }] } },
      });
      expect(there().metadata.annotations).toEqual({ "example.com/size": "small", [epochAnnotation]: "7" });
      const back = set.map(({ path }) => ({ path, value: path === image ? "serve:1" : null }));
      expect(await apply(wish({ kind: "patch", set: back }))).toMatchObject({ kind: "done" });
      expect(there().spec).toEqual(deployment().spec);
      expect(there().metadata.annotations).toEqual({ [epochAnnotation]: "7" });
    });

    it("that the cluster does not know are refused, and those that it does not take", async () => {
      const typo = await problemOf(apply(wish({ kind: "patch", set: [{ path: "spec.replica", value: 4 }] })));
      expect(typo).toMatchObject({ code: "kubernetes/refused" });
      expect(typo.what).toContain('unknown field "spec.replica"');
      const invalid = await problemOf(
        apply(wish({ kind: "patch", set: [{ path: "spec.replicas", value: -1 }] })),
      );
      expect(invalid.what).toContain("(422), and nothing was changed");
      expect(invalid.what).toContain("must be greater than or equal to 0");
      expect(epochThere()).toBeUndefined();
    });

    it("of an item that is not there cannot be set", async () => {
      const set = [{ path: "spec.template.spec.containers[name=other].image", value: "x" }];
      expect(await refusal(wish({ kind: "patch", set }))).toMatchObject({
        code: "kubernetes/no-field",
        what: expect.stringContaining("no item has the name other") as string,
      });
    });
  });

  describe("weights of a route", () => {
    it("are set in one rule, others stay, and are done when every gateway takes the route", async () => {
      expect(await actuator().look(wish(weights(100, 0)), life)).toMatchObject({
        now: { "HTTPRoute front/chat backend west weight": "0" },
        wanted: { "HTTPRoute front/chat backend west weight": "100" },
      });
      expect(await apply(wish(weights(100, 0)))).toMatchObject({ kind: "done" });
      expect(there(chat).spec?.["rules"]).toEqual(route({ east: 0, west: 100 }).spec?.["rules"]);
      expect(at(there(chat).status, "parents", "0", "conditions", "0", "observedGeneration")).toBe(2);
    });

    it("are not done by what a gateway said of the route as it was, nor when it does not take it", async () => {
      standIn.controllers = "asleep";
      const silent = await problemOf(apply(wish(weights(100, 0)), 7, calledOff()));
      expect(silent.what).toContain("Gateway edge has not told whether it takes the route as it is now");
      standIn.accept(there(chat), "False");
      const refused = await problemOf(apply(wish(weights(100, 0)), 7, calledOff()));
      expect(refused.what).toContain(
        "Gateway edge says that the route is not Accepted: NotAllowed, not from here",
      );
      const two = route();
      two.spec = { ...two.spec, parentRefs: [{ name: "edge" }, { name: "inner" }] };
      standIn.objects.make({ ...two, status: { parents: at(there(chat).status, "parents") } });
      const unheard = await problemOf(apply(wish(weights(100, 0)), 8, calledOff()));
      expect(unheard.what).toContain("Gateway inner has not told whether it takes the route");
    });

    it("leave no rule without a backend, unless that is wished for", async () => {
      expect(await refusal(wish(weights(0, 0)))).toMatchObject({ code: "kubernetes/last-place" });
      expect(await apply(wish(weights(0, 0, "may-go")))).toMatchObject({ kind: "done" });
      expect(there(chat).spec?.["rules"]).toEqual(route({ east: 0, west: 0 }).spec?.["rules"]);
    });

    it("of a backend that is not said count as 1", async () => {
      const third = route({ east: 100, west: 0 });
      (at(third.spec, "rules", "1", "backendRefs") as object[]).push({ name: "third" });
      standIn.objects.make(third);
      expect(await apply(wish(weights(0, 0)))).toMatchObject({ kind: "done" });
    });

    it("need a rule and a backend that are there, once", async () => {
      const none: ObjectState = { ...weights(1, 1), rule: { kind: "named", name: "chta" } } as ObjectState;
      expect(await refusal(wish(none))).toMatchObject({
        what: expect.stringContaining("none is named chta") as string,
      });
      const only = { ...weights(1, 1), rule: { kind: "only" } } as ObjectState;
      expect((await refusal(wish(only))).what).toContain("there are 2, and the step names none");
      const far = { ...weights(1, 1), rule: { kind: "at", index: 2 } } as ObjectState;
      expect((await refusal(wish(far))).what).toContain("there is none at 2, counted from 0");
      const unknown = { ...weights(1, 1), backends: [{ name: "wset", weight: 1 }] } as ObjectState;
      expect((await refusal(wish(unknown))).what).toContain("backend wset: the rule has east, west");
      const twice = route();
      (at(twice.spec, "rules", "1", "backendRefs") as object[]).push({ name: "west", namespace: "other" });
      standIn.objects.make(twice);
      expect((await refusal(wish(weights(1, 1)))).what).toContain("2 of the rule have this name");
    });
  });

  describe("the epoch", () => {
    it("lets whoever comes with a lower one change nothing, and one with the same do it again", async () => {
      expect(await apply(wish(scale(8)), 7)).toMatchObject({ kind: "done" });
      standIn.asked.length = 0;
      expect(await apply(wish(scale(2)), 6)).toEqual({ kind: "outdated", epoch: 7 });
      expect(standIn.asked.filter((each) => !each.startsWith("GET"))).toEqual([]);
      expect(await apply(wish(scale(8)), 7)).toMatchObject({ kind: "done" });
      expect(standIn.asked.filter((each) => !each.startsWith("GET"))).toEqual([]);
      expect(await apply(wish(scale(2)), 7)).toMatchObject({ kind: "done" });
      expect(there().spec).toMatchObject({ replicas: 2 });
    });

    it("is kept where all is as wished already", async () => {
      expect(await apply(wish(scale(2)), 9)).toMatchObject({ kind: "done" });
      expect(epochThere()).toBe("9");
      // What a Deployment is annotated with counts as what is wished for.
      expect(there().metadata.generation).toBe(2);
    });

    it("is compared again when somebody was faster, so that nobody comes too late", async () => {
      standIn.beforeWrite = () => {
        const newer = { metadata: { annotations: { [epochAnnotation]: "8" } }, spec: { replicas: 3 } };
        standIn.objects.patched(there(), newer, { by: "holdfast", isStrict: true });
      };
      expect(await apply(wish(scale(8)), 7)).toEqual({ kind: "outdated", epoch: 8 });
      expect(there().spec).toMatchObject({ replicas: 3 });
    });

    it("stands through a conflict with somebody who has none", async () => {
      standIn.beforeWrite = () => {
        standIn.objects.patched(there(), { metadata: { labels: { a: "b" } } }, { by: "ann", isStrict: true });
      };
      expect(await apply(wish(scale(8)), 7)).toMatchObject({ kind: "done" });
      expect(there().metadata["labels"]).toEqual({ a: "b" });
      expect(standIn.asked.filter((each) => each.startsWith("PATCH")).length).toBe(2);
    });

    it("of a newer attempt that comes while it is waited for ends the step", async () => {
      standIn.controllers = "asleep";
      standIn.afterWrite = () => {
        standIn.afterWrite = null;
        const newer = { metadata: { annotations: { [epochAnnotation]: "8" } } };
        standIn.objects.patched(there(), newer, { by: "holdfast", isStrict: true });
      };
      expect(await problemOf(apply(wish(scale(8)), 7))).toMatchObject({ code: "kubernetes/overtaken" });
    });

    it("that is no number stops everybody", async () => {
      const object = deployment();
      standIn.objects.make({
        ...object,
        metadata: { ...object.metadata, annotations: { [epochAnnotation]: "x" } },
      });
      const problem = await refusal(wish(scale(8)));
      expect(problem).toMatchObject({ code: "kubernetes/epoch-unreadable" });
      expect(problem.mend).toContain(`kubectl annotate -n inference deployment serve ${epochAnnotation}-`);
    });

    it("gives up where every write of it meets another", async () => {
      standIn.order("PATCH", { status: 409, text: "modified" }, 100);
      expect(await problemOf(apply(wish(scale(8))))).toMatchObject({ code: "kubernetes/contended" });
      expect(standIn.asked.filter((each) => each.startsWith("PATCH")).length).toBe(20);
    });
  });

  describe("somebody who would set it back", () => {
    const autoscaler = (kind = "Deployment"): KubeObject => ({
      ...{ apiVersion: "autoscaling/v1", kind: "HorizontalPodAutoscaler" },
      metadata: { name: "serve-hpa", namespace: "inference" },
      spec: { scaleTargetRef: { apiVersion: "apps/v1", kind, name: "serve" }, maxReplicas: 9 },
    });

    it("is told before anything is changed: an autoscaler", async () => {
      standIn.objects.make(autoscaler());
      const problem = await refusal(wish(scale(8)));
      expect(problem).toMatchObject({ code: "kubernetes/autoscaled" });
      expect(problem.what).toContain("HorizontalPodAutoscaler serve-hpa");
      const set = [{ path: "spec.replicas", value: 8 }];
      expect(await refusal(wish({ kind: "patch", set }))).toMatchObject({ code: "kubernetes/autoscaled" });
      expect(await apply(wish(scale(8), { setBack: "accept" }))).toMatchObject({ kind: "done" });
    });

    it("is nobody where the autoscaler is of another object", async () => {
      standIn.objects.make(autoscaler("StatefulSet"));
      expect(await apply(wish(scale(8)))).toMatchObject({ kind: "done" });
    });

    it.each(["kustomize-controller", "argocd-controller", "helm-controller"])(
      "is told before anything is changed: %s, which has set the field",
      async (manager) => {
        standIn.objects.make(deployment(), manager);
        const problem = await refusal(wish(scale(8)));
        expect(problem).toMatchObject({ code: "kubernetes/reconciled" });
        expect(problem.what).toContain(`${manager} has set spec.replicas of Deployment inference/serve`);
        standIn.objects.make(route(), manager);
        // It holds the list of rules as a whole.
        expect(await refusal(wish(weights(100, 0)))).toMatchObject({ code: "kubernetes/reconciled" });
        expect(await apply(wish(scale(8), { setBack: "accept" }))).toMatchObject({ kind: "done" });
        // By now it is ours, and the way back is free.
        expect(await apply(wish(scale(2)))).toMatchObject({ kind: "done" });
      },
    );

    it("is nobody where the reconciler has set other fields", async () => {
      standIn.objects.make(deployment(), "kustomize-controller");
      const set = [{ path: "spec.paused", value: true }];
      expect(await apply(wish({ kind: "patch", set }))).toMatchObject({ kind: "done" });
    });

    it("is told where items of a list have owners of their own", async () => {
      const object = deployment();
      const containers = { 'k:{"name":"serve"}': { "f:image": {}, ".": {} } };
      const managedFields = [
        {
          ...{ manager: "argocd-controller", operation: "Apply", time: "given" },
          fieldsV1: { "f:spec": { "f:template": { "f:spec": { "f:containers": containers } } } },
        },
      ];
      standIn.objects.make({ ...object, metadata: { ...object.metadata, managedFields } });
      const path = (field: string): string => `spec.template.spec.containers[name=serve].${field}`;
      const set = [{ path: path("image"), value: "serve:2" }];
      expect(await refusal(wish({ kind: "patch", set }))).toMatchObject({ code: "kubernetes/reconciled" });
      const other = [{ path: path("tty"), value: true }];
      expect(await apply(wish({ kind: "patch", set: other }))).toMatchObject({ kind: "done" });
    });

    it("is found when it does so again and again, and the step fails", async () => {
      standIn.controllers = "asleep";
      standIn.afterWrite = () => {
        if (there().spec?.["replicas"] === 8)
          standIn.objects.patched(there(), { spec: { replicas: 2 } }, { by: "somebody", isStrict: true });
      };
      const problem = await problemOf(apply(wish(scale(8))));
      expect(problem).toMatchObject({ code: "kubernetes/set-back" });
      expect(problem.what).toContain("sets spec.replicas of Deployment inference/serve back, 5 times by now");
    });
  });

  describe("a cluster that is not to be had", () => {
    it("does not believe us, and does not permit it: which verb of which resource is told", async () => {
      const stranger = standIn.kubeconfig({ token: "token-of-nobody" });
      const unknown = await refusal(wish(scale(8), { cluster: access(stranger) }));
      expect(unknown).toMatchObject({ code: "kubernetes/not-believed" });
      expect(JSON.stringify(unknown)).not.toContain("token-of-nobody");
      const reader = access(standIn.kubeconfig({ token: "token-of-a-reader" }));
      const denied = await problemOf(apply(wish(scale(8), { cluster: reader })));
      expect(denied).toMatchObject({
        code: "kubernetes/not-permitted",
        mend: 'permit it in a role: apiGroups: ["apps"], resources: [deployments], verbs: [patch]',
      });
      expect(denied.what).toContain('User "reader" cannot patch resource "deployments"');
      const listless = access(standIn.kubeconfig({ token: "token-without-lists" }));
      expect((await problemOf(actuator().look(wish(scale(8), { cluster: listless }), life))).mend).toBe(
        'permit it in a role: apiGroups: ["autoscaling"], resources: [horizontalpodautoscalers], verbs: [list]',
      );
      // Who accepts that it may be set back need not be let see by whom.
      const accepted = wish(scale(8), { cluster: listless, setBack: "accept" });
      expect(await apply(accepted)).toMatchObject({ kind: "done" });
    });

    it("has no such object, kind or scope", async () => {
      const gone = { ...serve, name: "srve" };
      expect(await refusal(wish(scale(8), { object: gone }))).toMatchObject({
        code: "kubernetes/not-found",
        what: expect.stringContaining('deployments.apps "srve" not found') as string,
      });
      expect(await refusal(wish(scale(8), { object: { ...serve, kind: "Deploymnet" } }))).toMatchObject({
        code: "kubernetes/unknown-kind",
        mend: expect.stringContaining('did you mean "Deployment"?') as string,
      });
      const unserved = { ...serve, apiVersion: "apps/v9" };
      expect((await refusal(wish(scale(8), { object: unserved }))).what).toContain("no apps/v9");
      const nowhere = { ...serve, namespace: null };
      expect(await refusal(wish(scale(8), { object: nowhere }))).toMatchObject({
        code: "kubernetes/no-namespace",
      });
      const set = [{ path: "metadata.labels.a", value: "b" }];
      const space = { apiVersion: "v1", kind: "Namespace", namespace: "a", name: "a" };
      expect(await refusal(wish({ kind: "patch", set }, { object: space }))).toMatchObject({
        code: "kubernetes/no-namespace",
      });
    });

    it("is deleting the object, and is not asked to change it", async () => {
      const object = deployment();
      const deletionTimestamp = "2026-11-28T10:00:00Z";
      standIn.objects.make({ ...object, metadata: { ...object.metadata, deletionTimestamp } });
      expect(await refusal(wish(scale(8)))).toMatchObject({
        code: "kubernetes/being-deleted",
        what: expect.stringContaining(deletionTimestamp) as string,
      });
    });

    it.each([
      [
        "is asked again after the time that it says",
        "GET",
        { status: 429, text: "busy", headers: { "retry-after": "1" } },
      ],
      ["stumbles", "GET", { status: 503, text: "etcd has no leader" }],
      ["stumbles over a change", "PATCH", { status: 500, text: "etcdserver: request timed out" }],
      ["breaks off an answer", "GET", "breaks-off"],
      ["breaks off the answer to a change", "PATCH", "breaks-off"],
      ["cuts the connection", "GET", "resets"],
      ["has forgotten", "GET", { status: 410, text: "too old" }],
      ["does not answer in time", "GET", "hangs"],
      ["changes it and does not say so", "PATCH", "forgets-to-answer"],
    ] as const)("%s, and the step is done all the same", async (_, method, fault) => {
      standIn.order(method, fault);
      const asked: number[] = [];
      standIn.onAsked = () => asked.push(performance.now());
      expect(await apply(wish(scale(8)))).toMatchObject({ kind: "done" });
      if (typeof fault === "object" && fault.status === 429)
        expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThan(950);
      expect(there().spec).toMatchObject({ replicas: 8 });
      expect(there().metadata.generation).toBe(2);
    });

    it("stumbles on and on, and that is told", async () => {
      standIn.order("GET", { status: 503, text: "etcd has no leader" }, 100);
      expect(await problemOf(actuator().look(wish(scale(8)), life))).toMatchObject({
        code: "kubernetes/not-done",
        what: expect.stringContaining("status 503: etcd has no leader") as string,
      });
    });

    it("is waited for when it stops to answer after it was changed", async () => {
      standIn.afterWrite = () => {
        standIn.order("GET", "resets", 7);
      };
      expect(await apply(wish(scale(8)))).toMatchObject({ kind: "done" });
    });

    it("answers with a page, or sends us elsewhere", async () => {
      standIn.order("GET", { status: 200, text: "<html>sign in</html>" });
      expect(await problemOf(actuator().look(wish(scale(8)), life))).toMatchObject({
        code: "kubernetes/other-answer",
        what: expect.stringContaining("<html>sign in</html>") as string,
      });
      standIn.order("GET", { status: 302, text: "", headers: { location: "https://127.0.0.1:1/" } });
      expect((await problemOf(actuator().look(wish(scale(8)), life))).what).toContain("the status 302");
    });

    it("refuses the connection, or shows a certificate of somebody else's", async () => {
      const nobody = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => nobody.once("listening", resolve));
      const { port } = nobody.address() as { readonly port: number };
      await new Promise((resolve) => nobody.close(resolve));
      const closed = access(standIn.kubeconfig(undefined, { server: `https://127.0.0.1:${port}` }));
      expect(await problemOf(actuator().look(wish(scale(8), { cluster: closed }), life))).toMatchObject({
        code: "kubernetes/away",
        what: expect.stringContaining("ECONNREFUSED") as string,
      });
      const elsewhere = mkdtempSync(join(folder, "other-"));
      const other = await KubernetesStandIn.start(elsewhere);
      others.push(other);
      const foreign = access(standIn.kubeconfig(undefined, { server: other.url }));
      process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
      const look = actuator().look(wish(scale(8), { cluster: foreign }), life);
      const problem = await problemOf(look).finally(() => {
        delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      });
      expect(problem).toMatchObject({ code: "kubernetes/away" });
      expect(problem.what).toMatch(/certificate/);
      expect(other.asked).toEqual([]);
    });

    it("is not waited for any longer than the step may take", async () => {
      standIn.order("GET", "hangs", 100);
      const problem = await problemOf(
        actuator({ answerMsMax: 60_000 }).apply(wish(scale(8)), 7, within(300)),
      );
      expect(problem).toMatchObject({ code: "kubernetes/away" });
    });
  });

  describe("who we are", () => {
    it.each<readonly [string, { readonly user?: object; readonly cluster?: object }, string]>([
      [
        "a cluster that is not verified",
        { cluster: { "insecure-skip-tls-verify": true } },
        "insecure-skip-tls-verify",
      ],
      ["a server without TLS", { cluster: { server: "http://127.0.0.1:1" } }, "no address of https"],
      [
        "a password in an address",
        { cluster: { server: "https://ann:hush@127.0.0.1:1" } },
        "has a name, a password",
      ],
      ["a query in an address", { cluster: { server: "https://127.0.0.1:1/?x=y" } }, "a query"],
      ["a proxy", { cluster: { "proxy-url": "http://127.0.0.1:1" } }, "proxy-url"],
      [
        "a program",
        { user: { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "touch" }, token: "x" } },
        "would run a program",
      ],
      ["a provider", { user: { "auth-provider": { name: "oidc", config: {} } } }, "auth-provider"],
      ["a password", { user: { username: "ann", password: "hush-hush" } }, "a user and a password"],
      ["nobody", { user: {} }, "says not who we are"],
    ])("is not said by %s", async (_, { user, cluster }, because) => {
      const file = standIn.kubeconfig(user, cluster);
      const problem = await refusal(wish(scale(8), { cluster: access(file) }));
      expect(problem).toMatchObject({ code: "kubernetes/connection" });
      expect(problem.what).toContain(because);
      expect(JSON.stringify(problem)).not.toContain("hush-hush");
      expect(standIn.asked).toEqual([]);
    });

    it("is said by a client certificate, or by a token in a file that is read each time", async () => {
      const byCertificate = access(standIn.kubeconfig(standIn.clientCertificate()));
      expect(await apply(wish(scale(3), { cluster: byCertificate }))).toMatchObject({ kind: "done" });
      const byFile = access(standIn.kubeconfig({ tokenFile: "a-token" }));
      writeFileSync(join(folder, "a-token"), "token-that-ran-out\n");
      const old = await problemOf(actuator().look(wish(scale(4), { cluster: byFile }), life));
      expect(old).toMatchObject({ code: "kubernetes/not-believed" });
      writeFileSync(join(folder, "a-token"), "token-of-holdfast\n");
      expect(await apply(wish(scale(4), { cluster: byFile }))).toMatchObject({ kind: "done" });
    });

    it("is said by the pod in which the plan is run", async () => {
      const cluster = { kind: "in-cluster" } as const;
      const account = join(folder, "account");
      mkdirSync(account, { recursive: true });
      execFileSync("cp", [standIn.authority, join(account, "ca.crt")]);
      writeFileSync(join(account, "token"), "token-of-holdfast");
      const environment = {
        KUBERNETES_SERVICE_HOST: "127.0.0.1",
        KUBERNETES_SERVICE_PORT: String(standIn.port),
      };
      const inPod = actuator({ environment, serviceAccountFolder: account });
      expect(await inPod.apply(wish(scale(3), { cluster }), 7, life)).toMatchObject({ kind: "done" });
      expect(await problemOf(actuator().look(wish(scale(3), { cluster }), life))).toMatchObject({
        code: "kubernetes/connection",
        what: expect.stringContaining("this is no pod") as string,
      });
      const unread = actuator({ environment, serviceAccountFolder: "/none" });
      expect((await problemOf(unread.look(wish(scale(3), { cluster }), life))).what).toContain("ENOENT");
    });

    it("is not said by a file that is not there or is none, and its text is not told", async () => {
      const missing = await refusal(wish(scale(8), { cluster: access(join(folder, "none")) }));
      expect(missing.what).toContain("it cannot be read (ENOENT)");
      const broken = join(folder, "broken");
      writeFileSync(broken, 'users: [{ user: { token: "hush-hush" }\n  x: [');
      const problem = await refusal(wish(scale(8), { cluster: access(broken) }));
      expect(problem.what).toContain("it is no kubeconfig");
      expect(JSON.stringify(problem)).not.toContain("hush-hush");
      const cluster = { ...access(), context: "wset" } as ClusterAccess;
      expect((await refusal(wish(scale(8), { cluster }))).mend).toBe("name one of west, other");
      const nobody = { ...access(), context: "other" } as ClusterAccess;
      expect((await refusal(wish(scale(8), { cluster: nobody }))).what).toContain(
        "names no cluster that is there",
      );
    });

    it("is not told where the cluster says it again", async () => {
      standIn.order("GET", { status: 403, text: "no token-of-holdfast here" }, 5);
      const problem = await problemOf(actuator().look(wish(scale(8)), life));
      expect(problem.what).toContain("no (token) here");
    });
  });

  describe("what is verified of an object", () => {
    const west = {
      ...serve,
      apiVersion: "kustomize.toolkit.fluxcd.io/v1",
      kind: "Kustomization",
      name: "west",
    };
    const ready = "status.conditions[type=Ready].status";
    const kustomization = (observed: number, revision = "main@sha1:1"): KubeObject => ({
      ...{ apiVersion: west.apiVersion, kind: west.kind },
      metadata: { name: "west", namespace: "inference", generation: 2 },
      spec: { interval: "5m" },
      status: {
        observedGeneration: observed,
        lastAppliedRevision: revision,
        conditions: [{ type: "Ready", status: "True", observedGeneration: observed }],
      },
    });

    it("is so when it tells so of what it is to be by now", async () => {
      standIn.objects.make(kustomization(1));
      expect(await verify(ready, "True", west)).toEqual({
        kind: "not-so",
        because: "Kustomization inference/west: its controller has seen generation 1 of 2",
      });
      standIn.objects.make(kustomization(2));
      expect(await verify(ready, "True", west)).toEqual({ kind: "so" });
      expect(await verify("status.lastAppliedRevision", "main@sha1:2", west)).toEqual({
        kind: "not-so",
        because:
          "Kustomization inference/west: status.lastAppliedRevision is main@sha1:1, and not main@sha1:2",
      });
    });

    it("is not told by another object, nor by one that is being deleted", async () => {
      const object = kustomization(2);
      standIn.objects.make({
        ...object,
        metadata: { ...object.metadata, deletionTimestamp: "2026-11-28T00:00:00Z" },
      });
      expect(await verify(ready, "True", west)).toMatchObject({
        because: "Kustomization inference/west: it is being deleted",
      });
    });

    it("is of the condition's own generation where that is told", async () => {
      const object = kustomization(1);
      standIn.objects.make({ ...object, status: { conditions: object.status?.["conditions"] } });
      expect(await verify(ready, "True", west)).toMatchObject({
        because: `Kustomization inference/west: ${ready} is of generation 1, and not of 2`,
      });
    });

    it("waits for a value, an item and an object that may come, and not for a right", async () => {
      expect(await verify("status.health.status", "Healthy")).toMatchObject({
        because: "Deployment inference/serve: status.health.status is not there",
      });
      expect(await verify(ready, "True", west)).toMatchObject({ kind: "not-so" });
      expect(await verify(ready, "True", { ...west, kind: "Kust" })).toMatchObject({ kind: "not-so" });
      expect(await verify("spec.replicas", "2")).toEqual({ kind: "so" });
      standIn.order("GET", "resets");
      expect(await verify("spec.replicas", "2")).toMatchObject({ kind: "not-so" });
      kubeconfig = standIn.kubeconfig({ token: "token-of-nobody" });
      expect(await verify("spec.replicas", "2")).toMatchObject({ kind: "cannot" });
      kubeconfig = join(folder, "none");
      expect(await verify("spec.replicas", "2")).toMatchObject({ kind: "cannot" });
    });
  });

  describe.skipIf(!isKubectlHere)(`the stand-in, as kubectl finds it${skipped}`, () => {
    async function kubectl(...args: readonly string[]): Promise<string> {
      const own = ["--kubeconfig", kubeconfig, "--context", "west", "--cache-dir", join(folder, "cache")];
      const { stdout } = await run("kubectl", [...own, "-n", "inference", ...args]);
      return stdout.trim();
    }

    async function refusedBy(...args: readonly string[]): Promise<string> {
      return kubectl(...args).then(
        () => "it is done",
        (cause: unknown) => String(at(cause, "stderr")),
      );
    }

    const object = ["deployment", "serve"] as const;
    const replicas = (): Promise<string> => kubectl("get", ...object, "-o", "jsonpath={.spec.replicas}");
    const epoch = (): Promise<string> =>
      kubectl("get", ...object, "-o", "jsonpath={.metadata.annotations.holdfast\\.dev/epoch}");

    it("is scaled by either, and both see it", async () => {
      expect(await replicas()).toBe("2");
      expect(await apply(wish(scale(8)))).toMatchObject({ kind: "done" });
      expect([await replicas(), await epoch()]).toEqual(["8", "7"]);
      expect(await kubectl("scale", ...object, "--replicas=5")).toBe("deployment.apps/serve scaled");
      expect(await actuator().look(wish(scale(8)), life)).toMatchObject({
        now: { "Deployment inference/serve spec.replicas": "5" },
        epoch: 7,
      });
      expect(await refusedBy("scale", ...object, "--current-replicas=9", "--replicas=1")).toMatch(
        /[Ee]xpected replicas to be 9, was 5/,
      );
    });

    it("takes a merge patch by either, and refuses one of an older version to either", async () => {
      await kubectl("patch", ...object, "--type=merge", "-p", '{"spec":{"paused":true}}');
      const set = [{ path: "spec.paused", value: true }];
      expect(await actuator().look(wish({ kind: "patch", set }), life)).toMatchObject({
        now: { "Deployment inference/serve spec.paused": "true" },
      });
      const back = [{ path: "spec.paused", value: null }];
      expect(await apply(wish({ kind: "patch", set: back }))).toMatchObject({ kind: "done" });
      expect(await kubectl("get", ...object, "-o", "jsonpath={.spec.paused}")).toBe("");
      const old = '{"metadata":{"resourceVersion":"1"},"spec":{"paused":true}}';
      expect(await refusedBy("patch", ...object, "--type=merge", "-p", old)).toMatch(
        /Conflict|the object has been modified/,
      );
    });

    it("keeps an epoch that kubectl has written, and lets it be taken away", async () => {
      await kubectl("annotate", ...object, `${epochAnnotation}=9`);
      expect(await apply(wish(scale(8)), 7)).toEqual({ kind: "outdated", epoch: 9 });
      expect(await refusedBy("annotate", ...object, `${epochAnnotation}=1`)).toContain("already has a value");
      await kubectl("annotate", ...object, `${epochAnnotation}-`);
      expect(await apply(wish(scale(8)), 7)).toMatchObject({ kind: "done" });
    });

    it("has weights that kubectl sees, of one rule", async () => {
      expect(await apply(wish(weights(100, 0)))).toMatchObject({ kind: "done" });
      const form = "jsonpath={.spec.rules[1].backendRefs[*].weight}";
      expect(await kubectl("get", "httproute", "chat", "-n", "front", "-o", form)).toBe("0 100");
    });

    it("knows nobody without a token, and of nothing that is not there", async () => {
      expect(await refusedBy("get", "deployment", "srve")).toContain('deployments.apps "srve" not found');
      kubeconfig = standIn.kubeconfig({ token: "token-of-a-reader" });
      expect(await refusedBy("scale", ...object, "--replicas=5")).toMatch(/Forbidden|forbidden/);
      kubeconfig = standIn.kubeconfig({ token: "token-of-nobody" });
      expect(await refusedBy("get", ...object)).toMatch(/logged in|Unauthorized/);
    });
  });
});
