import { z } from "zod";
import { degradedModes } from "./degraded-mode-schema.ts";
import {
  amountOfMoney,
  choice,
  count,
  date,
  duration,
  factor,
  name,
  names,
  price,
  share,
  text,
} from "./fields.ts";

const objective = z
  .strictObject({
    rto: duration(
      "Recovery time objective: the longest outage that the owner accepts. Left out: as the policy has it.",
      "4 s",
    ).optional(),
    rpo: duration(
      "Recovery point objective: the longest span of lost data that the owner accepts. Left out: as the policy has it.",
      "0 s",
    ).optional(),
    availability: share(
      "Share of time that must be good with failures of this scope counted in. Left out: as the policy has it, or none.",
      "99.95 %",
    ).optional(),
    maximumTolerableOutage: duration(
      "Past this the business is harmed for good. Left out: as the policy has it, or not stated.",
      "4 h",
    ).optional(),
  })
  .meta({
    description: "What the business needs.",
    examples: [{ rto: "4 s", rpo: "0 s", availability: "99.95 %" }],
  });

const objectives = z
  .strictObject({
    zone: objective
      .optional()
      .meta({ description: "When one zone fails.", examples: [{ rto: "0 s", rpo: "0 s" }] }),
    region: objective
      .optional()
      .meta({ description: "When one region fails.", examples: [{ rto: "4 s", rpo: "0 s" }] }),
    provider: objective.optional().meta({
      description: "When every region of a provider fails.",
      examples: [{ rto: "5 min", rpo: "10 s" }],
    }),
    dependency: objective.optional().meta({
      description:
        "When something that is depended on fails: a shared fate, a component, somebody else's service.",
      examples: [{ rto: "1 min", rpo: "0 s" }],
    }),
  })
  .meta({
    description: "What the business needs, for each scope of failure.",
    examples: [{ region: { rto: "4 s", rpo: "0 s" } }],
  });

export const journeySpec = z
  .strictObject({
    entry: name("The component that a user's request reaches first.", "gateway"),
    owner: text("Who answers for the objectives.", "assistant-team"),
    policy: name("The policy that it inherits objectives from. Left out: none.", "tier-1").optional(),
    objectives: objectives.prefault({}),
    degradedModes,
    impact: price("What an hour without the journey costs. Left out: not stated.", "12000 USD/h").optional(),
    continuity: text(
      "What the business does meanwhile, and for how long it can. Left out: not stated.",
      "Agents answer by telephone, for a day",
    ).optional(),
    requestsPerMonth: count(
      "How often it is made use of; cost and carbon are then told for each request too. Left out: not stated.",
      3_000_000,
      1e15,
    ).optional(),
  })
  .meta({
    description: "What a user of the platform can do, and what the business needs of it.",
    examples: [
      { entry: "gateway", owner: "assistant-team", objectives: { region: { rto: "4 s", rpo: "0 s" } } },
    ],
  });

export const policySpec = z
  .strictObject({
    inherits: name("A policy that it inherits what it does not say. Left out: none.", "baseline").optional(),
    objectives,
  })
  .meta({
    description: "Objectives that journeys inherit.",
    examples: [{ objectives: { region: { rto: "4 s", rpo: "0 s" } } }],
  });

export const riskSpec = z
  .strictObject({
    statement: text("What could happen, and what it would do.", "The only region with reserved GPUs is lost"),
    owner: text("Who answers for it.", "head-of-platform"),
    likelihoodPerYear: factor("How often it is expected in a year.", 0.05),
    impact: amountOfMoney("What it costs each time.", "250000 USD"),
    treatment: choice(["avoid", "reduce", "transfer", "accept"], "What is done about it."),
    controls: z
      .array(text("A control.", "quarterly drill"))
      .default([])
      .meta({
        description: "What keeps it small, in words. Left out: nothing.",
        examples: [["quarterly drill"]],
      }),
    scenarios: names("A scenario in which it happens.", "region-lost"),
    acceptance: z
      .strictObject({
        owner: text("Who lives with what is left of it.", "chief-operating-officer"),
        until: date("When that ends, and it is decided anew.", "2027-03-31"),
      })
      .optional()
      .meta({
        description: "Who lives with it, and until when. Left out: nobody.",
        examples: [{ owner: "chief-operating-officer", until: "2027-03-31" }],
      }),
  })
  .meta({
    description: "What could go wrong, who answers for it, and what is done about it.",
    examples: [
      {
        statement: "The only region with reserved GPUs is lost",
        owner: "head-of-platform",
        likelihoodPerYear: 0.05,
        impact: "250000 USD",
        treatment: "reduce",
      },
    ],
  });
