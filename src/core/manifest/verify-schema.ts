import { z } from "zod";
import { anyText, count, duration, environmentName, headerName, list, text, word } from "./fields.ts";
import { cluster, object } from "./kubernetes-fields.ts";

// What a verify step tries when the failover engine is not asked: a write, a question, a golden prompt, a metric.

const timeout = duration("Longest that one try may take. Left out: 5 s.", "5 s").optional();

/** What a request carries besides its body. */
export const headers = z
  .array(
    z
      .strictObject({
        name: headerName("Name of the header.", "Authorization"),
        from: environmentName("What holds its whole value in the environment.", "API_AUTHORIZATION"),
      })
      .meta({ description: "A header.", examples: [{ name: "Authorization", from: "API_AUTHORIZATION" }] }),
  )
  .default([])
  .meta({
    description: "Headers, whose values stand in the environment. Left out: none.",
    examples: [[{ name: "Authorization", from: "API_AUTHORIZATION" }]],
  });

/** Larger than anything that is counted or measured, and whole in every program. */
const boundMax = 1e15;

const bound = (description: string, example: number) =>
  z
    .number()
    .min(-boundMax)
    .max(boundMax)
    .optional()
    .meta({ description, examples: [example] });

const expected = {
  is: anyText("What the value is, to the letter. Left out: it is a number within bounds.", "on").optional(),
  atLeast: bound("The least that it may be. Left out: no bound.", 1),
  atMost: bound("The most that it may be. Left out: no bound.", 5),
};

const holds = (description: string, example: string) =>
  list(text("A part of it, whatever the case of its letters.", example), { description, example });

const sqlQuestion = "select count(*) from documents";

export const databaseAddress = environmentName(
  "What holds the address of the database in the environment.",
  "ORDERS_URL",
);

/** A question, and what its answer is to be. */
export const read = z
  .strictObject({
    query: text("The first value of its first row is what is looked at.", sqlQuestion),
    ...expected,
  })
  .optional()
  .meta({
    description: "A question, asked after what is written. Left out: none is asked.",
    examples: [{ query: sqlQuestion, atLeast: 1 }],
  });

const sql = z
  .strictObject({
    kind: word("sql", "A write is committed, or a question answered, by PostgreSQL."),
    urlFrom: databaseAddress,
    write: text(
      "Statement that is committed; harmless however often. Left out: nothing is written.",
      "update holdfast_probe set at = now()",
    ).optional(),
    read,
    timeout,
  })
  .meta({
    description: "A write, a question, or one after the other.",
    examples: [{ kind: "sql", urlFrom: "ORDERS_URL", write: "update holdfast_probe set at = now()" }],
  });

/** What is fetched, and what of the answer is good. */
export const fetched = {
  url: text("Address of http or https, without name and password.", "https://api.example.com/ready"),
  headers,
  expectedStatus: z
    .array(count("A status.", 200, 599))
    .min(1)
    .default([200])
    .meta({ description: "Each status that is good. Left out: 200.", examples: [[200]] }),
  contains: holds("All that the answer holds. Left out: anything.", "embedding-v3").optional(),
};

const http = z
  .strictObject({
    kind: word("http", "A GET is answered."),
    ...fetched,
    timeout,
  })
  .meta({
    description: "A request whose answer is looked at.",
    examples: [{ kind: "http", url: "https://api.example.com/ready" }],
  });

const prompt = z
  .strictObject({
    ask: text("What is asked.", "What is the capital of France? Answer with its name alone."),
    contains: holds("All that a good answer holds.", "Paris"),
    tokensMax: count("Longest answer. Left out: 32.", 32).default(32),
  })
  .meta({
    description: "A question to which a good answer is known.",
    examples: [{ ask: "What is the capital of France?", contains: ["Paris"] }],
  });

/** Which language model is asked. */
export const languageModel = {
  url: text("Address of its API, to which `/chat/completions` is added.", "https://api.example.com/v1"),
  model: text("Name of the model.", "assistant"),
  headers,
  fingerprint: text(
    "What it tells of itself as `system_fingerprint`: the version of model and configuration. Left out: anything.",
    "fp_44709d6fcb",
  ).optional(),
};

const inference = z
  .strictObject({
    kind: word("inference", "A language model behind the OpenAI API answers well, not only with 200."),
    ...languageModel,
    prompts: list(prompt, {
      description: "Golden prompts. Each is asked with a temperature of 0.",
      example: { ask: "What is the capital of France?", contains: ["Paris"] },
    }),
    goodMin: count("As many of the answers are good. Left out: all.", 2).optional(),
    timeout,
  })
  .meta({
    description: "Golden prompts, answered well.",
    examples: [
      {
        kind: "inference",
        url: "https://api.example.com/v1",
        model: "assistant",
        prompts: [{ ask: "What is the capital of France?", contains: ["Paris"] }],
      },
    ],
  });

const promql = z
  .strictObject({
    kind: word("promql", "A question to Prometheus is answered, and every series is as it is to be."),
    url: text("Address of Prometheus, or of whatever speaks its API.", "https://prometheus.example.com"),
    tokenFrom: environmentName(
      "What holds a bearer token in the environment. Left out: none is sent.",
      "PROMETHEUS_TOKEN",
    ).optional(),
    query: text("The question, in PromQL.", "max(index_lag_seconds)"),
    ...expected,
    timeout,
  })
  .meta({
    description: "A metric, such as how far an index is behind.",
    examples: [
      {
        kind: "promql",
        url: "https://prometheus.example.com",
        query: "max(index_lag_seconds)",
        atMost: 60,
      },
    ],
  });

const field = z
  .strictObject({
    path: text(
      "Where it stands in the object: keys with dots between them, an item of a list by a key of it.",
      "status.conditions[type=Ready].status",
    ),
    ...expected,
  })
  .meta({
    description: "What is told there.",
    examples: [{ path: "status.conditions[type=Ready].status", is: "True" }],
  });

const kubernetes = z
  .strictObject({
    kind: word(
      "kubernetes",
      "An object of a Kubernetes cluster tells that it is so, of what it is to be by now.",
    ),
    cluster,
    object,
    fields: list(field, {
      description: "All that it tells.",
      example: { path: "status.conditions[type=Ready].status", is: "True" },
    }),
    timeout,
  })
  .meta({
    description: "What an object of a Kubernetes cluster tells of itself.",
    examples: [
      {
        kind: "kubernetes",
        cluster: { kind: "in-cluster" },
        object: {
          apiVersion: "kustomize.toolkit.fluxcd.io/v1",
          kind: "Kustomization",
          namespace: "flux-system",
          name: "west",
        },
        fields: [{ path: "status.conditions[type=Ready].status", is: "True" }],
      },
    ],
  });

/** What shows that a journey is back, besides what the failover engine tries by itself. */
export const verifiedBy = z.discriminatedUnion("kind", [sql, http, inference, promql, kubernetes]).meta({
  description: "What is tried until it is so. Left out: the failover engine does it.",
  examples: [{ kind: "http", url: "https://api.example.com/ready" }],
});
