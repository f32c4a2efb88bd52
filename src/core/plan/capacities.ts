import { activated, type ActivatedPlace, placeTitle, unitsOf } from "../model/activation.ts";
import type { Component, Placement } from "../model/component.ts";
import { the } from "../model/model.ts";
import type { Outside } from "../model/outside-step.ts";
import type { Step } from "../model/recovery-plan.ts";
import { standingsOf } from "../model/standing.ts";
import { countedText } from "../units/shown.ts";
import type { PlannedChange } from "./change.ts";
import { outsideChanges } from "./outside-changes.ts";
import { candidatesNow, neededByPlan, type PlanAtWork, plightOf } from "./struck.ts";

/** What runs in a place where something is to serve that did not, or not as much. */
export interface PlaceCapacity {
  /** `llm in west`. */
  readonly place: string;
  /** Machines that run on a good day. */
  readonly before: number;
  /** Machines that run once the plan has been carried out. */
  readonly after: number;
  /** As many must work for the place to serve; its journeys need no more. */
  readonly needed: number;
}

export type ScaleStep = Step & { readonly phase: "scale" };

/** Places that the plan scales, each as its last step leaves it, and those that take over without one. */
export function capacitiesOf(day: PlanAtWork): readonly PlaceCapacity[] {
  const steps = lastScales(day);
  const scaled = steps.map((step) => scaledCapacity(day, step));
  const others = neededByPlan(day).flatMap((component): readonly PlaceCapacity[] => {
    const target = targetOf(day, component);
    if (target === null || steps.some((step) => isOf(step, component, target))) return [];
    const { region, cell, replicas, required } = target;
    const place = placeTitle({ component: component.name, region, cell });
    return [{ place, before: runningIn(component, [target]), after: replicas, needed: required }];
  });
  return [...scaled, ...others];
}

/** Of each place that is scaled the last step, but for those that are for a region which will not serve. */
export function lastScales(day: PlanAtWork): readonly ScaleStep[] {
  const serving = servingThen(day);
  const called = day.plan.steps.filter(
    ({ outside }) => serving === null || (outside?.serving ?? serving) === serving,
  );
  const scales = called.flatMap((step) => (step.phase === "scale" ? [step] : []));
  return [...new Map(scales.map((step) => [placeTitle(step), step] as const)).values()];
}

/** The region that is promoted, as far as that can be foretold; `null`: nothing is. */
function servingThen(day: PlanAtWork): string | null {
  const step = day.plan.steps.find(({ phase }) => phase === "promote");
  if (step?.phase !== "promote") return null;
  return candidatesNow(day, the(day.model.components, step.component), step.candidates)[0]?.region ?? null;
}

function isOf(step: ActivatedPlace, component: Component, place: Placement): boolean {
  return step.component === component.name && activated([place], step).length > 0;
}

/** Where a component is to serve that serves no longer where it did; `null`: nowhere else. */
export function targetOf(day: PlanAtWork, component: Component): Placement | null {
  const { consequence } = plightOf(day, component);
  if (consequence.kind !== "taken-over") return null;
  const step = day.plan.steps.find((each) => each.phase === "promote" && each.component === component.name);
  if (step?.phase !== "promote") return consequence.target;
  return candidatesNow(day, component, step.candidates)[0] ?? null;
}

/** Machines of a component that run in some of its places on a good day. */
export function runningIn(component: Component, places: readonly Placement[]): number {
  return standingsOf(component)
    .filter(({ placement }) => places.includes(placement))
    .reduce((sum, { running }) => sum + running, 0);
}

function scaledCapacity({ model }: Pick<PlanAtWork, "model">, step: ScaleStep): PlaceCapacity {
  const component = the(model.components, step.component);
  const places = activated(component.placements, step);
  return {
    place: placeTitle(step),
    before: runningIn(component, places),
    after: unitsOf(step.to, places),
    needed: places.reduce((sum, { required }) => sum + required, 0),
  };
}

/** What begins to run, and by what; the price of it stands among the costs. */
export function scaleChanges(day: PlanAtWork, step: ScaleStep, outside: Outside): readonly PlannedChange[] {
  const { place, before, after, needed } = scaledCapacity(day, step);
  const sign = after > before ? "+" : after < before ? "-" : "=";
  const what = `${place}: ${countedText(after, "machine")} run, where ${before} do on a good day`;
  const because = `${needed} must work for it to serve`;
  const told = outsideChanges(outside, place);
  return [{ sign, what, because }, ...told.map((change) => ({ ...change, sign: "~" as const }))];
}

export function capacityText({ place, before, after, needed }: PlaceCapacity): string {
  const enough = after >= needed ? "" : `: ${needed - after} too few`;
  return `${place}: ${after} of its machines run (${before} on a good day), and ${needed} must work for it to serve${enough}`;
}
