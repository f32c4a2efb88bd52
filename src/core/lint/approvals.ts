import type { Outside, OutsideDeed } from "../model/outside-step.ts";
import { type RecoveryPlan, titleOf } from "../model/recovery-plan.ts";
import { countedText } from "../units/shown.ts";
import { type Found, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";

type Approve = Extract<OutsideDeed, { readonly kind: "approve" }>;

/** Every step that declares who may approve it. */
function eachApproval(
  { model }: Survey,
  of: (deed: Approve, title: string, plan: RecoveryPlan) => Omit<Found, "at"> | null,
): readonly Found[] {
  return [...model.plans.values()].flatMap((plan) =>
    plan.steps.flatMap((step): readonly Found[] => {
      const deed = approveOf(step.outside);
      const isPartsOwn = step.part.some((part) => model.plans.has(part));
      if (deed === null || deed.approvers.length === 0 || isPartsOwn) return [];
      const found = of(deed, titleOf(step), plan);
      return found === null ? [] : [{ ...found, at: spot("RecoveryPlan", plan, "steps", step.at) }];
    }),
  );
}

function approveOf(outside: Outside | null): Approve | null {
  return outside?.deed.kind === "approve" ? outside.deed : null;
}

function tooFew(survey: Survey): readonly Found[] {
  return eachApproval(survey, ({ people, approvers }, title, { name }) => {
    if (approvers.length >= people) return null;
    const what = `RecoveryPlan "${name}": ${title} asks ${people} people, and ${countedText(approvers.length, "approver")} may say yes`;
    return { what, mend: `declare ${people - approvers.length} more under approvers, or lower people` };
  });
}

function noneToSpare(survey: Survey): readonly Found[] {
  return eachApproval(survey, ({ people, approvers }, title, { name }) => {
    if (approvers.length !== people) return null;
    const who = approvers.map((each) => each.name).join(", ");
    return { what: `RecoveryPlan "${name}": ${title} asks all who may say yes: ${who}` };
  });
}

export const approvalRules: readonly Rule[] = [
  {
    id: "HF093",
    code: "approvals/too-few",
    title: "a step asks more people than may approve it",
    severity: "error",
    why: "who may approve is declared, and nobody else counts: the step would wait until its time is over, every time",
    mend: "declare as many approvers as people are asked, and one more",
    source: arithmetic,
    find: tooFew,
  },
  {
    id: "HF094",
    code: "approvals/none-to-spare",
    title: "a step asks everybody who may approve it",
    severity: "warning",
    why: "one of them away, or the one who runs the plan, and nobody can approve it",
    mend: "declare one approver more than people are asked",
    source: arithmetic,
    find: noneToSpare,
  },
];
