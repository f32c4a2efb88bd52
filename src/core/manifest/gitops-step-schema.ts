import { z } from "zod";
import { common, environment } from "./carried-out-schema.ts";
import { list, text, word } from "./fields.ts";

// A `gitops` step of a recovery plan: values in files of a git repository.

/** As exactly as a number is read anywhere. */
const numberMax = 1e15;

const setValue = z
  .strictObject({
    path: text(
      "Where it stands in the document: keys with dots between them, an item of a list by a key of it, a key with dots in it in brackets and quotes.",
      "images[name=serve].newTag",
    ),
    value: z
      .union([z.string(), z.number().min(-numberMax).max(numberMax), z.boolean()])
      .meta({ description: "What it shall be: a text, a number, or true or false.", examples: [4] }),
  })
  .meta({ description: "A value that is set.", examples: [{ path: "inference.replicas", value: 4 }] });

const edit = z
  .strictObject({
    file: text("A file of YAML or JSON, within the repository.", "clusters/west/values.yaml"),
    document: z
      .strictObject({
        kind: text("Its `kind`.", "Deployment"),
        name: text("Its `metadata.name`.", "serve"),
      })
      .optional()
      .meta({
        description: "Which of the documents in it. Left out: the only one.",
        examples: [{ kind: "Deployment", name: "serve" }],
      }),
    set: list(setValue, {
      description: "Values that are there already, and are set.",
      example: { path: "inference.replicas", value: 4 },
    }),
  })
  .meta({
    description: "What is changed in a file; everything else in it stays as it is, to the byte.",
    examples: [{ file: "clusters/west/values.yaml", set: [{ path: "inference.replicas", value: 4 }] }],
  });

const edits = (description: string, value: number) =>
  list(edit, {
    description,
    example: { file: "clusters/west/values.yaml", set: [{ path: "inference.replicas", value }] },
  });

const author = { name: "Holdfast", email: "holdfast@localhost" };

export const gitops = z
  .strictObject({
    phase: word("gitops", "Changes values in files of a git repository by one commit, under the epoch."),
    ...common,
    environment,
    repository: text(
      "What git understands, without a password; a folder by its path, from the workspace's folder.",
      "https://git.example.com/platform/clusters.git",
    ),
    branch: text("The branch, which is there already. Left out: main.", "main").default("main"),
    edits: edits("What is changed, all by one commit.", 4),
    message: text(
      "First line of the commit. Left out: the names of the plan and of the step.",
      "West takes all requests",
    ).optional(),
    author: z
      .strictObject({ name: text("Name.", author.name), email: text("Address.", author.email) })
      .default(author)
      .meta({ description: "Whose commit it is. Left out: Holdfast.", examples: [author] }),
    undo: z
      .strictObject({ edits: edits("What brings it back, by a commit of its own.", 2) })
      .optional()
      .meta({
        description: "The way back. Left out: there is none.",
        examples: [
          {
            edits: [{ file: "clusters/west/values.yaml", set: [{ path: "inference.replicas", value: 2 }] }],
          },
        ],
      }),
  })
  .meta({
    description: "GitOps.",
    examples: [
      {
        phase: "gitops",
        name: "west-grows",
        repository: "https://git.example.com/platform/clusters.git",
        edits: [{ file: "clusters/west/values.yaml", set: [{ path: "inference.replicas", value: 4 }] }],
        within: "1 min",
      },
    ],
  });
