import { z } from "zod";
import { carriedOut } from "./carried-out-schema.ts";
import { name, word } from "./fields.ts";

/** A step of a recovery plan that is another plan. */
export const planStep = z
  .strictObject({
    phase: word("plan", "Carries out another plan: its steps, as if they stood here."),
    plan: name("The plan.", "warm-west"),
    begins: carriedOut.begins,
  })
  .meta({ description: "Another plan.", examples: [{ phase: "plan", plan: "warm-west" }] });
