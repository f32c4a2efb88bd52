import type { Outside } from "../model/outside-step.ts";
import { type Step, titleOf } from "../model/recovery-plan.ts";
import { type Found, spot } from "./finding.ts";
import type { Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";

// Whether a step says what it cannot be carried out without: what nobody has said is not proven to survive.

/**
 * What steps of a kind need as a rule, besides what they act on. Of kinds that are not listed here it follows from what they act on:
 * whoever is routed to or tried must be there in any case.
 */
const neededAsARule: ReadonlyMap<string, string> = new Map([
  ["approve", "what people sign in with, and where they are asked"],
  ["gitops", "the git host, and what reconciles from it"],
  ["kubernetes", "the control plane of the cluster, and the registry of its images"],
  ["notify", "what carries the message"],
  ["patroni", "the store that Patroni keeps its leader in, and where its password is kept"],
  ["route dns", "the name server that is changed, and where its key is kept"],
  ["run", "where the program or the service runs, and what it calls"],
  ["scale", "the control plane of the provider, and the registry of images"],
  ["terraform", "the store of its state, and the control plane of the provider"],
  ["verify kubernetes", "the control plane of the cluster"],
  ["verify promql", "the metrics store that is asked"],
  ["warm", "where weights and caches are loaded from"],
]);

/** Its phase, and by what it acts where that makes a difference. */
function kindOf({ phase }: Step, { deed }: Outside): string {
  if (deed.kind === "verify") return `verify ${deed.wish.kind}`;
  return phase === "route" ? `route ${deed.kind}` : phase;
}

function needsUnsaid({ model }: Survey): readonly Found[] {
  return [...model.plans.values()].flatMap((plan) =>
    plan.steps.flatMap((step): readonly Found[] => {
      // A part has no step that the whole has not, so it is told of the part.
      const isPartsOwn = step.part.some((part) => model.plans.has(part));
      if (step.outside === null || step.needs !== null || isPartsOwn) return [];
      const needed = neededAsARule.get(kindOf(step, step.outside));
      if (needed === undefined) return [];
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
    why: "no recovery step may need what has failed, and of what is not said nobody can prove that it survives: a git host, a registry, an identity provider that falls with the region is found out on the day",
    mend: "name the components that it cannot do without under needs, or write needs: []",
    source: {
      title: "Meta, More details about the October 4 outage: tools that needed what was down",
      date: "2021-10-05",
    },
    find: needsUnsaid,
  },
];
