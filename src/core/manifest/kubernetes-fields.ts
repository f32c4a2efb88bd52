import { z } from "zod";
import { text, word } from "./fields.ts";

// A cluster of Kubernetes, and an object in it, as steps and gates name them.

const inCluster = z
  .strictObject({
    kind: word("in-cluster", "By the service account of the pod in which the plan is run."),
  })
  .meta({ description: "The cluster in which the plan is run.", examples: [{ kind: "in-cluster" }] });

const kubeconfig = z
  .strictObject({
    kind: word("kubeconfig", "By a kubeconfig, with a token or a client certificate."),
    file: text("The kubeconfig, from the workspace's folder.", "../secrets/west.kubeconfig"),
    context: text("Its context, whichever is current.", "west"),
  })
  .meta({
    description: "By a kubeconfig.",
    examples: [{ kind: "kubeconfig", file: "../secrets/west.kubeconfig", context: "west" }],
  });

export const cluster = z.discriminatedUnion("kind", [kubeconfig, inCluster]).meta({
  description: "How the cluster's API is reached.",
  examples: [{ kind: "kubeconfig", file: "../secrets/west.kubeconfig", context: "west" }],
});

export const object = z
  .strictObject({
    apiVersion: text("Its `apiVersion`.", "apps/v1"),
    kind: text("Its `kind`.", "Deployment"),
    namespace: text("Its `metadata.namespace`. Left out: it stands in none.", "inference").optional(),
    name: text("Its `metadata.name`.", "serve"),
  })
  .meta({
    description: "An object of the cluster.",
    examples: [{ apiVersion: "apps/v1", kind: "Deployment", namespace: "inference", name: "serve" }],
  });
