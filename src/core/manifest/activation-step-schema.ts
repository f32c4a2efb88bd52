import { z } from "zod";
import { carriedOut, environment, needs, tried } from "./carried-out-schema.ts";
import { componentName, count, duration, list, name, regionName, share, text, word } from "./fields.ts";
import { byOwn, command } from "./outside-step-schema.ts";
import { databaseAddress, fetched, languageModel, read } from "./verify-schema.ts";

// Steps that let a component run in a place, and make what runs there ready to serve at speed.

const place = {
  component: componentName("What it is about."),
  region: regionName("Where it stands."),
  cell: name("The cell of that region. Left out: all that stands in the region.", "west-1").optional(),
  needs,
};

const countMax = 100_000;

const scaleExample = {
  phase: "scale",
  component: "llm",
  region: "west",
  to: 8,
  within: "15 min",
  by: { kind: "exec", command: ["scale", "llm", "west", "8"] },
};

const scale = z
  .strictObject({
    phase: word("scale", "Lets machines of a component run in a place."),
    ...place,
    to: count(
      "Machines that run there afterwards, no more than are declared. Left out: all that are.",
      8,
      countMax,
    ).optional(),
    share: share("The same as a share of all that are declared there.", "50 %").optional(),
    within: duration("Longest that one attempt may take.", "15 min"),
    ...carriedOut,
    by: byOwn,
  })
  .meta({ description: "Scale.", examples: [scaleExample] });

const inARow = count("As many times in a row. Left out: 3.", 3, 1_000).default(3);
const answersWithin = duration(
  "Longest that one answer may take, connecting included. Left out: 5 s.",
  "200 ms",
).optional();

const inference = z
  .strictObject({
    kind: word("inference", "A language model behind the OpenAI API is prompted, and streams soon enough."),
    ...languageModel,
    prompts: list(text("What is asked.", "Say yes."), {
      description: "Prompts, asked in turn. What is answered is not looked at.",
      example: "Say yes.",
    }),
    firstTokenWithin: duration("Longest until the first token of an answer.", "500 ms"),
    inARow,
  })
  .meta({
    description: "Prompts whose answers begin soon enough.",
    examples: [
      {
        kind: "inference",
        url: "https://west.example.com/v1",
        model: "assistant",
        prompts: ["Say yes."],
        firstTokenWithin: "500 ms",
      },
    ],
  });

const sql = z
  .strictObject({
    kind: word("sql", "PostgreSQL fills its caches, and answers soon enough."),
    urlFrom: databaseAddress,
    statements: z
      .array(text("A statement, harmless however often.", "select pg_prewarm('embeddings_idx')"))
      .default([])
      .meta({
        description: "Statements, each committed once, in this order. Left out: none.",
        examples: [["select pg_prewarm('embeddings_idx')"]],
      }),
    read,
    answersWithin,
    inARow,
  })
  .meta({
    description: "Statements, and then a question that is answered soon enough.",
    examples: [{ kind: "sql", urlFrom: "SEARCH_URL", statements: ["select pg_prewarm('embeddings_idx')"] }],
  });

const http = z
  .strictObject({
    kind: word("http", "A GET is answered soon enough."),
    ...fetched,
    answersWithin,
    inARow,
  })
  .meta({
    description: "A request that is answered soon enough.",
    examples: [{ kind: "http", url: "https://west.example.com/search?q=warm" }],
  });

const exec = z
  .strictObject({
    kind: word("exec", "A program of one's own, run again until it ends well."),
    command: command("The program and its arguments; no shell reads them."),
    directory: text("Where it runs, from the workspace's folder. Left out: there.", ".").default("."),
    environment,
  })
  .meta({
    description: "A program that makes it ready.",
    examples: [{ kind: "exec", command: ["load-weights", "west"] }],
  });

const warmExample = {
  phase: "warm",
  component: "llm",
  region: "west",
  within: "5 min",
  by: {
    kind: "inference",
    url: "https://west.example.com/v1",
    model: "assistant",
    prompts: ["Say yes."],
    firstTokenWithin: "500 ms",
  },
};

const warm = z
  .strictObject({
    phase: word("warm", "Makes what runs in a place ready to serve at speed, and shows that it is."),
    ...place,
    within: duration("Longest that it may take in all.", "5 min"),
    ...tried,
    by: z.discriminatedUnion("kind", [inference, sql, http, exec]).meta({
      description: "What makes it ready.",
      examples: [warmExample.by],
    }),
  })
  .meta({ description: "Warm.", examples: [warmExample] });

export const activationSteps = [scale, warm] as const;
