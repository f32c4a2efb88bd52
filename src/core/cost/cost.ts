import { dataRates } from "../catalogue/whole-catalogue.ts";
import { type BudgetVerdict, verdictOn } from "../model/budget.ts";
import type { Component } from "../model/component.ts";
import type { Model } from "../model/model.ts";
import { standingsOf } from "../model/standing.ts";
import type { Parsed } from "../problem/problem.ts";
import type { Figure } from "../units/figure.ts";
import type { Missing } from "../units/missing.ts";
import type { MonthlyPrice } from "../units/units.ts";
import { currencyOf } from "./currency.ts";
import { dataCosts } from "./data-cost.ts";
import { type MoneyFigure, type PartCost, sumOf } from "./money-figure.ts";
import { machineCost } from "./machine-cost.ts";
import { type CostSettings, type CostTables, type Reckoning, usualCostSettings } from "./reckoning.ts";

/** What the platform costs in a month of 730 hours. */
export interface PlatformCost {
  /** Of every amount in it; `null`: nothing at all has a price. */
  readonly currency: string | null;
  /** The dearest first; those of which nothing is known at the end. */
  readonly components: readonly ComponentCost[];
  /** Of what is known; `null`: nothing is. */
  readonly total: MoneyFigure | null;
  readonly redundancy: MoneyFigure | null;
  readonly missing: readonly Missing[];
  readonly budget: BudgetVerdict<MonthlyPrice> | null;
}

export interface ComponentCost {
  readonly component: string;
  /** Machines and data, place by place, in the order of the placements. */
  readonly parts: readonly PartCost[];
  readonly total: MoneyFigure | null;
  readonly redundancy: MoneyFigure | null;
  readonly missing: readonly Missing[];
}

/**
 * What each component costs in a month, what of it is redundancy, and what is not known; or why amounts cannot be added up. What
 * redundancy is, and what kind each figure has, stands in this folder's README.
 */
export function costOf(
  model: Model,
  tables: CostTables,
  settings: CostSettings = usualCostSettings,
): Parsed<PlatformCost> {
  const currency = currencyOf(model);
  if (!currency.ok) return currency;
  const regions = new Map(model.platform.regions.map((region) => [region.name, region]));
  const reckoning: Reckoning = {
    currency: currency.value,
    regions,
    rates: dataRates(tables),
    settings,
  };
  const components = [...model.components.values()].map((each) => componentCost(each, reckoning));
  const limit = model.platform.budgets.cost;
  return { ok: true, value: platformCost(components, currency.value, limit) };
}

/** What components come to together. */
export function platformCost(
  components: readonly ComponentCost[],
  currency: string | null,
  limit: MonthlyPrice | null,
): PlatformCost {
  const total = sumOf(
    "cost of the platform",
    "what its components cost",
    components.flatMap(({ total: each }) => each ?? []),
  );
  const redundancy = sumOf(
    "redundancy of the platform",
    "what goes beyond the least that would serve when nothing fails",
    components.flatMap(({ redundancy: each }) => each ?? []),
  );
  const missing = components.flatMap((each) => each.missing);
  const sum = total?.value.microsPerMonth ?? 0;
  const budget = limit === null ? null : { limit, verdict: verdictOn(sum, limit.microsPerMonth, missing) };
  return { currency, components: [...components].sort(byCost), total, redundancy, missing, budget };
}

function componentCost(component: Component, reckoning: Reckoning): ComponentCost {
  const standings = standingsOf(component);
  const read = [
    ...standings.map((standing) => machineCost(component, standing, reckoning)),
    ...dataCosts(component, standings, reckoning),
  ];
  const parts = read.flatMap(({ known: part }) => part ?? []);
  return {
    component: component.name,
    parts,
    total: sumOf(`cost of ${component.name}`, "its machines and its data, in every place", totalsOf(parts)),
    redundancy: sumOf(
      `redundancy of ${component.name}`,
      "what goes beyond the required replicas of the required places, first places first",
      parts.map((part) => part.redundancy),
    ),
    missing: read.flatMap((each) => each.missing),
  };
}

function totalsOf(parts: readonly PartCost[]): readonly MoneyFigure[] {
  return parts.map((part) => part.total);
}

function byCost(a: ComponentCost, b: ComponentCost): number {
  return micros(b.total) - micros(a.total);
}

function micros(figure: Figure<MonthlyPrice> | null): number {
  return figure?.value.microsPerMonth ?? -1;
}
