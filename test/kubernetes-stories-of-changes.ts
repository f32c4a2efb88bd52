import { expect } from "vitest";
import type { KubeObject } from "./kubernetes-objects.ts";
import { Asking, type Story } from "./kubernetes-story.ts";
import {
  acceptance,
  deployment,
  fleet,
  outcome,
  route,
  scale,
  secret,
  serving,
  set,
  weights,
} from "./kubernetes-story-objects.ts";

const replicas: readonly Story[] = [
  {
    name: "scale-up",
    about: "replicas are looked at, raised, waited for and found",
    act: async (stage, name) => {
      const serve = await serving(stage, name);
      const ask = new Asking(stage);
      const seen = await ask.look(serve, scale(4));
      return [seen, await ask.apply(ask.wish(serve, scale(4))), await ask.look(serve, scale(4))];
    },
    said: [{ kind: "seen", epoch: null }, outcome.done, { kind: "seen", epoch: 7 }],
  },
  {
    name: "scale-to-none",
    about: "no replica is left, and no count of ready ones is told",
    act: async (stage, name) => {
      const serve = await serving(stage, name);
      const ask = new Asking(stage);
      return [await ask.apply(ask.wish(serve, scale(0)))];
    },
    said: [outcome.done],
  },
  {
    name: "scale-not-ready",
    about: "replicas that never become ready are not done when the step's time is over",
    act: async (stage, name) => {
      const serve = await serving(stage, name);
      await stage.others.pods("left alone");
      const ask = new Asking(stage);
      return [await ask.apply(ask.wish(serve, scale(3)), 7, stage.calledOff())];
    },
    said: [
      {
        problem: {
          code: "kubernetes/not-yet",
          what: expect.stringContaining("2 of 3 replicas are ready, and 3 are there") as string,
        },
      },
    ],
  },
  {
    name: "scale-statefulset",
    about: "replicas of a StatefulSet come one after the other",
    act: async (stage, name) => {
      const serve = deployment(name, 1, "StatefulSet");
      await stage.others.make(serve);
      await stage.others.pods("said to be ready");
      await stage.others.settled(serve);
      const ask = new Asking(stage);
      return [await ask.apply(ask.wish(serve, scale(3)))];
    },
    said: [outcome.done],
  },
  {
    name: "scale-of-none",
    about: "what has no scale, or keeps it elsewhere, is not scaled",
    act: async (stage, name) => {
      const [daemon, elsewhere] = [deployment(name, 1, "DaemonSet"), fleet(name)];
      await stage.others.make(daemon);
      await stage.others.make(elsewhere);
      const ask = new Asking(stage);
      return [await ask.look(daemon, scale(3)), await ask.look(elsewhere, scale(3))];
    },
    said: [outcome.problem("kubernetes/not-scalable"), outcome.problem("kubernetes/not-scalable")],
  },
];

