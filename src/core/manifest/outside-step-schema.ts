import { z } from "zod";
import { carriedOut, common, environment, needs } from "./carried-out-schema.ts";
import { anyText, choice, count, duration, list, name, text, word } from "./fields.ts";
import { gitops } from "./gitops-step-schema.ts";
import { approverKeyPattern } from "../model/approver.ts";
import { kubernetes } from "./kubernetes-step-schema.ts";
import { onFailureWords } from "../model/outside-step.ts";
import { patroni } from "./patroni-step-schema.ts";
import { headers } from "./verify-schema.ts";

// Steps of a recovery plan that the failover engine has no part in: what each does, and what becomes of the run when it fails.

/** A key whose private half nobody has kept. */
const exampleKey = "MCowBQYDK2VwAyEAEYo8Qc1ln+XbzaM8V+ylLJKvn35VRzYIhPBSkk3B4PM=";

const epochFile = text(
  "Where the epoch of what is changed is kept, from the workspace's folder; one file for each.",
  "../state/edge.epoch",
);

const texts = (description: string, example: string) =>
  list(text(description, example), { description, example });

const addresses = (description: string) =>
  list(text("An address, a name or a text, by the type.", "192.0.2.1"), {
    description,
    example: "192.0.2.1",
  });

const dns = z
  .strictObject({
    kind: word("dns", "Records in DNS are changed by a signed update."),
    server: text("The zone's primary server.", "192.0.2.53:53"),
    zone: text("The zone, whole.", "example.com"),
    name: text("The name, whole.", "api.example.com"),
    type: choice(["A", "AAAA", "CNAME", "TXT"], "Type of the records."),
    ttl: duration("How long resolvers keep them.", "30 s"),
    values: addresses("All that shall be there."),
    keyFile: text("File with the one key, from the workspace's folder.", "../secrets/holdfast.key"),
    undo: z
      .strictObject({ values: addresses("What is there when it is undone.") })
      .optional()
      .meta({ description: "The way back. Left out: there is none.", examples: [{ values: ["192.0.2.1"] }] }),
  })
  .meta({
    description: "Records of one type at one name.",
    examples: [
      {
        kind: "dns",
        server: "192.0.2.53:53",
        zone: "example.com",
        name: "api.example.com",
        type: "A",
        ttl: "30 s",
        values: ["192.0.2.2"],
        keyFile: "../secrets/holdfast.key",
        undo: { values: ["192.0.2.1"] },
      },
    ],
  });

const proxyServer = z
  .strictObject({
    name: text("Name of the server.", "west"),
    state: choice(
      ["ready", "drain", "maint"],
      "Takes new requests; takes none and ends what it has begun; takes none.",
    ),
    weight: z
      .number()
      .int()
      .min(0)
      .max(256)
      .optional()
      .meta({ description: "Its share of new requests. Left out: as it is.", examples: [100] }),
    sessions: choice(
      ["keep", "cut"],
      "With maint: what was begun goes on, or is cut. Left out: keep.",
    ).optional(),
  })
  .meta({ description: "How a server shall be.", examples: [{ name: "west", state: "ready" }] });

const proxyServers = list(proxyServer, {
  description: "Servers that are changed; others stay as they are.",
  example: { name: "west", state: "ready" },
});

const haproxy = z
  .strictObject({
    kind: word("haproxy", "Servers behind HAProxy are changed by its runtime API."),
    socket: text(
      "Path of its socket, from the workspace's folder, or host and port.",
      "/run/haproxy/admin.sock",
    ),
    backend: text("Name of the backend.", "sql"),
    servers: proxyServers,
    lastPlace: choice(
      ["stays", "may-go"],
      "Whether the backend may be left without a ready server. Left out: stays.",
    ).default("stays"),
    epochFile,
    undo: z
      .strictObject({ servers: proxyServers })
      .optional()
      .meta({
        description: "The way back. Left out: there is none.",
        examples: [{ servers: [{ name: "east", state: "ready" }] }],
      }),
  })
  .meta({
    description: "Servers of one backend.",
    examples: [
      {
        kind: "haproxy",
        socket: "/run/haproxy/admin.sock",
        backend: "sql",
        servers: [
          { name: "west", state: "ready" },
          { name: "east", state: "maint", sessions: "cut" },
        ],
        epochFile: "../state/sql.epoch",
      },
    ],
  });

/** What changes where clients are sent, besides the failover engine's own edge. */
export const routedBy = z.discriminatedUnion("kind", [dns, haproxy]).meta({
  description: "What is changed to route them. Left out: the failover engine does it.",
  examples: [
    {
      kind: "haproxy",
      socket: "/run/haproxy/admin.sock",
      backend: "sql",
      servers: [{ name: "west", state: "ready" }],
      epochFile: "../state/sql.epoch",
    },
  ],
});

export const command = (description: string): ReturnType<typeof list<z.ZodType<string, string>>> =>
  list(
    z
      .string()
      .min(1)
      .meta({ description: "A word of it.", examples: ["raise-quota"] }),
    {
      description,
      example: "raise-quota",
    },
  );

const exec = z
  .strictObject({
    kind: word("exec", "A program of one's own."),
    command: command("The program and its arguments; no shell reads them."),
    directory: text("Where it runs, from the workspace's folder. Left out: there.", ".").default("."),
    environment,
    check: command("Tells how it is, and changes nothing. Left out: nobody can know.").optional(),
    undo: z
      .strictObject({ command: command("The program and its arguments that bring it back.") })
      .optional()
      .meta({
        description: "The way back. Left out: there is none.",
        examples: [{ command: ["lower-quota"] }],
      }),
  })
  .meta({
    description: "A program that is run.",
    examples: [{ kind: "exec", command: ["raise-quota", "west"] }],
  });

