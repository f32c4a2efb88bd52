import type { Component, Pattern, RecoveryTimes } from "../model/component.ts";
import { the } from "../model/model.ts";
import { actedOn, type Drill } from "../model/recovery-plan.ts";
import { type Found, spot } from "./finding.ts";
import { atBest } from "./recovery-time.ts";
import { arithmetic, type Rule } from "./rule.ts";
import { type Demand, regionsOf, type Survey } from "./survey.ts";
import { about, asked } from "./wording.ts";

interface Standing {
  readonly component: Component;
  readonly demand: Demand;
}

/** Components that stand by in another region for a journey that is promised a recovery time. */
function standbys(survey: Survey): readonly Standing[] {
  return [...survey.model.components.values()].flatMap((component) => {
    const demand = survey.strictest(component, "rto");
    const isStandby = component.pattern !== "active-active" && regionsOf(component).length > 1;
    return demand === null || !isStandby ? [] : [{ component, demand }];
  });
}

function neverDrilled(survey: Survey): readonly Found[] {
  const { drills } = survey.model;
  const inDrills = [...drills.values()].map((drill) => ({ drill, needed: neededIn(survey, drill) }));
  // Where nothing that needs it is drilled, that is told of the plan.
  const counted = new Set(inDrills.flatMap(({ needed }) => needed));
  const struck = new Set(
    inDrills.flatMap(({ drill, needed }) => {
      const hit = survey.hit(the(survey.model.scenarios, drill.scenario));
      return needed.filter((each) => hit.has(each));
    }),
  );
  return standbys(survey)
    .filter(({ component }) => counted.has(component) && !struck.has(component))
    .map(({ component, demand }) => ({
      what: `Component "${component.name}": no drill takes a place of it away, and Journey "${demand.journey.name}" counts on its ${component.pattern}`,
      at: spot("Component", component),
    }));
}

/** What the journey of a drill, or the steps of its plan, cannot do without. */
function neededIn({ model, needed }: Survey, drill: Drill): readonly Component[] {
  const { entry } = the(model.journeys, drill.journey);
  const named = the(model.plans, drill.plan).steps.flatMap((step) => {
    const name = actedOn(step);
    return name === null ? [] : [the(model.components, name)];
  });
  return [...needed(the(model.components, entry)), ...named];
}

function nobodyStandsBy({ model }: Survey): readonly Found[] {
  return [...model.components.values()]
    .filter(({ pattern, placements }) => pattern !== "active-active" && placements.length === 1)
    .map((component) => ({
      what: `Component "${component.name}": its pattern is ${component.pattern}, and it stands in ${component.placements[0]?.region ?? "one place"} alone`,
      at: spot("Component", component, "placements"),
    }));
}

const startedLater: readonly Pattern[] = ["pilot-light", "backup-and-restore"];

/** Whether a step of a plan starts it, which says itself how long that takes, or may. */
function isScaled({ model }: Survey, component: string): boolean {
  const steps = [...model.plans.values()].flatMap((plan) => plan.steps);
  return steps.some((step) => step.phase === "scale" && step.component === component);
}

function provisioningNotDeclared(survey: Survey): readonly Found[] {
  return standbys(survey)
    .filter(({ component: { name, pattern, recovery } }) => {
      return startedLater.includes(pattern) && recovery.provision === null && !isScaled(survey, name);
    })
    .map(({ component, demand }) => ({
      what: `Component "${component.name}": its ${component.pattern} must be started, which takes nobody says how long of ${asked(demand, "rto")}`,
      at: spot("Component", component, "recovery"),
    }));
}

const hour = 3_600;

function restoreUnderAnHour(survey: Survey): readonly Found[] {
  return standbys(survey)
    .filter(({ component, demand }) => {
      return component.pattern === "backup-and-restore" && demand.objective.rto < hour;
    })
    .map(({ component, demand }) => ({
      what: `Component "${component.name}" is restored from a backup, for ${asked(demand, "rto")}`,
      at: spot("Component", component, "pattern"),
    }));
}

function phasesOutlastRto(survey: Survey): readonly Found[] {
  return [...survey.model.components.values()].flatMap((component): readonly Found[] => {
    const demand = survey.strictest(component, "rto");
    const declared = declaredPhases(component.recovery);
    const total = declared.reduce((sum, [, time]) => sum + time, 0);
    if (demand === null || total <= demand.objective.rto) return [];
    const names = declared.map(([phase, time]) => `${phase} ${about(time)}`).join(", ");
    const what = `Component "${component.name}": its phases take ${about(total)} at best (${names}), longer than ${asked(demand, "rto")}`;
    return [{ what, at: spot("Component", component, "recovery") }];
  });
}

const phases = ["detect", "approve", "fence", "promote", "provision", "route", "verify"] as const;

/** What is declared of each phase, at best. */
function declaredPhases(recovery: RecoveryTimes): readonly (readonly [string, number])[] {
  return phases.flatMap((phase) => {
    const span = recovery[phase];
    return span === null ? [] : [[phase, atBest(span)] as const];
  });
}

const strategies = { title: "AWS, Disaster Recovery of Workloads on AWS", date: "2021-02" };

export const standbyRules: readonly Rule[] = [
  {
    id: "HF049",
    code: "standby/never-drilled",
    title: "a standby that no drill has tried",
    severity: "note",
    why: "a standby that is not drilled drifts: configuration, quota, credentials, version; that it takes over is then an assumption",
    mend: "write a Drill with a scenario that takes its first place",
    source: { title: "AWS Well-Architected, Reliability Pillar, REL13-BP03: test recovery", date: "2024" },
    find: neverDrilled,
  },
  {
    id: "HF050",
    code: "standby/nobody-stands-by",
    title: "a standby pattern with one place",
    severity: "warning",
    why: "a pattern says how places stand by for one another, and there is no other",
    mend: "add the place that stands by, or write pattern: active-active",
    source: arithmetic,
    find: nobodyStandsBy,
  },
  {
    id: "HF051",
    code: "standby/provisioning-not-declared",
    title: "a standby that must be started, in a time that nobody says",
    severity: "warning",
    why: "getting machines and starting them is most of the recovery of what does not run, so without it no recovery time can be told",
    mend: "add recovery: { provision: 4 min to 10 min }, with what a drill has measured",
    source: strategies,
    find: provisioningNotDeclared,
  },
  {
    id: "HF052",
    code: "standby/restore-under-an-hour",
    title: "a backup to restore within an hour",
    severity: "warning",
    why: "backup and restore is a matter of hours: machines, data, and the check of both",
    mend: "stand by with the data there already: pilot-light or warm-standby; or raise the rto",
    source: strategies,
    find: restoreUnderAnHour,
  },
  {
    id: "HF053",
    code: "standby/phases-outlast-rto",
    title: "declared phases that take longer than the RTO",
    severity: "error",
    why: "a recovery time is the sum of its phases, and what is declared of one component is above it already",
    mend: "shorten the longest phase, or raise the rto",
    source: arithmetic,
    find: phasesOutlastRto,
  },
];
