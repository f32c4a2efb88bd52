import { type DataPlace, dataRates, type WholeCatalogue } from "../catalogue/whole-catalogue.ts";
import { activated, unitsOf } from "../model/activation.ts";
import type { Component, Placement } from "../model/component.ts";
import { the } from "../model/model.ts";
import { standingsOf } from "../model/standing.ts";
import { usualCostSettings } from "../cost/reckoning.ts";
import { dataOnce } from "../units/rates.ts";
import { type Bytes, type HourlyPrice, hourlyPrice, type Money } from "../units/units.ts";
import { activationOf } from "../recovery/activation.ts";
import { lastScales, runningIn, targetOf } from "./capacities.ts";
import { neededByPlan, type PlanAtWork } from "./struck.ts";

/** What it costs to serve elsewhere, and to come back. */
export interface PlanCosts {
  /** For each hour that it serves elsewhere. */
  readonly machines: readonly MachineCost[];
  /** Once: what was fenced where it stood is copied anew. */
  readonly copies: readonly CopyCost[];
}

export interface MachineCost {
  readonly component: string;
  readonly region: string;
  readonly machines: number;
  /** Of all of them, beyond what they cost while they are switched off; `null`: no price is known. */
  readonly price: HourlyPrice | null;
}

export interface CopyCost {
  readonly component: string;
  readonly from: string;
  readonly to: string;
  readonly bytes: Bytes;
  /** `null`: no price is known. */
  readonly price: Money | null;
}

export function planCosts(day: PlanAtWork, tables: CopyTables): PlanCosts {
  const taken = neededByPlan(day).flatMap((component) => {
    const target = targetOf(day, component);
    return target === null ? [] : [{ component, target }];
  });
  return {
    machines: [
      ...scaledMachines(day),
      ...taken
        .filter(({ component, target }) => !activationOf(day.plan.steps, component, target).isScaled)
        .flatMap(({ component, target }) => machinesOf(component, target)),
    ],
    copies: taken.flatMap(({ component, target }) => copyOf(day, { component, target }, tables)),
  };
}

type CopyTables = Pick<WholeCatalogue, "transfers" | "storage">;

interface Taken {
  readonly component: Component;
  readonly target: Placement;
}

function machinesOf(component: Component, target: Placement): readonly MachineCost[] {
  const standing = standingsOf(component).find(({ placement }) => placement === target);
  return standing?.role === "off" ? [switchedOn(component, target, target.replicas)] : [];
}

/** What the steps of the plan start, beyond what runs on a good day: each place as its last step leaves it. */
function scaledMachines(day: PlanAtWork): readonly MachineCost[] {
  return lastScales(day).flatMap((step): readonly MachineCost[] => {
    const component = the(day.model.components, step.component);
    const places = activated(component.placements, step);
    const more = unitsOf(step.to, places) - runningIn(component, places);
    const [place] = places;
    return place === undefined || more <= 0 ? [] : [switchedOn(component, place, more)];
  });
}

function switchedOn(component: Component, place: Placement, machines: number): MachineCost {
  const { capacity, price, region } = place;
  const paidNow = 1 - usualCostSettings.switchedOff[capacity];
  const cost = { component: component.name, region, machines };
  if (price === null) return { ...cost, price: null };
  const { currency, microsPerHour } = price.value;
  return { ...cost, price: hourlyPrice(currency, Math.round(microsPerHour * machines * paidNow)) };
}

function copyOf(
  { model, plan }: PlanAtWork,
  { component, target }: Taken,
  tables: CopyTables,
): readonly CopyCost[] {
  const isFenced = plan.steps.some((step) => step.phase === "fence" && step.component === component.name);
  const [served] = component.placements;
  if (!isFenced || component.data === null || served === undefined) return [];
  const place = (name: string): DataPlace => {
    const region = model.platform.regions.find((each) => each.name === name);
    return { region: name, provider: region?.provider ?? "", location: region?.location ?? null };
  };
  const rate = dataRates(tables).transfer(place(target.region), place(served.region))?.price ?? null;
  const { stored } = component.data;
  return [
    {
      ...{ component: component.name, from: target.region, to: served.region, bytes: stored },
      price: rate === null ? null : dataOnce(rate, stored),
    },
  ];
}
