import { type DataPlace, dataRates, type WholeCatalogue } from "../catalogue/whole-catalogue.ts";
import type { Component, Placement } from "../model/component.ts";
import { standingsOf } from "../model/standing.ts";
import { usualCostSettings } from "../cost/reckoning.ts";
import { dataOnce } from "../units/rates.ts";
import { type Bytes, type HourlyPrice, hourlyPrice, type Money } from "../units/units.ts";
import { candidatesNow, neededByPlan, type PlanAtWork, plightOf } from "./struck.ts";

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
    machines: taken.flatMap(({ component, target }) => machinesOf(component, target)),
    copies: taken.flatMap(({ component, target }) => copyOf(day, { component, target }, tables)),
  };
}

type CopyTables = Pick<WholeCatalogue, "transfers" | "storage">;

interface Taken {
  readonly component: Component;
  readonly target: Placement;
}

/** Where a component is to serve that serves no longer where it did; `null`: nowhere else. */
function targetOf(day: PlanAtWork, component: Component): Placement | null {
  const { consequence } = plightOf(day, component);
  if (consequence.kind !== "taken-over") return null;
  const step = day.plan.steps.find((each) => each.phase === "promote" && each.component === component.name);
  if (step?.phase !== "promote") return consequence.target;
  return candidatesNow(day, component, step.candidates)[0] ?? null;
}

function machinesOf(component: Component, target: Placement): readonly MachineCost[] {
  const standing = standingsOf(component).find(({ placement }) => placement === target);
  if (standing?.role !== "off") return [];
  const { replicas, capacity, price, region } = target;
  const paidNow = 1 - usualCostSettings.switchedOff[capacity];
  const cost = { component: component.name, region, machines: replicas };
  if (price === null) return [{ ...cost, price: null }];
  const { currency, microsPerHour } = price.value;
  return [{ ...cost, price: hourlyPrice(currency, Math.round(microsPerHour * replicas * paidNow)) }];
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
