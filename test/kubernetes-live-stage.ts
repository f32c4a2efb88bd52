import { setTimeout as pause } from "node:timers/promises";
import { type InBetween, type Request } from "./kubernetes-in-between.ts";
import { at, type KubeObject, kindOf } from "./kubernetes-objects.ts";
import { type Exchange, type WholeAnswer, whose } from "./kubernetes-recording.ts";
import type { Others, Stage, Story } from "./kubernetes-story.ts";
import type { RunningKubernetes, Told } from "./running-kubernetes.ts";

const mergePatch = "application/merge-patch+json";
const looksMax = 25;
const waitsMax = 600;

/** A story on a real API server: what is asked goes there by way of us, and is written down. */
export class LiveStage implements Stage {
  readonly folder: string;
  readonly exchanges: Exchange[] = [];
  readonly others: Others;
  readonly #cluster: RunningKubernetes;
  readonly #namespace: string;
  readonly #inBetween: InBetween;
  #beforeWrite: (() => Promise<void>) | null = null;
  #afterWrite: (() => Promise<void>) | null = null;
  #onLook: () => void = () => undefined;
  #kubelet: Kubelet | null = null;
  #starting: Promise<void> = Promise.resolve();

  constructor(
    { name }: Story,
    parts: { readonly cluster: RunningKubernetes; readonly inBetween: InBetween; readonly folder: string },
  ) {
    this.folder = parts.folder;
    this.#cluster = parts.cluster;
    this.#inBetween = parts.inBetween;
    this.#namespace = name;
    this.others = this.#others();
    this.#inBetween.answerBy((request) => this.#passed(request));
  }

  kubeconfig(as: string): string {
    return this.#inBetween.kubeconfig(as);
  }

  beforeWrite(act: () => Promise<void>): void {
    this.#beforeWrite = act;
  }

  afterWrite(act: () => Promise<void>): void {
    this.#afterWrite = act;
  }

  calledOff(): AbortSignal {
    const over = new AbortController();
    let looks = 0;
    this.#onLook = () => {
      looks += 1;
      if (looks === looksMax) over.abort(new Error("its time is over"));
    };
    return over.signal;
  }

  async end(): Promise<void> {
    await this.#starting;
    await this.#kubelet?.stop();
  }

  #others(): Others {
    return {
      make: async (object, by = "kubectl-create") => {
        const path = pathOf(object).replace(/\/[^/]+$/, "");
        await this.#otherwise("POST", `${path}?fieldManager=${by}`, object);
      },
      patch: (object, body) => this.#otherwise("PATCH", `${pathOf(object)}?fieldManager=somebody`, body),
      tell: (object, status) => this.#otherwise("PATCH", `${pathOf(object)}/status`, { status }),
      remove: (object) => this.#otherwise("DELETE", pathOf(object), null),
      pods: async (are) => {
        await this.#kubelet?.stop();
        this.#kubelet = are === "left alone" ? null : new Kubelet(this.#cluster, this.#namespace);
      },
      settled: (object) => this.#settled(object),
      restart: async () => {
        await this.#cluster.killServer();
        this.#starting = this.#cluster.startServer();
      },
    };
  }

  async #otherwise(method: "POST" | "PATCH" | "DELETE", path: string, body: object | null): Promise<void> {
    const type = method === "PATCH" ? mergePatch : "application/json";
    const { status, text } = await this.#cluster.administer({ method, path, body, type });
    if (status >= 300) throw new Error(`${method} ${path} is refused to others: ${text}`);
    this.exchanges.push({ by: "others", method, path, ...(body && { body }), status });
  }

  async #settled(object: KubeObject): Promise<void> {
    for (let waits = 0; waits < waitsMax; waits += 1) {
      const now: unknown = JSON.parse(
        (await this.#cluster.administer({ method: "GET", path: pathOf(object) })).text,
      );
      const [generation, observed] = [
        at(now, "metadata", "generation"),
        at(now, "status", "observedGeneration"),
      ];
      const [wished, ready] = [at(now, "spec", "replicas"), at(now, "status", "readyReplicas") ?? 0];
      if (generation === observed && wished === ready && (at(now, "status", "replicas") ?? 0) === wished)
        return;
      await pause(50);
    }
    throw new Error(`${pathOf(object)} does not settle`);
  }

  async #passed(request: Request): Promise<WholeAnswer | "connection lost"> {
    const { method, path, text, authorization } = request;
    if (method === "PATCH") {
      const act = this.#beforeWrite;
      this.#beforeWrite = null;
      await act?.();
    }
    const answer = await this.#answered(request);
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    const as = whose(authorization);
    this.exchanges.push({ by: "holdfast", as, method, path, ...(text !== "" && { body }), answer });
    if (method === "PATCH" && answer !== "connection lost" && answer.status < 300) await this.#afterWrite?.();
    if (method === "GET") this.#onLook();
    return answer;
  }

  #answered({
    method,
    path,
    text,
    authorization = "",
    type,
  }: Request): Promise<WholeAnswer | "connection lost"> {
    const headers = {
      ...{ authorization, accept: "application/json" },
      ...(type === undefined ? {} : { "content-type": type }),
    };
    return this.#cluster.pass({ method, path, text, headers }).then(wholeAnswer, () => "connection lost");
  }
}

function wholeAnswer({ status, headers, text }: Told): WholeAnswer {
  const type = String(headers["content-type"]);
  const retryAfter = headers["retry-after"];
  const body: unknown = type.startsWith("application/json") ? JSON.parse(text) : text;
  return { status, type, ...(typeof retryAfter === "string" && { retryAfter }), body };
}

function pathOf(object: KubeObject): string {
  const { plural, group, isNamespaced } = kindOf(object);
  const { name, namespace = "" } = object.metadata;
  const space = isNamespaced ? `/namespaces/${namespace}` : "";
  return `${group === "" ? "/api" : "/apis"}/${object.apiVersion}${space}/${plural}/${name}`;
}

const ready = {
  status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
};

/** Says of every pod of a namespace that it is ready. */
class Kubelet {
  #isOver = false;
  readonly #done: Promise<void>;

  constructor(cluster: RunningKubernetes, namespace: string) {
    this.#done = this.#run(cluster, `/api/v1/namespaces/${namespace}/pods`);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#done;
  }

  async #run(cluster: RunningKubernetes, path: string): Promise<void> {
    while (!this.#isOver) {
      // Where the server is down, it is asked again.
      await this.#round(cluster, path).catch(() => undefined);
      await pause(100);
    }
  }

  async #round(cluster: RunningKubernetes, path: string): Promise<void> {
    const { text } = await cluster.administer({ method: "GET", path });
    const { items = [] } = JSON.parse(text) as { readonly items?: readonly KubeObject[] };
    for (const { metadata, status } of items)
      if (status?.["phase"] !== "Running")
        await cluster.administer({
          ...{ method: "PATCH", path: `${path}/${metadata.name}/status` },
          ...{ body: ready, type: mergePatch },
        });
  }
}
