import { z } from "zod";
import { duration } from "./fields.ts";

/** That a window ends before the next begins is read by `contradictions`. */
export const maintenance = z
  .strictObject({
    every: duration("From the beginning of one to that of the next.", "30 d"),
    lasts: duration("How long it is out of service each time.", "20 min"),
    first: duration(
      "When the first begins, counted from a midnight: places that must not be away together begin at different times.",
      "26 h",
    ),
  })
  .meta({
    description:
      "Planned times out of service. Only `holdfast simulate` counts them, for they stand on a calendar. Left out: none.",
    examples: [{ every: "30 d", lasts: "20 min", first: "26 h" }],
  });
