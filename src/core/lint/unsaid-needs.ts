import { titleOf } from "../model/recovery-plan.ts";
import { unsaidNeed } from "../model/unsaid-needs.ts";
import { type Found, spot } from "./finding.ts";
import type { Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";

// Whether a step says what it cannot be carried out without: what nobody has said is not proven to survive.

function needsUnsaid({ model }: Survey): readonly Found[] {
  return [...model.plans.values()].flatMap((plan) =>
    plan.steps.flatMap((step): readonly Found[] => {
      // A part has no step that the whole has not, so it is told of the part.
      const isPartsOwn = step.part.some((part) => model.plans.has(part));
      const needed = unsaidNeed(step);
      if (needed === null || isPartsOwn) return [];
      const what = `RecoveryPlan "${plan.name}": ${titleOf(step)} acts outside, and does not say what it needs`;
      const mend = `declare as components what it needs, as a rule ${needed}, and name them under needs; or write needs: [] where it needs nothing`;
      return [{ what, at: spot("RecoveryPlan", plan, "steps", step.at), mend }];
    }),
  );
}

export const unsaidNeedsRules: readonly Rule[] = [
  {
    id: "HF099",
    code: "survivor/needs-unsaid",
    title: "a step acts outside and does not say what it needs",
    severity: "note",
    why: "no recovery step may need what has failed, and of what is not said nobody can prove that it survives: a git host, a registry, an identity provider that falls with the region is found out on the day; until it is said the plan is trusted no further than SIMULATED, and is never armed",
    mend: "name the components that it cannot do without under needs, or write needs: []",
    source: {
      title: "Meta, More details about the October 4 outage: tools that needed what was down",
      date: "2021-10-05",
    },
    find: needsUnsaid,
  },
];
