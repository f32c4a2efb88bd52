import { z } from "zod";
import { common } from "./carried-out-schema.ts";
import { environmentName, list, text, word } from "./fields.ts";

// A `patroni` step of a recovery plan: how a cluster under Patroni shall be.

const ledBy = z
  .strictObject({
    kind: word("led-by", "A member leads, to which it is switched over in order."),
    member: text("Name of the member, as Patroni has it.", "west-1"),
  })
  .meta({ description: "Led by a member.", examples: [{ kind: "led-by", member: "west-1" }] });

const independent = z
  .strictObject({ kind: word("independent", "The cluster follows nobody, and its leader takes writes.") })
  .meta({ description: "Independent.", examples: [{ kind: "independent" }] });

const standbyOf = z
  .strictObject({
    kind: word("standby-of", "The whole cluster follows a primary elsewhere, and takes no writes."),
    host: text("What leads to that primary.", "10.1.0.5"),
    port: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .meta({ description: "The port of that primary.", examples: [5432] }),
    slot: text("Replication slot that the primary keeps for it. Left out: none.", "west").optional(),
    restoreCommand: text(
      "Fetches a file of the log from an archive. Left out: nothing does.",
      "cp /archive/%f %p",
    ).optional(),
  })
  .meta({
    description: "A standby of somebody.",
    examples: [{ kind: "standby-of", host: "10.1.0.5", port: 5432 }],
  });

const shallBe = z.discriminatedUnion("kind", [ledBy, independent, standbyOf]).meta({
  description: "How the cluster shall be.",
  examples: [{ kind: "independent" }],
});

const credentials = z
  .strictObject({
    userFrom: environmentName("What holds the user in the environment.", "PATRONI_USER"),
    passwordFrom: environmentName("What holds the password in the environment.", "PATRONI_PASSWORD"),
  })
  .meta({
    description: "Who changes things by the REST API. Left out: it asks nobody.",
    examples: [{ userFrom: "PATRONI_USER", passwordFrom: "PATRONI_PASSWORD" }],
  });

export const patroni = z
  .strictObject({
    phase: word("patroni", "Asks Patroni, which runs a cluster of PostgreSQL, for a leader or a role."),
    ...common,
    members: list(text("Its address, of http or https.", "http://10.2.0.5:8008"), {
      description: "REST APIs of all members of the one cluster; whichever answers is asked.",
      example: "http://10.2.0.5:8008",
    }),
    shallBe,
    credentials: credentials.optional(),
    undo: z
      .strictObject({ shallBe })
      .optional()
      .meta({
        description: "The way back. Left out: there is none.",
        examples: [{ shallBe: { kind: "standby-of", host: "10.1.0.5", port: 5432 } }],
      }),
  })
  .meta({
    description: "Patroni.",
    examples: [
      {
        phase: "patroni",
        name: "promote-orders",
        members: ["http://10.2.0.5:8008"],
        shallBe: { kind: "independent" },
        within: "1 min",
      },
    ],
  });
