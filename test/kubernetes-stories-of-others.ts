import { expect } from "vitest";
import { epochAnnotation } from "../src/core/model/kubernetes-wish.ts";
import type { KubeObject } from "./kubernetes-objects.ts";
import { Asking, type Story } from "./kubernetes-story.ts";
import {
  acceptance,
  autoscaler,
  deployment,
  kustomization,
  outcome,
  route,
  scale,
  serving,
  set,
  weights,
} from "./kubernetes-story-objects.ts";

function underEpoch(epoch: number): object {
  return { metadata: { annotations: { [epochAnnotation]: String(epoch) } } };
}

const epochs: readonly Story[] = [
  {
    name: "epoch",
    about:
      "a lower epoch changes nothing, and the same one does it again; where all is as wished it is kept all the same",
    act: async (stage, name) => {
      const serve = await serving(stage, name);
      const ask = new Asking(stage);
      const kept = await ask.apply(ask.wish(serve, scale(2)), 7);
      const lower = await ask.apply(ask.wish(serve, scale(4)), 6);
      return [kept, lower, await ask.apply(ask.wish(serve, scale(2)), 7)];
    },
    said: [outcome.done, { kind: "outdated", epoch: 7 }, outcome.done],
  },
  {
    name: "conflict-with-a-newer-epoch",
    about: "somebody with a newer epoch is faster, and nothing is changed",
    act: async (stage, name) => {
      const serve = await serving(stage, name);
      stage.beforeWrite(() => stage.others.patch(serve, { ...underEpoch(8), spec: { replicas: 3 } }));
      const ask = new Asking(stage);
      return [await ask.apply(ask.wish(serve, scale(4)))];
    },
    said: [{ kind: "outdated", epoch: 8 }],
  },
  {
    name: "conflict-with-somebody",
    about: "somebody without an epoch is faster, and it is done on top of that",
    act: async (stage, name) => {
      const serve = await serving(stage, name);
      stage.beforeWrite(() => stage.others.patch(serve, { metadata: { labels: { a: "b" } } }));
      const ask = new Asking(stage);
      return [await ask.apply(ask.wish(serve, scale(4)))];
    },
    said: [outcome.done],
  },
  {
    name: "conflict-of-a-route",
    about: "the same of an object whose kind is not built in",
    act: async (stage, name) => {
      const chat = route(name);
      await stage.others.make(chat);
      stage.beforeWrite(() => stage.others.tell(chat, acceptance(1)));
      stage.afterWrite(() => stage.others.tell(chat, acceptance(2)));
      const ask = new Asking(stage);
      return [await ask.apply(ask.wish(chat, weights(100, 0)))];
    },
    said: [outcome.done],
  },
  {
    name: "overtaken",
    about: "a newer attempt comes while it is waited for",
    act: async (stage, name) => {
      const serve = await serving(stage, name);
      await stage.others.pods("left alone");
      stage.afterWrite(() => stage.others.patch(serve, underEpoch(8)));
      const ask = new Asking(stage);
      return [await ask.apply(ask.wish(serve, scale(4)))];
    },
    said: [outcome.problem("kubernetes/overtaken")],
  },
];

const setBacks: readonly Story[] = [
  {
    name: "autoscaled",
    about: "an autoscaler has it as its target",
    act: async (stage, name) => {
      const serve = deployment(name);
      await stage.others.make(serve);
      await stage.others.make(autoscaler(name));
      const ask = new Asking(stage);
      return [await ask.apply(ask.wish(serve, scale(4)))];
    },
    said: [outcome.problem("kubernetes/autoscaled")],
  },
  {
    name: "reconciled",
    about: "Flux has set the field, by the names that the cluster keeps",
    act: async (stage, name) => {
      const [serve, chat] = [deployment(name), route(name)];
      await stage.others.make(serve, "kustomize-controller");
      await stage.others.make(chat, "kustomize-controller");
      const ask = new Asking(stage);
      const image = set("spec.template.spec.containers[name=serve].image", "example.com/serve:2");
      const other = set("spec.template.spec.containers[name=serve].tty", true);
      return [
        await ask.apply(ask.wish(serve, scale(4))),
        await ask.apply(ask.wish(serve, image)),
        await ask.apply(ask.wish(chat, weights(100, 0))),
        await ask.apply(ask.wish(serve, other)),
      ];
    },
    said: [
      outcome.problem("kubernetes/reconciled"),
      outcome.problem("kubernetes/reconciled"),
      outcome.problem("kubernetes/reconciled"),
      outcome.done,
    ],
  },
  {
    name: "set-back",
    about: "somebody sets it back again and again",
    act: async (stage, name) => {
      const serve = await serving(stage, name);
      stage.afterWrite(() => stage.others.patch(serve, { spec: { replicas: 2 } }));
      const ask = new Asking(stage);
      return [await ask.apply(ask.wish(serve, scale(4)))];
    },
    said: [outcome.problem("kubernetes/set-back")],
  },
];

