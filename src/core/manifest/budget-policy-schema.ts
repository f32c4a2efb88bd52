import { z } from "zod";
import { budgetedActions } from "../model/error-budget-policy.ts";
import { choice, date, duration, factor, list, name, names, share, text } from "./fields.ts";

const allows = z.array(choice(budgetedActions, "Something that may be done.")).meta({
  description: "What may be done meanwhile; what is not named may not.",
  examples: [["deploy", "drill"]],
});

const state = z
  .strictObject({
    state: name("What it is called.", "careful"),
    budgetLeft: share(
      "It holds while at least so much of the error budget is left, of every objective. Left out: however much it is.",
      "20 %",
    ).optional(),
    burnRate: z
      .strictObject({
        over: duration("Over which window: one of those that the objective's alerts have.", "1 h"),
        below: factor("How many times as fast as it may.", 6),
      })
      .optional()
      .meta({
        description:
          "It holds while the error budget burns more slowly than this, of every objective. Left out: however fast it does.",
        examples: [{ over: "1 h", below: 6 }],
      }),
    allows,
  })
  .meta({
    description: "A state, and what it allows.",
    examples: [{ state: "careful", budgetLeft: "20 %", allows: ["drill"] }],
  });

const override = z
  .strictObject({
    allows,
    owner: text("Who answers for it.", "head-of-platform"),
    reason: text("Why it cannot wait.", "The fix for what uses the budget up"),
    until: date("When it ends.", "2026-12-01"),
  })
  .meta({
    description: "What may be done all the same, for a time.",
    examples: [{ allows: ["deploy"], owner: "head-of-platform", reason: "the fix", until: "2026-12-01" }],
  });

export const budgetPolicySpec = z
  .strictObject({
    slos: names(
      "An SLO that it is about, by the name of its OpenSLO document. Left out: all of the workspace.",
      "chat-answers",
    ),
    hold: duration(
      "For so long a better state must have held before it is believed; a worse one is at once. Left out: at once too.",
      "1 h",
    ).optional(),
    states: list(state, {
      description: "The states, best first. The last asks for nothing, and holds where no other does.",
      example: { state: "frozen", allows: [] },
    }),
    unknown: name(
      "The state while nothing is known of an objective. Left out: the last.",
      "frozen",
    ).optional(),
    overrides: z
      .array(override)
      .default([])
      .meta({
        description: "What may be done all the same, for a time. Left out: nothing.",
        examples: [
          [{ allows: ["deploy"], owner: "head-of-platform", reason: "the fix", until: "2026-12-01" }],
        ],
      }),
  })
  .meta({
    description: "What may be done while how much of the error budget is left.",
    examples: [
      {
        states: [
          { state: "open", budgetLeft: "20 %", allows: ["deploy"] },
          { state: "frozen", allows: [] },
        ],
      },
    ],
  });
