import { z } from "zod";
import { choice, duration, factor, row, share } from "./fields.ts";

/**
 * How often something fails: by a row of the catalogue, or by `mttr` with one of `mtbf`, `perYear` and `availability`. That exactly
 * one way is taken is read by `contradictions`.
 */
export const reliability = z
  .strictObject({
    catalogue: row(
      "A row of the catalogue, instead of figures of one's own.",
      "gpu-node/h100-llama3",
    ).optional(),
    mtbf: duration("Mean working time between failures.", "30 d").optional(),
    perYear: factor("Failures a year, instead of mtbf.", 0.67).optional(),
    availability: share("Share of time that it works, instead of mtbf.", "99.5 %").optional(),
    mttr: duration("Mean time from failure to working again.", "2 h").optional(),
    repair: choice(
      ["exponential", "fixed", "log-normal"],
      "How the time to repair spreads about its mean. Left out: exponential.",
    ).optional(),
    repairSigma: factor(
      "Sigma of the logarithm of a log-normal repair time; at 1, one in twenty takes three times the mean. Left out: 1.",
      1,
    ).optional(),
    errorFactor: factor(
      "95th percentile of the true failure rate over its median: how well it is known. Left out: 3, or as the catalogue has it.",
      3,
    ).optional(),
  })
  .meta({
    description: "How often it fails, and how long until it works again.",
    examples: [{ mtbf: "30 d", mttr: "2 h" }],
  });
