import { z } from "zod";
import { anyText, componentName, duration, name, names } from "./fields.ts";

const standsIn = z
  .strictObject({
    of: componentName("What cannot be had."),
    by: name("What answers in its place.", "small-model"),
  })
  .meta({
    description: "One component in the place of another, for all that need it.",
    examples: [{ of: "large-model", by: "small-model" }],
  });

const rto = z
  .strictObject({
    zone: duration("When one zone fails.", "5 s").optional(),
    region: duration("When one region fails.", "30 s").optional(),
    provider: duration("When every region of a provider fails.", "1 min").optional(),
    dependency: duration("When something that is depended on fails.", "30 s").optional(),
  })
  .prefault({})
  .meta({
    description:
      "The longest time until the journey serves at least so, for each scope of failure. Left out: it is told, not judged.",
    examples: [{ region: "30 s" }],
  });

const degradedMode = z
  .strictObject({
    name: name("What people call it.", "smaller-model"),
    description: anyText("What users have then. Left out: nothing is said.", "Shorter answers").optional(),
    without: names("A component that it does without.", "search"),
    instead: z
      .array(standsIn)
      .default([])
      .meta({
        description: "What stands in for what. Left out: nothing.",
        examples: [[{ of: "large-model", by: "small-model" }]],
      }),
    rto,
  })
  .meta({
    description: "A way in which the journey may serve before it is whole again.",
    examples: [{ name: "smaller-model", instead: [{ of: "large-model", by: "small-model" }] }],
  });

export const degradedModes = z
  .array(degradedMode)
  .default([])
  .meta({
    description:
      "Ways in which the journey may serve before it is whole again, those that give most first. Left out: it is whole, or down.",
    examples: [
      [{ name: "static", instead: [{ of: "gateway", by: "status-page" }], rto: { region: "30 s" } }],
    ],
  });
