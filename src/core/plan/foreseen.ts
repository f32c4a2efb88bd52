import type { WholeCatalogue } from "../catalogue/whole-catalogue.ts";
import { type Model, the } from "../model/model.ts";
import type { Automation } from "../model/recovery-plan.ts";
import { isPart } from "../model/step-stages.ts";
import { judged } from "../prediction/prediction.ts";
import type { DetectionDefaults } from "../recovery/pieces.ts";
import { recoveries } from "../recovery/recovery.ts";
import type { InstantMs } from "../units/units.ts";
import type { PlannedChange } from "./change.ts";
import { capacitiesOf, type PlaceCapacity } from "./capacities.ts";
import { changesBeside, type PlannedStep, plannedSteps } from "./changes.ts";
import { type PlanCosts, planCosts } from "./costs.ts";
import { comesBack, type JourneyForecast, journeyForecast } from "./forecasts.ts";
import { type Obstacle, obstaclesOf } from "./obstacles.ts";
import { type BlastRadius, blastRadius } from "./radius.ts";
import { type Ground, groundsOf, type TextDigest } from "./rests-on.ts";
import { type StagedStep, stagesOf } from "./stages.ts";
import type { LookedAt } from "./today.ts";
import { atWork, type PlanAtWork } from "./struck.ts";

/** All that carrying out a plan in a scenario would change, take, lose and cost: plain data, foretold before anything happens. */
export interface ForeseenPlan {
  readonly plan: string;
  readonly scenario: string;
  readonly steps: readonly PlannedStep[];
  /** What is carried out: the same steps, as whoever runs the plan goes by them. */
  readonly stages: readonly (readonly StagedStep[])[];
  /** Who lets it begin. */
  readonly automation: Automation["failover"];
  /** Looked at before anything of it is begun. */
  readonly lookedAt: LookedAt;
  readonly beside: readonly PlannedChange[];
  readonly radius: BlastRadius;
  readonly forecasts: readonly JourneyForecast[];
  /** Of the places in which something is to serve that did not, or not as much. */
  readonly capacities: readonly PlaceCapacity[];
  readonly costs: PlanCosts;
  readonly obstacles: readonly Obstacle[];
  /** What is declared of all that it has to do with, by digests: any change of it is another plan. */
  readonly restsOn: readonly Ground[];
}

export interface ForeseeSettings {
  readonly tables: Pick<WholeCatalogue, "transfers" | "storage">;
  readonly detection: DetectionDefaults;
  readonly now: InstantMs;
  readonly digest: TextDigest;
}

/** Foretells every plan that is no part of another in every scenario that it covers, in the order in which they are declared. */
export function foreseenPlans(model: Model, settings: ForeseeSettings): readonly ForeseenPlan[] {
  const whole = [...model.plans.values()].filter((plan) => !isPart(model, plan));
  return whole.flatMap(({ name, scenarios }) =>
    scenarios.map((scenario) => foreseen(model, { plan: name, scenario }, settings)),
  );
}

/** @throws InvariantBroken where the model has no such plan or scenario */
export function foreseen(
  model: Model,
  asked: { readonly plan: string; readonly scenario: string },
  settings: ForeseeSettings,
): ForeseenPlan {
  const day = atWork(model, asked.plan, asked.scenario);
  const forecasts = recoveries(aloneIn(model, day), settings.detection).map((each) =>
    journeyForecast(day, judged(each)),
  );
  return {
    ...{ plan: asked.plan, scenario: asked.scenario, forecasts },
    steps: plannedSteps(day),
    stages: stagesOf(day),
    automation: day.plan.automation.failover,
    lookedAt: { blocked: day.plan.interlocks.blocked, gates: day.plan.interlocks.gates },
    beside: changesBeside(day),
    radius: blastRadius(day),
    capacities: capacitiesOf(day),
    costs: planCosts(day, settings.tables),
    obstacles: obstaclesOf(day, forecasts, settings.now),
    restsOn: groundsOf(day, settings.digest),
  };
}

/** The model with this plan, its scenario and its journeys alone: another plan that covers them too says nothing of this one. */
function aloneIn(model: Model, { plan, scenario }: PlanAtWork): Model {
  return {
    ...model,
    plans: new Map([[plan.name, plan]]),
    scenarios: new Map([[scenario.name, scenario]]),
    journeys: new Map(plan.journeys.map((name) => [name, the(model.journeys, name)])),
  };
}

/** Whether a plan would be carried out in its scenario: by itself, once a person has said so, or not. */
export function standingOf({ obstacles, forecasts, automation }: ForeseenPlan): "goes" | "asks" | "stops" {
  if (!forecasts.every(comesBack) || obstacles.some(({ effect }) => effect === "stops")) return "stops";
  // What goes proven or not waits for no proof; everything else does for a person where there can be none.
  const holding = obstacles.filter(({ effect }) => effect === "asks" || automation !== "always");
  return holding.length > 0 ? "asks" : "goes";
}
