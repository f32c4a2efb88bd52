import { z } from "zod";
import { activationSteps } from "./activation-step-schema.ts";
import { carriedOut, needs, tried } from "./carried-out-schema.ts";
import {
  choice,
  componentName,
  count,
  duration,
  factor,
  journeyName,
  list,
  name,
  names,
  regionName,
  scenarioName,
  share,
  word,
} from "./fields.ts";
import { interlocks } from "./interlocks-schema.ts";
import { outsideSteps, routedBy } from "./outside-step-schema.ts";
import { planStep } from "./plan-step-schema.ts";
import { verifiedBy } from "./verify-schema.ts";

const failure = z
  .strictObject({
    region: regionName("The region that fails, or in which a zone or a component does.").optional(),
    zone: name("A zone of the region.", "a").optional(),
    cell: name("The cell that fails.", "cell-1").optional(),
    provider: name("The provider all of whose regions fail.", "aws").optional(),
    fate: name("The shared fate that fails.", "aws-identity").optional(),
    component: name(
      "The component that fails, in the region or, without one, wherever it stands.",
      "llm",
    ).optional(),
    how: choice(
      ["lost", "frozen", "partitioned", "slow", "wrong", "short-of-capacity"],
      "Gone; stopped and later back as if nothing had been; cut off from the others while it runs on; answering too slowly; answering wrongly; or with no machine to be had beyond those that run.",
    ),
  })
  .meta({ description: "A failure.", examples: [{ region: "east", how: "lost" }] });

export const scenarioSpec = z
  .strictObject({
    failures: list(failure, {
      description: "What fails at the same time.",
      example: { region: "east", how: "lost" },
    }),
    likelihoodPerYear: factor("How often it is expected in a year. Left out: not stated.", 0.05).optional(),
    duration: duration("How long what failed stays so. Left out: not stated.", "6 h").optional(),
  })
  .meta({
    description: "What fails, and how.",
    examples: [{ failures: [{ region: "east", how: "lost" }] }],
  });

const stepFields = {
  needs,
  within: duration("Longest that the step may take. Left out: no bound of its own.", "2 s").optional(),
};

const step = z
  .discriminatedUnion("phase", [
    z
      .strictObject({
        phase: word("fence", "Makes sure that the old place can acknowledge nothing more."),
        component: componentName("What is fenced."),
        method: choice(
          ["far-side", "near-side", "lease"],
          "Its standbys stop confirming (far-side), it is stopped where it stands (near-side), or its right to serve runs out (lease).",
        ),
        ...stepFields,
      })
      .meta({
        description: "Fence.",
        examples: [{ phase: "fence", component: "database", method: "far-side" }],
      }),
    z
      .strictObject({
        phase: word("promote", "Lets another place take writes."),
        component: componentName("What is promoted."),
        candidates: z
          .array(regionName("A region where it stands."))
          .min(1)
          .optional()
          .meta({
            description:
              "Where it may be promoted; the one with the most data is taken, and order decides among equals. Left out: wherever it stands.",
            examples: [["west", "central"]],
          }),
        ...stepFields,
      })
      .meta({ description: "Promote.", examples: [{ phase: "promote", component: "database" }] }),
    z
      .strictObject({
        phase: word("route", "Sends clients to the new place."),
        component: name("What routes them.", "gateway"),
        by: routedBy.optional(),
        drains: names("Cells to which no client is led any more, which needs by.", "west-1"),
        ...stepFields,
        ...carriedOut,
      })
      .meta({ description: "Route.", examples: [{ phase: "route", component: "gateway" }] }),
    z
      .strictObject({
        phase: word("verify", "Shows by a real write and a real inference that the journey is back."),
        journey: journeyName("What is tried."),
        mode: name(
          "The degraded mode in which it serves then, which needs by. Left out: it is whole.",
          "smaller-model",
        ).optional(),
        by: verifiedBy.optional(),
        ...stepFields,
        ...tried,
      })
      .meta({ description: "Verify.", examples: [{ phase: "verify", journey: "chat-completion" }] }),
    ...activationSteps,
    planStep,
    ...outsideSteps,
  ])
  .meta({ description: "One step of the plan.", examples: [{ phase: "route", component: "gateway" }] });

const detection = z
  .strictObject({
    probeEvery: duration("Between two probes from one vantage point.", "100 ms").optional(),
    refusals: count("Refused probes in a row that count as a loss, from one vantage point.", 3).optional(),
    silentAfter: duration(
      "Time without an answer that counts as a loss, from one vantage point.",
      "1 s",
    ).optional(),
    streamSilentAfter: duration(
      "Time without a byte from the primary that counts as a loss, as its standbys see it.",
      "700 ms",
    ).optional(),
  })
  .meta({
    description: "When a region counts as lost. What is left out is as the failover engine has it.",
    examples: [{ silentAfter: "1 s", refusals: 3 }],
  });

