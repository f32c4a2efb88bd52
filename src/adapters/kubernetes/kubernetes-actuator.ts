import { epochAnnotation, type KubernetesWish, setsReplicas } from "../../core/model/kubernetes-wish.ts";
import {
  type Actuator,
  type Applied,
  type Epoch,
  type Failed,
  failed,
  type Look,
} from "../../core/plan/actuator.ts";
import { invariant } from "../../core/problem/problem.ts";
import { rest } from "../../waiting/rest.ts";
import { type Api, ask, fieldManager } from "./api-server.ts";
import { type AccessSettings, connectionTo } from "./connection.ts";
import { type JsonMap, textAt } from "./json.ts";
import { mergePatch } from "./merge-patch.ts";
import { type Change, changeOf, epochOf } from "./object-change.ts";
import { type ObjectPath, objectPath } from "./object-path.ts";
import {
  autoscaled,
  beingDeleted,
  contended,
  notKept,
  notYet,
  overtaken,
  reconciled,
  setBackBy,
  unanswered,
} from "./problems.ts";
import { notYetSo } from "./readiness.ts";
import { autoscalerOf, reconcilerOf } from "./set-back.ts";

export interface KubernetesSettings extends AccessSettings {
  /** How long one answer is waited for. */
  readonly answerMsMax: number;
  readonly lookEveryMs: number;
}

/** How often something is asked that may pass by itself: no answer, 429, 5xx. The pauses between are 3 s in all where the server asks for none. */
const asksMax = 5;
/** A controller that tells its status writes the object too, many times while it scales. */
const conflictsMax = 20;
const setBacksMax = 5;
/** What passes by itself where the object has been seen before. */
const passing: readonly string[] = ["kubernetes/away", "kubernetes/not-done", "kubernetes/not-permitted"];

/**
 * Changes one object of a Kubernetes cluster, and waits until its controller says that it is so.
 *
 * The epoch is an annotation of the object. It is compared, and written in one request with the change, which names the `resourceVersion`
 * that was seen: once anybody has changed the object since, the server refuses (409), it is looked at anew, and the epochs are compared again.
 * So nobody comes too late. That is why replicas are patched at the object and not by its subresource `scale`, which has no annotations.
 */
export function kubernetesActuator(settings: KubernetesSettings): Actuator<KubernetesWish> {
  return {
    look: async (wish, signal) => {
      const task = await taskFor(wish, signal, settings);
      const seen = task.kind === "failed" ? task : await see(task);
      if (seen.kind === "failed") return { kind: "unseen", problem: seen.problem };
      const held = task.kind === "failed" ? null : await heldBack(task, seen);
      return held === null ? lookOf(seen) : { kind: "unseen", problem: held.problem };
    },
    apply: async (wish, epoch, signal) => {
      invariant(Number.isSafeInteger(epoch) && epoch >= 0, `an epoch is a whole number, got ${epoch}`);
      const task = await taskFor(wish, signal, settings);
      return task.kind === "failed" ? task : new Attempt(task, epoch).toItsEnd();
    },
  };
}

function lookOf({ change, epoch }: Seen): Look {
  return { kind: "seen", now: change.now, wanted: change.wanted, epoch };
}

interface Task {
  readonly kind: "task";
  readonly wish: KubernetesWish;
  readonly api: Api;
  readonly at: ObjectPath;
  readonly lookEveryMs: number;
}

async function taskFor(
  wish: KubernetesWish,
  signal: AbortSignal,
  settings: KubernetesSettings,
): Promise<Task | Failed> {
  const made = await connectionTo(wish.cluster, settings);
  if (made.kind === "failed") return made;
  const { answerMsMax, lookEveryMs } = settings;
  const api: Api = { connection: made.connection, signal, answerMsMax, asksMax };
  const at = await objectPath(api, wish.object);
  return at.kind === "failed" ? at : { kind: "task", wish, api, at, lookEveryMs };
}

interface Seen {
  readonly kind: "seen";
  readonly object: JsonMap;
  readonly change: Change;
  readonly epoch: Epoch | null;
}

async function see({ wish, api, at }: Task): Promise<Seen | Failed> {
  const answer = await ask(api, { method: "GET", path: at.path });
  if (answer.kind !== "told")
    return failed(unanswered(answer, { verb: "get", what: at.resource, object: wish.object }));
  const { object } = answer;
  const epoch = epochOf(wish, object);
  if (epoch.kind === "failed") return epoch;
  const change = changeOf(wish, object, at.isScalable);
  return change.kind === "failed" ? change : { kind: "seen", object, change, epoch: epoch.epoch };
}

/** Why it is not changed at all; `null`: it may be. Asked before anything is. */
async function heldBack(task: Task, { object, change }: Seen): Promise<Failed | null> {
  const { wish } = task;
  const deleted = textAt(object, "metadata", "deletionTimestamp");
  if (deleted !== null) return failed(beingDeleted(wish.object, deleted));
  if (change.edits.length === 0 || wish.setBack === "accept") return null;
  const fields = fieldsOf(change);
  for (const [index, { path }] of change.edits.entries()) {
    const manager = reconcilerOf(object, path);
    if (manager !== null) return failed(reconciled(wish.object, fields[index] ?? "it", manager));
  }
  return setsReplicas(wish.shallBe) ? heldByAutoscaler(task) : null;
}

