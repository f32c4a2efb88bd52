import { z } from "zod";
import { choice, duration, environmentName, name, regionName, span } from "./fields.ts";
import { onFailureWords } from "../model/outside-step.ts";

// How a step of a recovery plan is carried out that the failover engine has no part in, whatever it does.

/** How a step is carried out that is tried until it is so: there is no attempt after the first. */
export const tried = {
  takes: span(
    "How long it is expected to take, for predictions. Left out: up to `within`.",
    "20 s, p95 1 min",
  ).optional(),
  begins: choice(
    ["after", "beside"],
    "After the step before it, or together with it. Left out: after.",
  ).optional(),
  serving: regionName("Carried out only where this region serves by then. Left out: in any case.").optional(),
  lost: name(
    "Carried out only in a scenario that takes this cell: one such step for each cell. Left out: in any.",
    "east-1",
  ).optional(),
  onFailure: choice(
    onFailureWords,
    "When the last attempt has failed: stop for a person, undo what was done, or go on without it. Left out: stop.",
  ).default("stop"),
};

/** How a step is carried out by whoever runs the plan. */
export const carriedOut = {
  ...tried,
  retries: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(0)
    .meta({ description: "Attempts after the first. Left out: none.", examples: [2] }),
};

/** Saying that there are none is something else than saying nothing. */
export const needs = z
  .array(name("A component.", "registry"))
  .optional()
  .meta({
    description:
      "Components that carrying out the step needs, besides the one that it acts on; [] where there are none. Left out: it is not said.",
    examples: [["registry"]],
  });
const within = duration("Longest that one attempt may take.", "2 min");
const stepName = name("What people call it.", "raise-quota");
/** What every step has that is carried out by whoever runs the plan. */
export const common = { name: stepName, needs, within, ...carriedOut };

export const environment = z
  .array(environmentName("What is passed on.", "PATH"))
  .default([])
  .meta({
    description: "Names of what it is given of the environment; nothing else is. Left out: nothing.",
    examples: [["PATH", "HOME"]],
  });
