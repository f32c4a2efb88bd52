import { z } from "zod";
import { weekdays } from "../model/blocked-window.ts";
import { budgetedActions } from "../model/error-budget-policy.ts";
import { choice, clockTime, count, date, duration, list, name, timeZone, word } from "./fields.ts";
import { verifiedBy } from "./verify-schema.ts";

// What must hold before anything is done.

const windowName = name("What it is overridden by.", "year-end");

const dates = z
  .strictObject({
    kind: word("dates", "Days of a calendar."),
    name: windowName,
    from: date("The first day of it, in UTC.", "2026-12-24"),
    until: date("The first day that is free again, in UTC.", "2027-01-02"),
  })
  .meta({
    description: "Some days.",
    examples: [{ kind: "dates", name: "year-end", from: "2026-12-24", until: "2027-01-02" }],
  });

const week = z
  .strictObject({
    kind: word("week", "Some hours of every week."),
    name: windowName,
    days: list(choice(weekdays, "A day on which it begins."), {
      description: "Days on which it begins.",
      example: "fri",
    }),
    from: clockTime("When it begins.", "16:00"),
    until: clockTime("When it ends; no later than it begins: on the day after.", "24:00"),
    timeZone: timeZone("By whose clocks. Left out: UTC.", "Europe/Berlin").default("UTC"),
  })
  .meta({
    description: "Some hours of every week.",
    examples: [{ kind: "week", name: "friday-night", days: ["fri"], from: "16:00", until: "24:00" }],
  });

const slo = z
  .strictObject({
    kind: word("slo", "What is left of error budgets allows it, as `holdfast gate slo` answers."),
    for: choice(budgetedActions, "What the policy must allow. Left out: automatic-failover.").default(
      "automatic-failover",
    ),
    policy: name(
      "The ErrorBudgetPolicy that is asked. Left out: each of the workspace.",
      "users-first",
    ).optional(),
  })
  .meta({
    description: "An error budget policy of the workspace.",
    examples: [{ kind: "slo", for: "automatic-failover" }],
  });

const gate = z
  .strictObject({
    name: name("What it is overridden by.", "room-in-west"),
    by: z.discriminatedUnion("kind", [...verifiedBy.options, slo]).meta({
      description: "What is tried.",
      examples: [{ kind: "http", url: "https://west.example.com/ready" }],
    }),
  })
  .meta({
    description: "What must be so before the plan is begun.",
    examples: [{ name: "west-answers", by: { kind: "http", url: "https://west.example.com/ready" } }],
  });

export const interlocks = z
  .strictObject({
    placesOnMin: count("At least this many regions with the promoted component stay on.", 1).default(1),
    cellsDrainedMax: count(
      "At most so many cells serve nobody: those that the scenario takes, and those that steps drain. Left out: no bound.",
      1,
    ).optional(),
    coolDown: duration(
      "No second failover begins within this time of the last one's end, unless a person approves.",
      "10 min",
    ),
    dataLoss: choice(
      ["ask", "accept"],
      "Whether a person is asked when the failover would lose acknowledged data. What is accepted is bounded by the least rpo for a region of the plan's journeys: beyond it a person is asked all the same. Left out: ask.",
    ).default("ask"),
    blocked: z
      .array(
        z.discriminatedUnion("kind", [dates, week]).meta({
          description: "A time in which the plan is not begun.",
          examples: [{ kind: "dates", name: "year-end", from: "2026-12-24", until: "2027-01-02" }],
        }),
      )
      .default([])
      .meta({
        description: "Times in which the plan is not begun. Left out: none.",
        examples: [[{ kind: "dates", name: "year-end", from: "2026-12-24", until: "2027-01-02" }]],
      }),
    gates: z
      .array(gate)
      .default([])
      .meta({
        description: "What must be so before the plan is begun: tried once. Left out: nothing.",
        examples: [[{ name: "west-answers", by: { kind: "http", url: "https://west.example.com/ready" } }]],
      }),
  })
  .meta({ description: "What must hold before anything is done.", examples: [{ coolDown: "10 min" }] });