async function heldByAutoscaler({ wish, api }: Task): Promise<Failed | null> {
  const { object } = wish;
  if (object.namespace === null) return null;
  const resource = "horizontalpodautoscalers";
  const path = `/apis/autoscaling/v1/namespaces/${encodeURIComponent(object.namespace)}/${resource}`;
  const answer = await ask(api, { method: "GET", path });
  if (answer.kind !== "told")
    return failed(unanswered(answer, { verb: "list", what: resource, object, group: "autoscaling" }));
  const autoscaler = autoscalerOf(answer.object, object);
  return autoscaler === null ? null : failed(autoscaled(object, autoscaler));
}

/** Those that are not as wished, as people read them. */
function fieldsOf(change: Change): readonly string[] {
  return differences(change).map(([field]) => field);
}

/** @returns each field as people read it, and how it is */
function differences({ now, wanted }: Change): readonly (readonly [string, string])[] {
  return Object.entries(now)
    .filter(([key, is]) => is !== wanted[key])
    .map(([key, is]) => [key.split(" ").slice(2).join(" "), is]);
}

/** It is not over: why not. */
interface GoingOn {
  readonly kind: "going-on";
  readonly because: string;
}

class Attempt {
  readonly #task: Task;
  readonly #epoch: Epoch;
  /** Whether something was changed under this epoch by us. */
  #hasChanged = false;
  #conflicts = 0;
  #changes = 0;

  constructor(task: Task, epoch: Epoch) {
    this.#task = task;
    this.#epoch = epoch;
  }

  async toItsEnd(): Promise<Applied> {
    const { api, wish, lookEveryMs } = this.#task;
    let because: string | null = null;
    for (;;) {
      const seen = await see(this.#task);
      const next: Applied | GoingOn =
        seen.kind === "seen" ? await this.#proceed(seen) : this.#unseen(seen, because);
      if (next.kind !== "going-on") return next;
      // Called off in the midst of a look, that was not what it waited for.
      because = api.signal.aborted && because !== null ? because : next.because;
      await rest(lookEveryMs, api.signal);
      if (api.signal.aborted) return failed(notYet(wish.object, because, api.signal.reason));
    }
  }

  /** A cluster that does not answer for a while, after it has, is waited for; so is one that has just started, and permits nothing yet. */
  #unseen(seen: Failed, because: string | null): Applied | GoingOn {
    const isPassing = passing.includes(seen.problem.code);
    return because !== null && isPassing ? { kind: "going-on", because: seen.problem.what } : seen;
  }

  async #proceed(seen: Seen): Promise<Applied | GoingOn> {
    const { wish } = this.#task;
    const { epoch, change, object } = seen;
    if (epoch !== null && epoch > this.#epoch)
      return this.#hasChanged ? failed(overtaken(wish.object, epoch)) : { kind: "outdated", epoch };
    if (change.edits.length > 0 || epoch !== this.#epoch) return this.#change(seen);
    const because = notYetSo(wish, object);
    return because === null ? { kind: "done", now: change.now } : { kind: "going-on", because };
  }

  async #change(seen: Seen): Promise<Applied | GoingOn> {
    const { wish } = this.#task;
    // What was told before the first change is not asked again after it: by then it is ours.
    const held = this.#hasChanged ? null : await heldBack(this.#task, seen);
    if (held !== null) return held;
    if (this.#changes >= setBacksMax)
      return failed(setBackBy(wish.object, fieldsOf(seen.change), this.#changes));
    return this.#send(seen);
  }

  async #send({ object, change }: Seen): Promise<Applied | GoingOn> {
    const { wish, api, at } = this.#task;
    const body = withEpoch(object, mergePatch(object, change.edits), this.#epoch);
    const query = `fieldManager=${fieldManager}&fieldValidation=Strict`;
    const answer = await ask(api, { method: "PATCH", path: `${at.path}?${query}`, body });
    switch (answer.kind) {
      case "told":
        this.#hasChanged = true;
        this.#changes += 1;
        return this.#kept(answer.object) ?? { kind: "going-on", because: "it was changed a moment ago" };
      case "unanswered":
        // Whether it was done, the next look tells.
        this.#hasChanged = true;
        return { kind: "going-on", because: `the cluster does not answer (${answer.because})` };
      case "strange":
      case "refused":
        if (answer.kind === "refused" && answer.status === 409) return this.#conflict(answer.said);
        return failed(unanswered(answer, { verb: "patch", what: at.resource, object: wish.object }));
    }
  }

  /** What a write is answered with is the object as it was written: what is not as wished there, nobody else has done. */
  #kept(written: JsonMap): Failed | null {
    const { wish, at } = this.#task;
    const change = changeOf(wish, written, at.isScalable);
    if (change.kind === "failed") return change;
    if (change.edits.length === 0) return null;
    const is = differences(change).map(([field, now]) => `${field} is ${now}`);
    return failed(notKept(wish.object, is));
  }

  #conflict(said: string): Applied | GoingOn {
    this.#conflicts += 1;
    return this.#conflicts < conflictsMax
      ? { kind: "going-on", because: said }
      : failed(contended(this.#task.wish.object, this.#conflicts));
  }
}

/** The change and its epoch in one, for this very version of the object. */
function withEpoch(object: JsonMap, patch: JsonMap, epoch: Epoch): JsonMap {
  const metadata = patch["metadata"] as JsonMap | undefined;
  const annotations = metadata?.["annotations"] as JsonMap | undefined;
  return {
    ...patch,
    metadata: {
      ...metadata,
      resourceVersion: textAt(object, "metadata", "resourceVersion"),
      annotations: { ...annotations, [epochAnnotation]: String(epoch) },
    },
  };
}
