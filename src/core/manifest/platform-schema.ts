import { z } from "zod";
import {
  choice,
  componentName,
  count,
  dataAmount,
  duration,
  list,
  name,
  price,
  regionName,
  share,
  text,
} from "./fields.ts";

export const platformSpec = z
  .strictObject({
    regions: list(
      z
        .strictObject({
          name: regionName("How components and scenarios refer to the region."),
          provider: name("Who runs it: regions of one provider can fail together.", "aws"),
        })
        .meta({ description: "A region.", examples: [{ name: "east", provider: "aws" }] }),
      {
        description: "Failure domains, each with its own buildings, power and network.",
        example: { name: "east", provider: "aws" },
      },
    ),
  })
  .meta({
    description: "Where the platform can run.",
    examples: [{ regions: [{ name: "east", provider: "aws" }] }],
  });

const objective = z
  .strictObject({
    rto: duration("Recovery time objective: the longest outage that the owner accepts.", "4 s"),
    rpo: duration("Recovery point objective: the longest span of lost data that the owner accepts.", "0 s"),
    availability: share(
      "Share of time that must be good with failures of this scope counted in. Left out: none is set.",
      "99.95 %",
    ).optional(),
  })
  .meta({
    description: "What the business needs.",
    examples: [{ rto: "4 s", rpo: "0 s", availability: "99.95 %" }],
  });

export const journeySpec = z
  .strictObject({
    entry: name("The component that a user's request reaches first.", "gateway"),
    owner: text("Who answers for the objectives.", "assistant-team"),
    objectives: z
      .strictObject({
        region: objective.optional().meta({
          description: "When one region fails.",
          examples: [{ rto: "4 s", rpo: "0 s" }],
        }),
        provider: objective.optional().meta({
          description: "When every region of a provider fails.",
          examples: [{ rto: "5 min", rpo: "10 s" }],
        }),
      })
      .meta({
        description: "What the business needs, for each scope of failure.",
        examples: [{ region: { rto: "4 s", rpo: "0 s" } }],
      }),
    impact: price("What an hour without the journey costs. Left out: not stated.", "12000 USD/h").optional(),
  })
  .meta({
    description: "What a user of the platform can do, and what the business needs of it.",
    examples: [
      { entry: "gateway", owner: "assistant-team", objectives: { region: { rto: "4 s", rpo: "0 s" } } },
    ],
  });

const placement = z
  .strictObject({
    region: regionName("A region of the platform."),
    replicas: count("How many run there.", 3),
    required: count(
      "How many of them must work for the place to serve. Left out: all of them.",
      2,
    ).optional(),
    capacity: choice(
      ["reserved", "quota", "best-effort"],
      "Whether the machines are there when they are asked for: paid for already, within a granted limit, or if there are any left. Left out: reserved.",
    ).default("reserved"),
    price: price("Price of one replica. Left out: not stated.", "12 USD/h").optional(),
  })
  .meta({ description: "A place.", examples: [{ region: "east", replicas: 3, required: 2 }] });

const replication = z
  .discriminatedUnion("mode", [
    z
      .strictObject({
        mode: z.literal("synchronous").meta({
          description: "A write is acknowledged once other places have it on disk.",
          examples: ["synchronous"],
        }),
        confirmations: count("How many of the other places must have it: any of them.", 1),
      })
      .meta({
        description: "No acknowledged write is lost with a place.",
        examples: [{ mode: "synchronous", confirmations: 1 }],
      }),
    z
      .strictObject({
        mode: z.literal("asynchronous").meta({
          description: "A write is acknowledged at once, and is elsewhere later.",
          examples: ["asynchronous"],
        }),
        lag: duration("How far the other places are behind, on a bad day.", "5 s"),
      })
      .meta({
        description: "The last writes are lost with a place.",
        examples: [{ mode: "asynchronous", lag: "5 s" }],
      }),
  ])
  .meta({
    description: "How data reaches the other places. Left out: it keeps no data.",
    examples: [{ mode: "synchronous", confirmations: 1 }],
  });

const need = z
  .strictObject({
    component: componentName("What it needs."),
    strength: choice(
      ["hard", "soft", "degraded"],
      "Without it nothing works (hard), a feature is missing (soft), or answers are worse (degraded). Left out: hard.",
    ).default("hard"),
  })
  .meta({ description: "A dependency.", examples: [{ component: "database", strength: "hard" }] });

export const componentSpec = z
  .strictObject({
    type: choice(
      [
        "gateway",
        "inference",
        "embedding",
        "vector-index",
        "feature-store",
        "model-registry",
        "training",
        "queue",
        "cache",
        "database",
        "object-store",
        "llm-api",
        "control-plane",
        "generic",
      ],
      "What kind of part it is.",
    ),
    pattern: choice(
      ["active-active", "hot-standby", "warm-standby", "pilot-light", "backup-and-restore"],
      "How its places stand by for one another.",
    ),
    placements: list(placement, {
      description:
        "In order of preference: where one place serves at a time, the first serves on a good day.",
      example: { region: "east", replicas: 3, required: 2 },
    }),
    replication: replication.optional(),
    needs: z
      .array(need)
      .default([])
      .meta({
        description: "What it depends on. Left out: nothing.",
        examples: [[{ component: "database", strength: "hard" }]],
      }),
    weights: z
      .strictObject({
        size: dataAmount("What must be loaded before a replica can answer.", "140 GiB"),
        locality: choice(
          ["resident", "local", "remote"],
          "Where a standby replica finds them: in memory, on its own disk, or over the network.",
        ),
      })
      .optional()
      .meta({
        description: "The model that it serves. Left out: none.",
        examples: [{ size: "140 GiB", locality: "local" }],
      }),
  })
  .meta({
    description: "A part of the platform, with replicas in places.",
    examples: [{ type: "database", pattern: "hot-standby", placements: [{ region: "east", replicas: 1 }] }],
  });
