import { z } from "zod";
import {
  bandwidth,
  choice,
  componentName,
  count,
  dataAmount,
  duration,
  factor,
  list,
  name,
  names,
  power,
  price,
  regionName,
  row,
  share,
  span,
  text,
} from "./fields.ts";
import { maintenance } from "./maintenance-schema.ts";
import { reliability } from "./reliability-schema.ts";

export const patternWords = [
  "active-active",
  "hot-standby",
  "warm-standby",
  "pilot-light",
  "backup-and-restore",
] as const;

export const capacityWords = ["reserved", "quota", "best-effort"] as const;

export const placement = z
  .strictObject({
    region: regionName("A region of the platform. Left out: the region of the cell.").optional(),
    cell: name(
      "The cell that it belongs to. Left out: it serves the users of every cell.",
      "cell-1",
    ).optional(),
    zones: names("A zone of the region; replicas are spread over them in turn.", "a"),
    replicas: count("How many run there.", 3),
    required: count(
      "How many of them must work for the place to serve. Left out: all of them.",
      2,
    ).optional(),
    spares: z
      .number()
      .int()
      .min(0)
      .max(100_000)
      .default(0)
      .meta({
        description: "Machines that wait switched off, to replace a failed replica. Left out: none.",
        examples: [2],
      }),
    failure: reliability.optional().meta({
      description: "How often one replica fails here. Left out: as the component says.",
      examples: [{ mtbf: "30 d", mttr: "2 h" }],
    }),
    maintenance: maintenance.optional(),
    capacity: choice(
      capacityWords,
      "Whether the machines are there when they are asked for: paid for already, within a granted limit, or if there are any left. Left out: reserved.",
    ).default("reserved"),
    capacityLikelihood: share(
      "Likelihood that they are there within the time to recover. Left out: 100 % for reserved, else as the catalogue assumes.",
      "70 %",
    ).optional(),
    machine: row("The machine that a replica runs on, a row of the catalogue.", "aws/p5.48xlarge").optional(),
    price: price("Price of one replica. Left out: the machine's list price.", "12 USD/h").optional(),
    power: z
      .strictObject({
        idle: power("When it does nothing.", "960 W"),
        busy: power("At full load.", "6600 W"),
      })
      .optional()
      .meta({
        description: "What one replica draws. Left out: as the machine does.",
        examples: [{ idle: "960 W", busy: "6600 W" }],
      }),
    utilisation: share(
      "Share of the time that a replica that serves is busy. Left out: 50 %.",
      "50 %",
    ).optional(),
  })
  .meta({ description: "A place.", examples: [{ region: "east", replicas: 3, required: 2 }] });

export const replication = z
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
    z
      .strictObject({
        mode: z.literal("snapshot").meta({
          description: "A copy is made every so often: a backup, or an index that is built anew.",
          examples: ["snapshot"],
        }),
        every: duration("Between two copies.", "5 min"),
        transfer: duration("Until a copy is elsewhere.", "20 s"),
      })
      .meta({
        description: "All since the last copy is lost with a place.",
        examples: [{ mode: "snapshot", every: "5 min", transfer: "20 s" }],
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
    fallbacks: names("What answers in its place while it cannot, in order.", "fallback-model"),
    timeout: duration("How long an answer is waited for. Left out: not stated.", "2 s").optional(),
    retries: z
      .strictObject({
        attempts: count("All tries, the first one too.", 3),
        backoff: choice(["none", "fixed", "exponential"], "Time between two tries."),
        budget: share(
          "Largest share of requests that may be tries again. Left out: no bound.",
          "10 %",
        ).optional(),
      })
      .optional()
      .meta({
        description: "Trying again. Left out: it does not.",
        examples: [{ attempts: 3, backoff: "exponential", budget: "10 %" }],
      }),
  })
  .meta({ description: "A dependency.", examples: [{ component: "database", strength: "hard" }] });

const standby = z
  .strictObject({
    failureShare: share(
      "How often a place that stands by fails, over one that serves. Left out: as the pattern has it.",
      "100 %",
    ).optional(),
    detected: share("Likelihood that a failure is detected.", "99.9 %").optional(),
    switched: share("Likelihood that the switch succeeds.", "99 %").optional(),
    able: share("Likelihood that the place that takes over is able to.", "99 %").optional(),
    manual: duration("Mean time that a person needs when the automation fails.", "1 h").optional(),
    manualSigma: factor(
      "Sigma of the logarithm of that time; at 1, one in twenty takes three times the mean. Only `holdfast simulate` tells times apart. Left out: 0, always the mean.",
      1,
    )
      .max(5)
      .optional(),
  })
  .meta({
    description:
      "What happens when the place that serves fails. What is left out is as the catalogue assumes, and said to be.",
    examples: [{ detected: "99.9 %", switched: "99 %", able: "99 %", manual: "1 h" }],
  });

const recovery = z
  .strictObject({
    detect: span("Until the failure is known. Left out: as the plan's detection has it.", "5 s").optional(),
    approve: span("Until a person has approved. Left out: nobody is asked.", "5 min, p95 20 min").optional(),
    fence: span("Until the old place can acknowledge nothing more.", "2 s").optional(),
    promote: span("Until another place can serve, with all that runs already.", "5 s").optional(),
    provision: span(
      "Until machines that do not run yet are there and started.",
      "4 min to 10 min",
    ).optional(),
    route: span("Until clients are sent there. Left out: as its routing has it.", "10 s").optional(),
    verify: span("Until a real request has shown that it serves.", "5 s").optional(),
  })
  .meta({
    description: "How long each phase of its recovery takes.",
    examples: [{ promote: "5 s", verify: "2 s" }],
  });

