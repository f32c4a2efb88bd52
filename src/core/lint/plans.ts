import type { Model } from "../model/model.ts";
import { modeTitle, type RecoveryPlan } from "../model/recovery-plan.ts";
import { isPart } from "../model/step-stages.ts";
import { boundOfSteps, tightest } from "./recovery-time.ts";
import { type Found, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";
import { about, asked, timeOf } from "./wording.ts";

function coolDownTooShort({ model }: Survey): readonly Found[] {
  return [...model.plans.values()].flatMap((plan): readonly Found[] => {
    const { coolDown } = plan.interlocks;
    const bound = boundOfSteps(plan);
    if (bound === null || coolDown >= bound) return [];
    const what = `RecoveryPlan "${plan.name}": its steps may take ${about(bound)}, and the next failover may begin ${timeOf(coolDown)} after`;
    return [{ what, at: spot("RecoveryPlan", plan, "interlocks", "coolDown") }];
  });
}

function boundsOutlastRto(survey: Survey): readonly Found[] {
  return [...survey.model.plans.values()].flatMap((plan): readonly Found[] => {
    const bound = boundOfSteps(plan);
    const strict = tightest(survey, plan);
    if (bound === null || strict === null) return [];
    const { detect, objective } = strict;
    // What detection alone outlasts is told as that.
    if (detect >= objective.rto || detect + bound <= objective.rto) return [];
    const what = `RecoveryPlan "${plan.name}": its steps may take ${about(bound)} by their own bounds, ${about(detect + bound)} with ${about(detect)} to detect, longer than ${asked(strict, "rto")}`;
    return [{ what, at: spot("RecoveryPlan", plan, "steps") }];
  });
}

/** Those that are no part of another, which shows what they do not. */
function wholePlans(model: Model): readonly RecoveryPlan[] {
  return [...model.plans.values()].filter((plan) => !isPart(model, plan));
}

function neverWhole({ model }: Survey): readonly Found[] {
  return wholePlans(model).flatMap((plan) =>
    plan.journeys.flatMap((journey): readonly Found[] => {
      const shown = plan.steps.flatMap((step) =>
        step.phase === "verify" && step.journey === journey ? [{ mode: step.mode, at: step.at }] : [],
      );
      const last = shown.at(-1);
      if (last === undefined || shown.some(({ mode }) => mode === null)) return [];
      const what = `RecoveryPlan "${plan.name}": ${modeTitle(journey, last.mode)} is verified, and no step shows that ${journey} is whole again`;
      return [{ what, at: spot("RecoveryPlan", plan, "steps", last.at) }];
    }),
  );
}

export const plansRules: readonly Rule[] = [
  {
    id: "HF069",
    code: "plans/cool-down-too-short",
    title: "a cool-down shorter than the recovery",
    severity: "warning",
    why: "a region that comes and goes would be failed over for more of the time than it serves",
    mend: "raise coolDown above what the steps may take; Orchestrator waits an hour",
    source: { title: "Orchestrator documentation, RecoveryPeriodBlockSeconds: 3600", date: "2020" },
    find: coolDownTooShort,
  },
  {
    id: "HF070",
    code: "plans/bounds-outlast-rto",
    title: "steps that may take longer than the RTO",
    severity: "warning",
    why: "a recovery in which every step keeps its own bound would miss the objective, and no bound would say so",
    mend: "share the rto out over detection and steps: within",
    source: arithmetic,
    find: boundsOutlastRto,
  },
  {
    id: "HF092",
    code: "plans/never-whole",
    title: "a plan that ends in a degraded mode",
    severity: "warning",
    why: "a run of it would be done while users still have less than they had, and nobody would be told when that ends",
    mend: "add a verify step without mode, after what makes it whole",
    source: arithmetic,
    find: neverWhole,
  },
];