const refusals: readonly Story[] = [
  {
    name: "not-believed",
    about: "a token that nobody has given",
    act: async (stage, name) => {
      const serve = deployment(name);
      const ask = new Asking(stage, "nobody");
      return [await ask.look(serve, scale(4)), await ask.verify(serve, "spec.replicas", "2")];
    },
    said: [outcome.problem("kubernetes/not-believed"), { kind: "cannot" }],
  },
  {
    name: "not-permitted",
    about: "who may only look cannot change it, and who may not list autoscalers cannot scale it",
    act: async (stage, name) => {
      const serve = deployment(name);
      await stage.others.make(serve);
      const [reader, listless] = [new Asking(stage, "reader"), new Asking(stage, "listless")];
      const changed = await reader.apply(reader.wish(serve, scale(4)));
      const scaled = await listless.look(serve, scale(4));
      const space: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
      const label = set("metadata.labels.drained", "yes");
      return [changed, scaled, await reader.apply(reader.wish(space, label))];
    },
    said: [
      outcome.problem("kubernetes/not-permitted"),
      outcome.problem("kubernetes/not-permitted"),
      outcome.problem("kubernetes/not-permitted"),
    ],
  },
  {
    name: "not-there",
    about: "no such object, namespace, kind, version or scope",
    act: async (stage, name) => {
      const serve = deployment(name);
      await stage.others.make(serve);
      const ask = new Asking(stage);
      const own = { apiVersion: "apps/v1", kind: "Deployment", namespace: name, name: "srve" };
      return [
        await ask.apply(ask.wish(own, scale(4))),
        await ask.apply(ask.wish({ ...own, namespace: "nowhere" }, scale(4))),
        await ask.apply(ask.wish({ ...own, kind: "Deploymnet" }, scale(4))),
        await ask.apply(ask.wish({ ...own, apiVersion: "apps/v9" }, scale(4))),
        await ask.apply(ask.wish({ ...own, apiVersion: "nobody.example.com/v1" }, scale(4))),
        await ask.apply(ask.wish({ ...own, namespace: null }, scale(4))),
        await ask.apply(ask.wish({ apiVersion: "v1", kind: "Namespace", namespace: name, name }, scale(4))),
      ];
    },
    said: [
      outcome.problem("kubernetes/not-found"),
      outcome.problem("kubernetes/not-found"),
      outcome.problem("kubernetes/unknown-kind"),
      outcome.problem("kubernetes/unknown-kind"),
      outcome.problem("kubernetes/unknown-kind"),
      outcome.problem("kubernetes/no-namespace"),
      outcome.problem("kubernetes/no-namespace"),
    ],
  },
  {
    name: "being-deleted",
    about: "an object that waits for its finalizer is not changed",
    act: async (stage, name) => {
      const chat = route(name);
      const held = { ...chat, metadata: { ...chat.metadata, finalizers: ["example.com/held"] } };
      await stage.others.make(held);
      await stage.others.remove(held);
      const ask = new Asking(stage);
      return [await ask.apply(ask.wish(chat, weights(100, 0)))];
    },
    said: [outcome.problem("kubernetes/being-deleted")],
  },
];

const verifying: readonly Story[] = [
  {
    name: "verify",
    about: "what an object tells of itself is believed when it is of what it is to be by now",
    act: async (stage, name) => {
      const [west, { others }, ask] = [kustomization(name), stage, new Asking(stage)];
      const ready = "status.conditions[type=Ready].status";
      await others.make(west);
      const told = (observedGeneration: number): Promise<void> =>
        others.tell(west, { observedGeneration, conditions: [{ type: "Ready", status: "True" }] });
      const nothing = await ask.verify(west, ready, "True");
      await told(1);
      const so = await ask.verify(west, ready, "True");
      await others.patch(west, { spec: { interval: "1m" } });
      const older = await ask.verify(west, ready, "True");
      await told(2);
      return [nothing, so, older, await ask.verify(west, ready, "True")];
    },
    said: [
      { kind: "not-so" },
      { kind: "so" },
      {
        kind: "not-so",
        because: expect.stringContaining("its controller has seen generation 1 of 2") as string,
      },
      { kind: "so" },
    ],
  },
];

const restarts: readonly Story[] = [
  {
    name: "restart-before-the-write",
    about: "the API server is killed before the write arrives, and comes again",
    act: async (stage, name) => {
      const serve = await serving(stage, name);
      stage.beforeWrite(() => stage.others.restart());
      const ask = new Asking(stage);
      return [await ask.apply(ask.wish(serve, scale(4)))];
    },
    said: [outcome.done],
  },
  {
    name: "restart-after-the-write",
    about: "the API server is killed while it is waited for, and comes again",
    act: async (stage, name) => {
      const serve = await serving(stage, name);
      stage.afterWrite(() => stage.others.restart());
      const ask = new Asking(stage);
      return [await ask.apply(ask.wish(serve, scale(4)))];
    },
    said: [outcome.done],
  },
];

/** Who else is there: somebody faster, somebody who sets it back, and a server that refuses or falls. */
export const others: readonly Story[] = [...epochs, ...setBacks, ...refusals, ...verifying, ...restarts];