const values: readonly Story[] = [
  {
    name: "patch",
    about: "values are set and taken away again, of a list's item by its name",
    act: async (stage, name) => {
      const serve = deployment(name);
      await stage.others.make(serve);
      const ask = new Asking(stage);
      const paths = {
        "spec.template.spec.containers[name=serve].image": ["example.com/serve:2", "example.com/serve:1"],
        "spec.paused": [true, null],
        'metadata.annotations["example.com/size"]': ["small", null],
      } as const;
      const all = (at: 0 | 1): ReturnType<typeof set> => ({
        kind: "patch",
        set: Object.entries(paths).map(([path, value]) => ({ path, value: value[at] })),
      });
      const seen = await ask.look(serve, all(0));
      return [seen, await ask.apply(ask.wish(serve, all(0))), await ask.apply(ask.wish(serve, all(1)))];
    },
    said: [{ kind: "seen" }, outcome.done, outcome.done],
  },
  {
    name: "patch-no-namespace",
    about: "an object of the core group that stands in no namespace is patched",
    act: async (stage, name) => {
      const space: KubeObject = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
      const ask = new Asking(stage);
      return [await ask.apply(ask.wish(space, set("metadata.labels.drained", "yes")))];
    },
    said: [outcome.done],
  },
  {
    name: "patch-secret",
    about: "a Secret is changed, and none of it is told: not when the cluster refuses it with all its words",
    act: async (stage, name) => {
      const door = secret(name);
      await stage.others.make(door);
      const ask = new Asking(stage);
      const done = await ask.apply(ask.wish(door, set("data.password", "bmV3LW5ldw==")));
      const otherType = await ask.apply(ask.wish(door, set("data.password", 12_345_678)), 8);
      return [done, otherType, await ask.apply(ask.wish(door, set("data.password", "no base64")), 8)];
    },
    said: [outcome.done, outcome.problem("kubernetes/refused"), outcome.problem("kubernetes/refused")],
  },
  {
    name: "patch-refused",
    about: "a value that the cluster does not take is refused, and nothing is changed",
    act: async (stage, name) => {
      const serve = deployment(name);
      await stage.others.make(serve);
      const ask = new Asking(stage);
      const tooFew = await ask.apply(ask.wish(serve, set("spec.replicas", -1)));
      const noNumber = await ask.apply(ask.wish(serve, set("spec.replicas", "many")));
      const chat = route(name);
      await stage.others.make(chat);
      const path = "spec.rules[name=chat].backendRefs[name=west].weight";
      return [tooFew, noNumber, await ask.apply(ask.wish(chat, set(path, -5)))];
    },
    said: [
      outcome.problem("kubernetes/refused"),
      outcome.problem("kubernetes/refused"),
      outcome.problem("kubernetes/refused"),
    ],
  },
  {
    name: "patch-unknown-field",
    about: "a field that the cluster does not know",
    act: async (stage, name) => {
      const [serve, chat] = [deployment(name), route(name)];
      await stage.others.make(serve);
      await stage.others.make(chat);
      const ask = new Asking(stage);
      const builtIn = await ask.apply(ask.wish(serve, set("spec.replica", 4)));
      return [builtIn, await ask.apply(ask.wish(chat, set("spec.hostname", "chat.example.com")))];
    },
    said: [outcome.problem("kubernetes/not-kept"), outcome.problem("kubernetes/not-kept")],
  },
  {
    name: "patch-written-otherwise",
    about: "a value that the cluster writes in another way",
    act: async (stage, name) => {
      const serve = deployment(name);
      await stage.others.make(serve);
      const ask = new Asking(stage);
      const path = "spec.template.spec.containers[name=serve].resources.limits.cpu";
      return [await ask.apply(ask.wish(serve, set(path, "1000m")))];
    },
    said: [outcome.problem("kubernetes/not-kept")],
  },
];

const routes: readonly Story[] = [
  {
    name: "weights",
    about: "weights of one rule are set, and are done when the gateway takes the route as it is now",
    act: async (stage, name) => {
      const chat = route(name);
      await stage.others.make(chat);
      await stage.others.tell(chat, acceptance(1));
      stage.afterWrite(() => stage.others.tell(chat, acceptance(2)));
      const ask = new Asking(stage);
      return [await ask.look(chat, weights(100, 0)), await ask.apply(ask.wish(chat, weights(100, 0)))];
    },
    said: [{ kind: "seen" }, outcome.done],
  },
  {
    name: "weights-untold",
    about: "weights are not done by what a gateway said of the route before",
    act: async (stage, name) => {
      const chat = route(name);
      await stage.others.make(chat);
      await stage.others.tell(chat, acceptance(1));
      const ask = new Asking(stage);
      return [await ask.apply(ask.wish(chat, weights(100, 0)), 7, stage.calledOff())];
    },
    said: [
      {
        problem: {
          code: "kubernetes/not-yet",
          what: expect.stringContaining("has not told whether it takes") as string,
        },
      },
    ],
  },
  {
    name: "weights-not-accepted",
    about: "weights are not done when the gateway does not take the route",
    act: async (stage, name) => {
      const chat = route(name);
      await stage.others.make(chat);
      stage.afterWrite(() => stage.others.tell(chat, acceptance(2, "False")));
      const ask = new Asking(stage);
      return [await ask.apply(ask.wish(chat, weights(100, 0)), 7, stage.calledOff())];
    },
    said: [
      {
        problem: {
          code: "kubernetes/not-yet",
          what: expect.stringContaining("NotAllowedByListeners") as string,
        },
      },
    ],
  },
];

/** What is changed, and what becomes of it. */
export const changes: readonly Story[] = [...replicas, ...values, ...routes];
