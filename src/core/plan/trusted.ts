import { outsideSteps } from "../model/arming.ts";
import { type Model, the } from "../model/model.ts";
import type { InstantMs } from "../units/units.ts";
import type { ForeseenPlan } from "./foreseen.ts";
import type { Proof } from "./proofs.ts";
import { rehearse } from "./rehearsal.ts";
import type { TextDigest } from "./rests-on.ts";
import { savedPlan } from "./saved.ts";
import { type Trust, type TrustGrounds, trustOf } from "./trust.ts";

/** A plan in a scenario with all that its trust rests on besides evidence: worked out once, and held against evidence again and again. */
export interface PaperPlan {
  readonly plan: ForeseenPlan;
  readonly grounds: Pick<TrustGrounds, "hash" | "rehearsal" | "isDrillWhole" | "proofValidFor">;
}

/** @param model the one that the plan was foretold from */
export function onPaper(plan: ForeseenPlan, model: Model, digest: TextDigest): PaperPlan {
  const declared = the(model.plans, plan.plan);
  return {
    plan,
    grounds: {
      hash: savedPlan(plan, digest).hash,
      rehearsal: rehearse(plan.stages),
      isDrillWhole: outsideSteps(declared).length === 0,
      proofValidFor: declared.automation.proofValidFor,
    },
  };
}

/** What evidence proves of plans, in the order in which it was had, and what of it proves nothing, and why. */
export interface Proven {
  readonly proofs: readonly Proof[];
  readonly doubts: readonly string[];
}

/** How far a plan is trusted by what evidence holds at this moment. */
export function trustedBy({ plan, grounds }: PaperPlan, { proofs, doubts }: Proven, now: InstantMs): Trust {
  const own = proofs.filter((proof) => proof.plan === plan.plan && proof.scenario === plan.scenario);
  return trustOf(plan, { ...grounds, proofs: own, doubts, now });
}
