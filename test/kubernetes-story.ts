import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { kubernetesActuator } from "../src/adapters/kubernetes/kubernetes-actuator.ts";
import { kubernetesVerifier } from "../src/adapters/kubernetes/kubernetes-verifier.ts";
import type { KubernetesWish, ObjectName, ObjectState } from "../src/core/model/kubernetes-wish.ts";
import type { Applied, Look } from "../src/core/plan/actuator.ts";
import type { Tried } from "../src/core/plan/verifier.ts";
import type { KubeObject } from "./kubernetes-objects.ts";

/** Something that happens to objects of a cluster when the adapter is asked for it: on a real one, or as it was recorded there. */
export interface Story {
  /** Of its recording, and of the namespace in which it happens. */
  readonly name: string;
  readonly about: string;
  /** @returns what the adapter said, in order. @param namespace the story's name */
  readonly act: (stage: Stage, namespace: string) => Promise<readonly unknown[]>;
  /** What of that must be so. */
  readonly said: readonly unknown[];
}

/** Whoever else is at the cluster. Where a recording is played, all of them have been there already. */
export interface Others {
  /** @param by under which name its fields are kept */
  make(object: KubeObject, by?: string): Promise<void>;
  patch(object: KubeObject, body: object): Promise<void>;
  /** As its controller, or as a gateway. */
  tell(object: KubeObject, status: object): Promise<void>;
  remove(object: KubeObject): Promise<void>;
  /** No node runs any pod: somebody says of them that they are ready, as a kubelet would. */
  pods(are: "said to be ready" | "left alone"): Promise<void>;
  /** As many replicas are ready as are wished for. */
  settled(object: KubeObject): Promise<void>;
  /** The API server is killed at once, and started again. */
  restart(): Promise<void>;
}

export interface Stage {
  readonly others: Others;
  readonly folder: string;
  kubeconfig(as: string): string;
  /** Done once, before the next write is sent on. */
  beforeWrite(act: () => Promise<void>): void;
  /** Done after each write that was taken. */
  afterWrite(act: () => Promise<void>): void;
  /** The step's time is over when it has looked for a while. */
  calledOff(): AbortSignal;
}

const never = new AbortController().signal;

/** The adapter, asked on a stage. */
export class Asking {
  readonly #stage: Stage;
  readonly #as: string;

  constructor(stage: Stage, as = "holdfast") {
    this.#stage = stage;
    this.#as = as;
  }

  wish(object: KubeObject | ObjectName, shallBe: ObjectState): KubernetesWish {
    return { cluster: this.#cluster(), object: nameOf(object), shallBe, setBack: "refuse" };
  }

  look(object: KubeObject | ObjectName, shallBe: ObjectState): Promise<Look> {
    return kubernetesActuator(this.#settings()).look(this.wish(object, shallBe), never);
  }

  apply(wish: KubernetesWish, epoch = 7, signal = never): Promise<Applied> {
    return kubernetesActuator(this.#settings()).apply(wish, epoch, signal);
  }

  verify(object: KubeObject | ObjectName, path: string, is: string): Promise<Tried> {
    const fields = [{ path, expected: { kind: "text", is } as const }];
    const asked = { cluster: this.#cluster(), object: nameOf(object), fields, timeoutSeconds: 10 };
    return kubernetesVerifier(this.#settings()).try({ kind: "kubernetes", ...asked }, never);
  }

  #cluster(): KubernetesWish["cluster"] {
    return { kind: "kubeconfig", file: this.#stage.kubeconfig(this.#as), context: "west" };
  }

  #settings(): Parameters<typeof kubernetesActuator>[0] {
    const serviceAccountFolder = join(this.#stage.folder, "no-account");
    mkdirSync(serviceAccountFolder, { recursive: true });
    return { environment: {}, serviceAccountFolder, answerMsMax: 10_000, lookEveryMs: 50 };
  }
}

function nameOf(object: KubeObject | ObjectName): ObjectName {
  if (!("metadata" in object)) return object;
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, namespace: metadata.namespace ?? null, name: metadata.name };
}
