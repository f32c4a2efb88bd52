import type { Component, Placement } from "../model/component.ts";
import { inMode } from "../model/degraded-mode.ts";
import { type Model, type Scenario, the } from "../model/model.ts";
import type { RecoveryPlan } from "../model/recovery-plan.ts";
import { stepsIn } from "../model/step-stages.ts";
import { consequenceOf, type Consequence, Strike } from "../recovery/strike.ts";

/** A plan on the day of a scenario that it covers, with the steps that are carried out then. */
export interface PlanAtWork {
  readonly model: Model;
  readonly plan: RecoveryPlan;
  readonly scenario: Scenario;
  readonly strike: Strike;
}

/** @throws InvariantBroken where the model has no such plan or scenario */
export function atWork(model: Model, plan: string, scenario: string): PlanAtWork {
  const happens = the(model.scenarios, scenario);
  const whole = the(model.plans, plan);
  const steps = stepsIn(model, whole, happens);
  return { model, plan: { ...whole, steps }, scenario: happens, strike: new Strike(model, happens) };
}

/** What the scenario means for a component, and which of its places it takes and leaves. */
export interface Plight {
  readonly consequence: Consequence;
  /** The place that served on a good day, of the users that are worst off. */
  readonly served: Placement | null;
  readonly lost: readonly Placement[];
  readonly left: readonly Placement[];
}

export function plightOf({ strike, plan }: PlanAtWork, component: Component): Plight {
  const { places, left } = strike.worstOff(component);
  return {
    consequence: consequenceOf(strike, component, plan),
    served: places[0] ?? null,
    lost: places.filter((place) => !left.includes(place)),
    left,
  };
}

/** What people call some of a component's places: a region where all that stands there is meant, and else its cells. */
export function placesText({ placements }: Component, places: readonly Placement[]): string {
  const isWhole = (region: string): boolean =>
    placements.every((place) => place.region !== region || places.includes(place));
  const names = places.map(({ region, cell }) => (cell === null || isWhole(region) ? region : cell));
  return [...new Set(names)].join(", ");
}

/** Where a step may promote a component now: in the order of its candidates. */
export function candidatesNow(
  { strike }: PlanAtWork,
  component: Component,
  candidates: readonly string[],
): readonly Placement[] {
  const able = strike.placesLeft(component).filter((place) => strike.canTakeOver(component, place));
  return candidates.flatMap((region) => able.filter((place) => place.region === region));
}

/** Components that the journeys of a plan need on that day, each once, those first that clients meet first. */
export function neededByPlan(day: PlanAtWork): readonly Component[] {
  return neededBy(day, day.plan.journeys);
}

/** The same of some journeys. */
export function neededBy({ model, strike }: PlanAtWork, journeys: readonly string[]): readonly Component[] {
  const all = journeys.flatMap((name) => strike.neededBy(the(model.journeys, name).entry));
  return [...new Set(all)];
}

/** Those that they need on that day in any of their degraded modes, by name. */
export function neededInModes({ model, plan, scenario }: PlanAtWork): readonly string[] {
  const all = plan.journeys.flatMap((name) => {
    const journey = the(model.journeys, name);
    return journey.degradedModes.flatMap((mode) => {
      const degraded = inMode(model, journey, mode);
      return new Strike(degraded, scenario).neededBy(the(degraded.journeys, name).entry);
    });
  });
  return [...new Set(all.map(({ name }) => name))];
}