const routing = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("dns").meta({ description: "By a name that is looked up.", examples: ["dns"] }),
        ttl: duration("How long clients keep an answer.", "60 s"),
      })
      .meta({ description: "By DNS.", examples: [{ kind: "dns", ttl: "60 s" }] }),
    z
      .strictObject({
        kind: z.literal("anycast").meta({ description: "By one address everywhere.", examples: ["anycast"] }),
      })
      .meta({ description: "By anycast.", examples: [{ kind: "anycast" }] }),
    z
      .strictObject({
        kind: z.literal("proxy").meta({ description: "Through a proxy that is told.", examples: ["proxy"] }),
      })
      .meta({ description: "Through a proxy.", examples: [{ kind: "proxy" }] }),
  ])
  .meta({
    description: "How clients find the place that serves. Left out: they are told by others.",
    examples: [{ kind: "dns", ttl: "60 s" }],
  });

const job = z
  .strictObject({
    nodes: count("How many nodes must all work.", 128),
    checkpointEvery: duration("Computing time between two checkpoints.", "30 min"),
    checkpointWrite: duration("How long the job stands still while one is written.", "60 s"),
    restart: duration("From an interruption to computing again.", "2 min"),
    measuredMtbf: duration(
      "Measured mean time between interruptions of the whole job, in place of the nodes' figures.",
      "8 h",
    ).optional(),
  })
  .meta({
    description: "A training job. Left out: it runs none.",
    examples: [{ nodes: 128, checkpointEvery: "30 min", checkpointWrite: "60 s", restart: "2 min" }],
  });

const api = z
  .strictObject({
    vendor: name("Who serves it.", "model-vendor"),
    hostedBy: name("The provider that it runs on, and falls with. Left out: not known.", "aws").optional(),
    quota: share("Share of the load that its quota carries. Left out: not stated.", "40 %").optional(),
    qualityGate: text(
      "How its answers are found good enough. Left out: they are not looked at.",
      "golden prompts, every day",
    ).optional(),
    residency: text("Where data may be sent to. Left out: not stated.", "EU").optional(),
  })
  .meta({
    description: "Somebody else's service. Left out: it is one's own.",
    examples: [{ vendor: "model-vendor", hostedBy: "aws", quota: "40 %" }],
  });

const commonCause = z
  .strictObject({
    beta: share("Share of failures that take all replicas of a place at once.", "5 %").optional(),
    greekLetters: z
      .array(share("Share of the failures before it that take one replica more.", "10 %"))
      .min(1)
      .optional()
      .meta({
        description: "Multiple Greek letters: beta, gamma, delta …, one fewer than there are replicas.",
        examples: [["10 %", "30 %"]],
      }),
  })
  .meta({
    description: "Failures of replicas that share a cause. Left out: none are counted.",
    examples: [{ beta: "5 %" }],
  });

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
    pattern: choice(patternWords, "How its places stand by for one another."),
    placements: list(placement, {
      description:
        "In order of preference: where one place serves at a time, the first serves on a good day.",
      example: { region: "east", replicas: 3, required: 2 },
    }),
    placesRequired: count("How many of its places must serve at the same time. Left out: 1.", 1).default(1),
    failure: reliability.optional().meta({
      description:
        "How often one replica fails. Left out: as the catalogue assumes for the type, and said to be assumed.",
      examples: [{ mtbf: "30 d", mttr: "2 h" }],
    }),
    crews: count(
      "Repairs of one place's replicas that can go on at once. Left out: as many as there are.",
      2,
    ).optional(),
    commonCause: commonCause.optional(),
    standby: standby.prefault({}),
    recovery: recovery.prefault({}),
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
        bandwidth: bandwidth(
          "How fast one replica loads them. Left out: as the catalogue assumes for the locality.",
          "2 GB/s",
        ).optional(),
      })
      .optional()
      .meta({
        description: "The model that it serves. Left out: none.",
        examples: [{ size: "140 GiB", locality: "local" }],
      }),
    data: z
      .strictObject({
        stored: dataAmount("How much it keeps, in one place.", "2 TB"),
        changedPerDay: dataAmount(
          "How much of it changes in a day, and is carried to each other place.",
          "50 GB",
        ),
      })
      .optional()
      .meta({
        description: "The data that it keeps. Left out: its size is not stated.",
        examples: [{ stored: "2 TB", changedPerDay: "50 GB" }],
      }),
    routing: routing.optional(),
    shuffleShard: z
      .strictObject({
        size: count("Replicas that serve one user.", 2),
        of: count("Replicas that there are to choose from.", 8),
      })
      .optional()
      .meta({
        description: "Each user's requests go to a few of the replicas. Left out: to any.",
        examples: [{ size: 2, of: 8 }],
      }),
    job: job.optional(),
    api: api.optional(),
    sla: share(
      "What the contract with its provider promises; never taken for how available it is. Left out: none.",
      "99.9 %",
    ).optional(),
  })
  .meta({
    description: "A part of the platform, with replicas in places.",
    examples: [{ type: "database", pattern: "hot-standby", placements: [{ region: "east", replicas: 1 }] }],
  });
