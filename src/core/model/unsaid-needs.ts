import type { Outside } from "./outside-step.ts";
import type { RecoveryPlan, Step } from "./recovery-plan.ts";

// What a plan does not say that its steps cannot be carried out without: of that nobody can prove that it survives.

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

/** What a step needs as a rule that acts outside and does not say it; `null`: it says it, or it follows from what it acts on. */
export function unsaidNeed(step: Step): string | null {
  if (step.outside === null || step.needs !== null) return null;
  return neededAsARule.get(kindOf(step, step.outside)) ?? null;
}

/** Steps of a plan, and of the plans that it carries out, that do not say what they need: while there is one, nothing proves that no step needs what has failed. */
export function unsaidSteps({ steps }: Pick<RecoveryPlan, "steps">): readonly Step[] {
  return steps.filter((step) => unsaidNeed(step) !== null);
}