export const planSpec = z
  .strictObject({
    covers: z
      .strictObject({
        journeys: list(journeyName("A journey."), {
          description: "The journeys that it brings back.",
          example: "chat-completion",
        }),
        scenarios: list(scenarioName("A scenario."), {
          description: "The scenarios that it answers.",
          example: "region-lost",
        }),
      })
      .meta({
        description: "What the plan is for.",
        examples: [{ journeys: ["chat-completion"], scenarios: ["region-lost"] }],
      }),
    controllers: list(regionName("A region."), {
      description:
        "Regions with a controller. Most of them must survive every scenario: no quorum, no change.",
      example: "east",
    }),
    coordination: list(regionName("A region."), {
      description:
        "Regions with a voter of the coordination store. Most of them must survive every scenario. Left out: those with a controller.",
      example: "east",
    }).optional(),
    evidence: list(regionName("A region."), {
      description:
        "Regions in which evidence is kept. One of them must survive every scenario. Left out: those with a controller.",
      example: "west",
    }).optional(),
    detection: detection.prefault({}),
    steps: list(step, {
      description:
        "In the order in which they are carried out. Those of the failover engine stand together: fence, promote, route, verify.",
      example: { phase: "fence", component: "database", method: "far-side" },
    }),
    interlocks,
    automation: z
      .strictObject({
        failover: choice(
          ["when-armed", "always", "ask"],
          "Whether it runs by itself while its trust is ARMED, by itself proven or not, or a person always decides.",
        ),
        proofValidFor: duration("How long a drill proves the plan; older proof disarms it.", "30 d"),
      })
      .meta({
        description: "Who decides.",
        examples: [{ failover: "when-armed", proofValidFor: "30 d" }],
      }),
  })
  .meta({
    description: "How journeys come back when a scenario happens.",
    examples: [
      {
        covers: { journeys: ["chat-completion"], scenarios: ["region-lost"] },
        controllers: ["east", "west", "central"],
        steps: [
          { phase: "fence", component: "database", method: "far-side" },
          { phase: "promote", component: "database" },
          { phase: "route", component: "gateway" },
          { phase: "verify", journey: "chat-completion" },
        ],
        interlocks: { coolDown: "10 min" },
        automation: { failover: "when-armed", proofValidFor: "30 d" },
      },
    ],
  });

export const drillSpec = z
  .strictObject({
    plan: name("The recovery plan that is carried out.", "region-failover"),
    scenario: scenarioName("What is made to fail; the plan must cover it."),
    journey: journeyName("Whose objectives the drill is judged by; the plan must cover it."),
    load: z
      .strictObject({
        writes: z
          .strictObject({
            clients: count("How many write at the same time.", 4),
            every: duration("Between two writes of one client.", "10 ms"),
          })
          .meta({
            description: "SQL writes, each with an id of its own.",
            examples: [{ clients: 4, every: "10 ms" }],
          }),
        completions: z
          .strictObject({
            clients: count("How many streams at the same time.", 2),
            tokens: count("Longest answer, in tokens.", 40),
          })
          .meta({ description: "Streamed chat completions.", examples: [{ clients: 2, tokens: 40 }] }),
        before: duration("How long it runs before the fault.", "3 s"),
        after: duration("How long it runs on after recovery was verified.", "3 s"),
      })
      .meta({
        description: "What users do meanwhile.",
        examples: [
          {
            writes: { clients: 4, every: "10 ms" },
            completions: { clients: 2, tokens: 40 },
            before: "3 s",
            after: "3 s",
          },
        ],
      }),
    thawAfter: duration(
      "How long after service is back a frozen region is thawed. Needed when the scenario freezes one.",
      "2 s",
    ).optional(),
    cadence: duration(
      "How often the drill is to be repeated. Left out: when somebody runs it.",
      "30 d",
    ).optional(),
    success: z
      .strictObject({
        completionsFailedMax: share(
          "Share of streamed completions that may fail. Left out: told, not judged.",
          "25 %",
        ).optional(),
      })
      .prefault({})
      .meta({
        description: "What must hold besides the journey's objectives.",
        examples: [{ completionsFailedMax: "25 %" }],
      }),
  })
  .meta({
    description: "A plan carried out against a scenario, under load, to see whether the objectives hold.",
    examples: [
      {
        plan: "region-failover",
        scenario: "region-lost",
        journey: "chat-completion",
        load: {
          writes: { clients: 4, every: "10 ms" },
          completions: { clients: 2, tokens: 40 },
          before: "3 s",
          after: "3 s",
        },
      },
    ],
  });