const request = {
  method: choice(["POST", "PUT", "PATCH", "DELETE"], "Method of the request. Left out: POST.").default(
    "POST",
  ),
  url: text("Address of http or https, without name and password.", "https://quota.example.com/west"),
  body: z
    .strictObject({
      type: text("Its media type.", "application/json"),
      text: anyText("Its text.", '{"replicas":8}'),
    })
    .optional()
    .meta({
      description: "What is sent. Left out: nothing.",
      examples: [{ type: "application/json", text: '{"replicas":8}' }],
    }),
};

const http = z
  .strictObject({
    kind: word("http", "A request to a service of one's own."),
    ...request,
    headers,
    expectedStatus: z
      .array(count("A status.", 204, 599))
      .min(1)
      .default([200, 201, 202, 204])
      .meta({
        description: "Each status that says it is done. Left out: 200, 201, 202 and 204.",
        examples: [[204]],
      }),
    check: text(
      "Where a GET tells how it is. Left out: nobody can know.",
      "https://quota.example.com/west",
    ).optional(),
    undo: z
      .strictObject(request)
      .optional()
      .meta({
        description: "The way back. Left out: there is none.",
        examples: [{ method: "DELETE", url: "https://quota.example.com/west" }],
      }),
  })
  .meta({
    description: "A request that is sent.",
    examples: [{ kind: "http", url: "https://quota.example.com/west" }],
  });

export const byOwn = z.discriminatedUnion("kind", [exec, http]).meta({
  description: "What does it.",
  examples: [{ kind: "exec", command: ["raise-quota", "west"] }],
});

const run = z
  .strictObject({
    phase: word("run", "Does something by a program or a service of one's own, which are told the epoch."),
    ...common,
    by: byOwn,
  })
  .meta({
    description: "Run.",
    examples: [
      {
        phase: "run",
        name: "raise-quota",
        by: { kind: "exec", command: ["raise-quota", "west"] },
        within: "1 min",
      },
    ],
  });

const notify = z
  .strictObject({
    phase: word("notify", "Tells somebody. Nobody's recovery waits for it in predictions."),
    ...common,
    onFailure: choice(
      onFailureWords,
      "When the last attempt has failed: stop for a person, undo what was done, or go on without it. Left out: go-on.",
    ).default("go-on"),
    by: byOwn,
  })
  .meta({
    description: "Notify.",
    examples: [
      {
        phase: "notify",
        name: "page-support",
        by: { kind: "http", url: "https://chat.example.com/hook" },
        within: "10 s",
      },
    ],
  });

const variable = z
  .strictObject({
    name: text("Name of the variable.", "region"),
    value: anyText("Its value.", "west"),
  })
  .meta({ description: "A variable.", examples: [{ name: "region", value: "west" }] });

const terraform = z
  .strictObject({
    phase: word("terraform", "Applies exactly the plan of Terraform or OpenTofu that was looked at."),
    ...common,
    program: text("The program: a path, or a name on the PATH. Left out: terraform.", "tofu").default(
      "terraform",
    ),
    directory: text("The root module, initialised, from the workspace's folder.", "infrastructure"),
    variables: z
      .array(variable)
      .default([])
      .meta({
        description: "Variables, nothing secret among them. Left out: none.",
        examples: [[{ name: "region", value: "west" }]],
      }),
    targets: texts("Addresses that it is held to.", "terraform_data.front").optional(),
    environment,
    epochFile,
    undo: z
      .strictObject({
        variables: list(variable, {
          description: "Variables that bring it back.",
          example: { name: "region", value: "east" },
        }),
      })
      .optional()
      .meta({
        description: "The way back. Left out: there is none.",
        examples: [{ variables: [{ name: "region", value: "east" }] }],
      }),
  })
  .meta({
    description: "Terraform.",
    examples: [
      {
        phase: "terraform",
        name: "more-machines",
        directory: "infrastructure",
        variables: [{ name: "region", value: "west" }],
        epochFile: "../state/infrastructure.epoch",
        within: "10 min",
      },
    ],
  });

const approver = z
  .strictObject({
    name: name("Who it is.", "ada"),
    key: text("Their Ed25519 public key, the one line of its PEM.", exampleKey).meta({
      pattern: approverKeyPattern,
    }),
  })
  .meta({ description: "Somebody who may say yes.", examples: [{ name: "ada", key: exampleKey }] });

const approve = z
  .strictObject({
    phase: word("approve", "Waits until people have said yes to this very run."),
    name: name("What they say yes to.", "spend"),
    people: count(
      "How many, each by a name of their own, and none of them the one who runs the plan. Left out: 1.",
      2,
      10,
    ).default(1),
    approvers: z
      .array(approver)
      .min(1)
      .default([])
      .meta({
        description:
          "Who alone may say yes, proven by a signature. Left out: anybody, and nothing proves who.",
        examples: [[{ name: "ada", key: exampleKey }]],
      }),
    needs,
    within: duration("How long they may take; after it the step has failed.", "15 min"),
    takes: carriedOut.takes,
    begins: carriedOut.begins,
    onFailure: carriedOut.onFailure,
  })
  .meta({ description: "Approve.", examples: [{ phase: "approve", name: "spend", within: "15 min" }] });

const wait = z
  .strictObject({
    phase: word("wait", "Lets time pass, for what nobody can be asked about."),
    name: name("What is waited for.", "caches-forget"),
    time: duration("How long.", "30 s"),
    begins: carriedOut.begins,
  })
  .meta({ description: "Wait.", examples: [{ phase: "wait", name: "caches-forget", time: "30 s" }] });

export const outsideSteps = [gitops, kubernetes, patroni, terraform, run, notify, approve, wait] as const;
