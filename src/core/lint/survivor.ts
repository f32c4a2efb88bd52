import { inMode } from "../model/degraded-mode.ts";
import { lossPath } from "../model/lost-through.ts";
import { type Model, type Scenario, the } from "../model/model.ts";
import type { Component } from "../model/component.ts";
import { modeTitle, type RecoveryPlan, type Step } from "../model/recovery-plan.ts";
import { stepsIn } from "../model/step-stages.ts";
import { goneWith } from "../model/survival.ts";
import { type Found, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";

export interface Tried {
  readonly survey: Survey;
  readonly plan: RecoveryPlan;
  readonly scenario: Scenario;
}

/** Every plan beside every scenario that it covers. */
function eachTried<Item>(survey: Survey, of: (tried: Tried) => readonly Item[]): readonly Item[] {
  const { plans, scenarios } = survey.model;
  return [...plans.values()].flatMap((plan) =>
    plan.scenarios.flatMap((name) => of({ survey, plan, scenario: the(scenarios, name) })),
  );
}

/** What is wrong with a plan in a scenario. */
export interface Told extends Found {
  /** Plans that it carries out and that may be wrong in the same way. */
  readonly parts: readonly string[];
}

/** Of every plan in every scenario; what one of its parts says of the same scenario a plan does not say again. */
export function eachTold(survey: Survey, of: (tried: Tried) => readonly Told[]): readonly Found[] {
  const all = eachTried(survey, (tried) => of(tried).map((told) => ({ ...told, tried })));
  const key = (plan: string, { scenario }: Tried, what: string): string =>
    [plan, scenario.name, what].join("\n");
  const said = new Set(all.map(({ tried, what }) => key(tried.plan.name, tried, what)));
  return all
    .filter(({ parts, tried, what }) => !parts.some((part) => said.has(key(part, tried, what))))
    .map(({ tried, what, at, mend }) => ({
      ...{ what: `RecoveryPlan "${tried.plan.name}": ${what}`, at },
      ...(mend === undefined ? {} : { mend }),
    }));
}

/** And the steps that are carried out then. */
export interface TriedSteps extends Tried {
  readonly steps: readonly Step[];
}

export type StepOf<Phase extends Step["phase"]> = Step & { readonly phase: Phase };

const everyPhase: readonly Step["phase"][] = [
  ...(["fence", "promote", "route", "verify"] as const),
  ...(["scale", "warm", "gitops", "kubernetes", "patroni", "terraform", "run"] as const),
  ...(["notify", "approve", "wait"] as const),
];

/** What is wrong with the steps of some phases. */
export function eachStep<Phase extends Step["phase"]>(
  survey: Survey,
  phases: readonly Phase[],
  of: (step: StepOf<Phase>, tried: TriedSteps) => readonly Omit<Found, "at">[],
): readonly Found[] {
  const isWanted = (step: Step): step is StepOf<Phase> => phases.some((phase) => phase === step.phase);
  return eachTold(survey, (tried) => {
    const steps = stepsIn(survey.model, tried.plan, tried.scenario);
    return steps.flatMap((step) =>
      (isWanted(step) ? of(step, { ...tried, steps }) : []).map((found) => ({
        ...found,
        at: spot("RecoveryPlan", tried.plan, "steps", step.at),
        parts: step.part,
      })),
    );
  });
}

function fencesThatCannotClose(survey: Survey): readonly Found[] {
  return eachStep(survey, ["fence"], (step, { scenario }) => {
    const component = the(survey.model.components, step.component);
    const left = survey.standing(scenario, component).length;
    if (left === component.placements.length || step.method === "lease") return [];
    if (step.method === "near-side") {
      const what = `the fence of ${component.name} acts in the region that ${scenario.name} takes away`;
      return [{ what, mend: "fence it from the far side: method: far-side" }];
    }
    const needed = farSideFencesNeeded(component);
    if (needed === null) {
      const what = `${component.name} cannot be fenced from the far side: its writes wait for no standby`;
      return [{ what, mend: "replicate it synchronously, or wait for its lease: method: lease" }];
    }
    if (left >= needed) return [];
    const what = `fencing ${component.name} from the far side takes ${needed} standbys, and ${scenario.name} leaves ${left}`;
    return [{ what, mend: "raise confirmations, or place standbys in regions that survive" }];
  });
}

/**
 * How many standbys must stop confirming so that no commit can be confirmed any more, n − k + 1 of n standbys when any k
 * confirm; `null` where commits wait for none.
 */
function farSideFencesNeeded(component: Component): number | null {
  if (component.replication.kind !== "synchronous") return null;
  return component.placements.length - 1 - component.replication.confirmations + 1;
}

function promotionsOfNobody(survey: Survey): readonly Found[] {
  return eachStep(survey, ["promote"], (step, { scenario }) => {
    const component = the(survey.model.components, step.component);
    const standing = survey.standing(scenario, component);
    const isCandidate = standing.some(({ region }) => step.candidates.includes(region));
    if (standing.length === component.placements.length || isCandidate) return [];
    const what = `${scenario.name} leaves no candidate for the promotion of ${component.name}: ${step.candidates.join(", ")} failed`;
    const mend = `let a region that survives be a candidate, and place ${component.name} there`;
    return [{ what, mend }];
  });
}

function needsThatFailed(survey: Survey): readonly Found[] {
  return eachStep(survey, everyPhase, (step, { scenario }) => {
    const { model } = survey;
    const needs = (step.needs ?? []).map((name) => ({ name, purpose: `step ${step.phase}`, model }));
    return [...ownNeed(model, step), ...needs].flatMap(({ name, purpose, model: needing }) => {
      const lost =
        needing === model
          ? survey.gone(scenario, the(model.components, name))
          : goneWith(needing, name, scenario);
      return lost.map((gone) => {
        const path = lossPath(needing, scenario, { from: name, lost: gone });
        const through = path.length < 2 ? "" : ` (${path.join(" → ")})`;
        const what = `${purpose} needs ${gone.name}${through}, of which ${scenario.name} leaves no place`;
        return { what, mend: `place ${gone.name} where ${scenario.name} does not reach, or do without it` };
      });
    });
  });
}

interface StepNeed {
  readonly name: string;
  readonly purpose: string;
  /** As the step needs it: in a degraded mode less is. */
  readonly model: Model;
}

/** What carrying out a step needs by its phase. A fence and a promotion act on places, of which they need not all. */
function ownNeed(model: Model, step: Step): readonly StepNeed[] {
  if (step.phase === "route") return [{ name: step.component, purpose: "step route", model }];
  // What cannot be shown, and need not be, stops nobody.
  if (step.phase !== "verify" || step.outside?.onFailure === "go-on") return [];
  const journey = the(model.journeys, step.journey);
  const mode = journey.degradedModes.find(({ name }) => name === step.mode);
  const needing = mode === undefined ? model : inMode(model, journey, mode);
  const purpose = `verifying ${modeTitle(step.journey, step.mode)}`;
  return [{ name: the(needing.journeys, step.journey).entry, purpose, model: needing }];
}

function placesBelowInterlock(survey: Survey): readonly Found[] {
  return eachStep(survey, ["promote"], (step, { plan, scenario }) => {
    const component = the(survey.model.components, step.component);
    const standing = survey.standing(scenario, component);
    const { placesOnMin } = plan.interlocks;
    if (standing.length === 0 || standing.length >= placesOnMin) return [];
    const what = `${scenario.name} leaves ${standing.length} places of ${component.name}, and the interlock asks for ${placesOnMin}`;
    return [{ what }];
  });
}

function promotionsWithoutFence({ model }: Survey): readonly Found[] {
  return [...model.plans.values()].flatMap((plan) =>
    plan.steps.flatMap((step): readonly Found[] => {
      // A part has no step that the whole has not, so it is told of the part.
      const isPartsOwn = step.part.some((part) => model.plans.has(part));
      if (step.phase !== "promote" || isPartsOwn) return [];
      const { name, pattern, replication } = the(model.components, step.component);
      const isFenced = plan.steps.some((each) => each.phase === "fence" && each.component === name);
      if (isFenced || replication.kind === "none" || pattern === "active-active") return [];
      const what = `RecoveryPlan "${plan.name}": ${name} is promoted, and no step fences the place that served before`;
      const mend = `add a step before it: { phase: fence, component: ${name}, method: ${replication.kind === "synchronous" ? "far-side" : "lease"} }`;
      return [{ what, at: spot("RecoveryPlan", plan, "steps", step.at), mend }];
    }),
  );
}

export const survivorRules: readonly Rule[] = [
  {
    id: "HF002",
    code: "survivor/cannot-fence",
    title: "the fence cannot be closed with what a scenario leaves",
    severity: "error",
    why: "until the old primary is fenced, promoting another lets two acknowledge writes",
    mend: "fence from the far side, and keep n − k + 1 standbys where the scenario leaves them",
    source: { title: "Kleppmann, How to do distributed locking", date: "2016-02-08" },
    find: fencesThatCannotClose,
  },
  {
    id: "HF003",
    code: "survivor/no-candidate",
    title: "a scenario leaves nobody to promote",
    severity: "error",
    why: "no recovery step may need what has failed, and there is nobody left to promote",
    mend: "place the component in a region that survives, and let the step name it",
    source: arithmetic,
    find: promotionsOfNobody,
  },
  {
    id: "HF004",
    code: "survivor/needs-what-failed",
    title: "a recovery step needs what a scenario takes away",
    severity: "error",
    why: "no recovery step may need what has failed",
    mend: "place what the step needs in a region that survives, or do without it",
    source: {
      title: "AWS, summary of the DynamoDB event in us-east-1: recoveries that needed the region itself",
      date: "2025-10",
    },
    find: needsThatFailed,
  },
  {
    id: "HF005",
    code: "survivor/too-few-places",
    title: "a scenario leaves fewer places on than the interlock asks for",
    severity: "error",
    why: "the interlock forbids a failover that leaves fewer places on than it asks for, so the plan would never run",
    mend: "add places, or lower placesOnMin",
    source: arithmetic,
    find: placesBelowInterlock,
  },
  {
    id: "HF010",
    code: "survivor/not-fenced",
    title: "data is promoted without a fence",
    severity: "error",
    why: "a region that seems lost may be alive: promoted beside an old primary that was not fenced, two acknowledge writes and one of them loses them",
    mend: "fence the component before it is promoted",
    source: { title: "Kleppmann, How to do distributed locking", date: "2016-02-08" },
    find: promotionsWithoutFence,
  },
];
