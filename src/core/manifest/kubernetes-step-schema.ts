import { z } from "zod";
import { common } from "./carried-out-schema.ts";
import { choice, list, text, word } from "./fields.ts";
import { cluster, object } from "./kubernetes-fields.ts";

// A `kubernetes` step of a recovery plan: an object of a cluster is changed, and waited for.

/** As exactly as a number is read anywhere. */
const numberMax = 1e15;
/** As a cluster counts them. */
const replicasMax = 2_147_483_647;
/** Of a backend (Gateway API, BackendRef). */
const weightMax = 1_000_000;
/** As many rules as a route may have (Gateway API, HTTPRoute). */
const rulesMax = 16;

const scale = z
  .strictObject({
    kind: word("scale", "So many replicas are ready."),
    replicas: z
      .number()
      .int()
      .min(0)
      .max(replicasMax)
      .meta({ description: "How many.", examples: [8] }),
  })
  .meta({ description: "Replicas.", examples: [{ kind: "scale", replicas: 8 }] });

const setField = z
  .strictObject({
    path: text(
      "Where it stands in the object: keys with dots between them, an item of a list by a key of it, a key with dots in it in brackets and quotes.",
      "spec.suspend",
    ),
    value: z.union([z.string(), z.number().min(-numberMax).max(numberMax), z.boolean(), z.null()]).meta({
      description: "What it shall be: a text, a number, true or false, or null, which takes it away.",
      examples: [true],
    }),
  })
  .meta({ description: "A value that is set.", examples: [{ path: "spec.suspend", value: true }] });

const patch = z
  .strictObject({
    kind: word("patch", "These values stand in it."),
    set: list(setField, {
      description: "Values that are set; all else stays as it is.",
      example: { path: "spec.suspend", value: true },
    }),
  })
  .meta({
    description: "Values in it.",
    examples: [{ kind: "patch", set: [{ path: "spec.suspend", value: true }] }],
  });

const backend = z
  .strictObject({
    name: text("Name of the backend.", "west"),
    weight: z
      .number()
      .int()
      .min(0)
      .max(weightMax)
      .meta({ description: "Its share of requests, over the weights of all.", examples: [100] }),
  })
  .meta({ description: "A backend.", examples: [{ name: "west", weight: 100 }] });

const weights = z
  .strictObject({
    kind: word("weights", "Backends of one rule of an HTTPRoute or GRPCRoute have these weights."),
    rule: text(
      "Name of the rule. Left out: it is named by its place, or is the only one.",
      "chat",
    ).optional(),
    index: z
      .number()
      .int()
      .min(0)
      .max(rulesMax - 1)
      .optional()
      .meta({
        description:
          "Place of the rule, from 0, where it has no name. Left out: it has one, or is the only one.",
        examples: [0],
      }),
    backends: list(backend, {
      description: "Backends whose weight is set; others keep theirs.",
      example: { name: "west", weight: 100 },
    }),
    lastPlace: choice(
      ["stays", "may-go"],
      "Whether the rule may be left without a backend that has a weight. Left out: stays.",
    ).default("stays"),
  })
  .meta({
    description: "Weights of backends.",
    examples: [
      {
        kind: "weights",
        rule: "chat",
        backends: [
          { name: "west", weight: 100 },
          { name: "east", weight: 0 },
        ],
      },
    ],
  });

const states = (description: string, replicas: number) =>
  z.discriminatedUnion("kind", [scale, patch, weights]).meta({
    description,
    examples: [{ kind: "scale", replicas }],
  });

export const kubernetes = z
  .strictObject({
    phase: word(
      "kubernetes",
      "Changes an object of a Kubernetes cluster, under the epoch, and waits until it is so.",
    ),
    ...common,
    cluster,
    object,
    shallBe: states("How it shall be.", 8),
    setBack: choice(
      ["refuse", "accept"],
      "When an autoscaler or a reconciler is seen that would set it back: change nothing, or change it all the same. Left out: refuse.",
    ).default("refuse"),
    undo: z
      .strictObject({ shallBe: states("How it is when it is undone.", 2) })
      .optional()
      .meta({
        description: "The way back. Left out: there is none.",
        examples: [{ shallBe: { kind: "scale", replicas: 2 } }],
      }),
  })
  .meta({
    description: "Kubernetes.",
    examples: [
      {
        phase: "kubernetes",
        name: "west-grows",
        cluster: { kind: "kubeconfig", file: "../secrets/west.kubeconfig", context: "west" },
        object: { apiVersion: "apps/v1", kind: "Deployment", namespace: "inference", name: "serve" },
        shallBe: { kind: "scale", replicas: 8 },
        within: "5 min",
      },
    ],
  });
