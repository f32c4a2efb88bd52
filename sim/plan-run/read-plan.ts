import { cellsPlanOf } from "./cells-plan.ts";
import { planText, type SimulatedPlan, stepsPlanOf, wordsOf } from "./simulated-plan.ts";

/** The plan that stands in a schedule or a story. @throws Error words that no plan has */
export function planOf(text: string): SimulatedPlan {
  const [first, ...words] = text.split(" ");
  return first === "cells" ? cellsPlanOf(words) : stepsPlanOf(text);
}

/** The same plan with one stage or one step less, in each way there is, stages first. */
export function smallerPlans(text: string): readonly string[] {
  if (text.startsWith("cells ")) return [];
  const stages = wordsOf(text);
  const without = stages.length === 1 ? [] : stages.map((_, left) => stages.filter((__, at) => at !== left));
  const shorter = stages.flatMap((stage, at) =>
    stage.length === 1
      ? []
      : stage.map((_, left) =>
          stages.with(
            at,
            stage.filter((__, step) => step !== left),
          ),
        ),
  );
  return [...without, ...shorter].map(planText);
}
