import { timingUnder } from "../failover/plan-settings.ts";
import { leaseWithDrift } from "../failover/settings.ts";
import type { Component } from "../model/component.ts";
import { the } from "../model/model.ts";
import type { RecoveryPlan } from "../model/recovery-plan.ts";
import { isPart } from "../model/step-stages.ts";
import { inSeconds } from "../units/units.ts";
import { atBest, type Detected, tightest } from "./recovery-time.ts";
import { type Found, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import { type Case, leastOf, type Survey } from "./survey.ts";
import { about, asked, timeOf } from "./wording.ts";

// What a plan takes before it does anything: to detect, to decide, and to wait for a lease.

interface Floor {
  readonly plan: RecoveryPlan;
  readonly strict: Detected;
  /** Until a person has decided; 0 where none is asked. */
  readonly decide: number;
  /** Why a person is asked. */
  readonly askedFor: string;
}

/** What each plan takes before it does anything, in the case that leaves it the least time. */
function floors(survey: Survey): readonly Floor[] {
  const whole = [...survey.model.plans.values()].filter((plan) => !isPart(survey.model, plan));
  return whole.flatMap((plan) => {
    const strict = tightest(survey, plan);
    return strict === null ? [] : [{ plan, strict, ...decisionOf(survey, plan, strict) }];
  });
}

function decisionOf(
  survey: Survey,
  plan: RecoveryPlan,
  { scenario, journey }: Case,
): Pick<Floor, "decide" | "askedFor"> {
  const { components } = survey.model;
  const promoted = plan.steps.flatMap((step) =>
    step.phase === "promote" ? [the(components, step.component)] : [],
  );
  const loses = promoted.some(
    (component) =>
      mayLose(component) && survey.standing(scenario, component).length < component.placements.length,
  );
  const isAsked = plan.automation.failover === "ask";
  if (!isAsked && (plan.interlocks.dataLoss === "accept" || !loses)) return { decide: 0, askedFor: "" };
  const decide = personOf(promoted[0] ?? the(components, journey.entry));
  return {
    decide,
    askedFor: isAsked ? "failover: ask" : "dataLoss: ask, and its writes wait for no standby",
  };
}

function mayLose({ replication }: Component): boolean {
  return replication.kind === "asynchronous" || replication.kind === "snapshot";
}

/** Until a person has decided, as declared or assumed. */
function personOf({ recovery: { approve }, standby }: Component): number {
  return approve === null ? standby.manual : atBest(approve);
}

function isPastTolerance({ strict, decide }: Floor): boolean {
  const bound = strict.objective.maximumTolerableOutage;
  return bound !== null && bound < strict.detect + decide;
}

function toleranceBelowFloor(survey: Survey): readonly Found[] {
  return floors(survey)
    .filter(isPastTolerance)
    .map(({ plan, strict: { journey, objective, detect }, decide }) => ({
      what: `Journey "${journey.name}" tolerates an outage of ${timeOf(objective.maximumTolerableOutage ?? objective.rto)}, and RecoveryPlan "${plan.name}" takes ${about(detect + decide)} to detect and decide`,
      at: spot("Journey", journey, "objectives", objective.scope, "maximumTolerableOutage"),
    }));
}

function rtoBelowDetection(survey: Survey): readonly Found[] {
  return floors(survey)
    .filter((floor) => floor.strict.objective.rto < floor.strict.detect && !isPastTolerance(floor))
    .map(({ plan, strict }) => ({
      what: `RecoveryPlan "${plan.name}" takes ${about(strict.detect)} to call ${strict.scenario.name} a loss, longer than ${asked(strict, "rto")}`,
      at: spot("RecoveryPlan", plan, "detection"),
    }));
}

function personOutlastsRto(survey: Survey): readonly Found[] {
  return floors(survey).flatMap((floor): readonly Found[] => {
    const { plan, strict, decide, askedFor } = floor;
    const { detect, objective } = strict;
    const { rto } = objective;
    if (decide === 0 || rto < detect || rto >= detect + decide || isPastTolerance(floor)) return [];
    const what = `RecoveryPlan "${plan.name}" asks a person (${askedFor}), who takes ${about(decide)}, longer than ${asked(strict, "rto")}`;
    return [{ what, at: spot("RecoveryPlan", plan, "automation") }];
  });
}

function leaseOutlastsRto(survey: Survey): readonly Found[] {
  return [...survey.model.plans.values()].flatMap((plan) =>
    plan.steps.flatMap((step): readonly Found[] => {
      if (step.phase !== "fence" || step.method !== "lease") return [];
      const component = the(survey.model.components, step.component);
      const strict = leastOf(
        survey.cases(plan).filter(({ scenario }) => survey.hit(scenario).has(component)),
        "rto",
      );
      const lease = inSeconds(leaseWithDrift(timingUnder(plan)));
      if (strict === null || strict.objective.rto >= lease) return [];
      const what = `RecoveryPlan "${plan.name}" waits ${about(lease)} for the lease of ${component.name} to run out, longer than ${asked(strict, "rto")}`;
      return [{ what, at: spot("RecoveryPlan", plan, "steps", step.at) }];
    }),
  );
}

export const reactionRules: readonly Rule[] = [
  {
    id: "HF071",
    code: "objectives/rto-below-detection",
    title: "an RTO shorter than detection",
    severity: "error",
    why: "an outage lasts at least until it is detected, and nothing has been done by then",
    mend: "detect sooner (silentAfter, refusals, probeEvery), or raise the rto",
    source: arithmetic,
    find: rtoBelowDetection,
  },
  {
    id: "HF072",
    code: "objectives/tolerance-below-detection",
    title: "a tolerance shorter than detection and decision",
    severity: "error",
    why: "by the time that somebody has decided, the business is harmed for good",
    mend: "detect sooner, let the plan go by itself (failover: when-armed), or have the business bear longer",
    source: {
      title: "NIST SP 800-34 Rev. 1: maximum tolerable downtime covers detection and decision",
      date: "2010-05",
    },
    find: toleranceBelowFloor,
  },
  {
    id: "HF073",
    code: "objectives/person-outlasts-rto",
    title: "a person decides, and the RTO is over before",
    severity: "warning",
    why: "somebody is paged, reads in, decides and acts, which takes about an hour where nothing else is measured",
    mend: "let the plan go by itself (failover: when-armed where the failover engine carries out every step and no gate is looked at, or dataLoss: accept), declare what drills measured (recovery: { approve: … }), or raise the rto",
    source: { title: "Beyer et al., Site Reliability Engineering, chapter 11: being on-call", date: "2016" },
    find: personOutlastsRto,
  },
  {
    id: "HF074",
    code: "objectives/lease-outlasts-rto",
    title: "a fence that waits for a lease longer than the RTO",
    severity: "error",
    why: "until the lease has run out on the slowest honest clock, the old primary may still acknowledge",
    mend: "fence from the far side (synchronous replication, method: far-side), or raise the rto",
    source: {
      title: "Gray and Cheriton, Leases: an efficient fault-tolerant mechanism (SOSP)",
      date: "1989",
    },
    find: leaseOutlastsRto,
  },
];
