import { dataRates, type WholeCatalogue } from "../catalogue/whole-catalogue.ts";
import { type BudgetVerdict, verdictOn } from "../model/budget.ts";
import type { Component } from "../model/component.ts";
import type { Model } from "../model/model.ts";
import { standingsOf } from "../model/standing.ts";
import type { Missing } from "../units/missing.ts";
import type { GramsPerMonth } from "../units/units.ts";
import { dataEmissions, type DataReckoning } from "./data-emission.ts";
import { type ComponentCarbon, type EmissionFigure, type PartEmission, sumOf } from "./emission-figure.ts";
import { gridsOf } from "./grid.ts";
import { machineEmissions } from "./machine-emission.ts";
import { type JourneyCarbon, journeysCarbon } from "./per-request.ts";

/** What the platform emits in a month of 730 hours. Every figure is `null` where nothing of it is known. */
export interface PlatformCarbon {
  /** The most emitting first; those of which nothing is known at the end. */
  readonly components: readonly ComponentCarbon[];
  readonly total: EmissionFigure | null;
  readonly redundancy: EmissionFigure | null;
  /** Of `total`: that of using energy, and that of having made the machines. */
  readonly operational: EmissionFigure | null;
  readonly embodied: EmissionFigure | null;
  /** Of the journeys that state their requests. */
  readonly journeys: readonly JourneyCarbon[];
  readonly missing: readonly Missing[];
  readonly budget: BudgetVerdict<GramsPerMonth> | null;
}

/** Rows of the catalogue that emissions are looked up in. */
export type CarbonTables = Pick<WholeCatalogue, "locations" | "transfers" | "storage">;

/** What each component emits in a month, what of it is redundancy, and what is not known: see this folder's README. */
export function carbonOf(model: Model, tables: CarbonTables): PlatformCarbon {
  const reckoning: DataReckoning = {
    regions: new Map(model.platform.regions.map((region) => [region.name, region])),
    grids: gridsOf(model, tables.locations),
    rates: dataRates(tables),
  };
  const components = [...model.components.values()]
    .map((component) => componentCarbon(component, reckoning))
    .sort((a, b) => (b.total?.value ?? -1) - (a.total?.value ?? -1));
  const parts = components.flatMap((each) => each.parts);
  const embodied = parts.filter(({ what }) => what === "embodied");
  const operational = parts.filter(({ what }) => what !== "embodied");
  const totals = components.flatMap(({ total }) => total ?? []);
  const total = sumOf("emissions of the platform (gCO2e/month)", "what its components emit", totals);
  const missing = components.flatMap((each) => each.missing);
  const limit = model.platform.budgets.carbon;
  return {
    components,
    total,
    redundancy: sumOf(
      "redundancy of the platform (gCO2e/month)",
      "what goes beyond the least that would serve when nothing fails",
      components.flatMap(({ redundancy }) => redundancy ?? []),
    ),
    operational: sumOf(
      "operational emissions (gCO2e/month)",
      "by the energy that is used",
      totalsOf(operational),
    ),
    embodied: sumOf(
      "embodied emissions (gCO2e/month)",
      "by the machines having been made",
      totalsOf(embodied),
    ),
    journeys: journeysCarbon(model, components),
    missing,
    budget: limit === null ? null : { limit, verdict: verdictOn(total?.value ?? 0, limit, missing) },
  };
}

function totalsOf(parts: readonly PartEmission[]): readonly EmissionFigure[] {
  return parts.map(({ total }) => total);
}

function componentCarbon(component: Component, reckoning: DataReckoning): ComponentCarbon {
  const standings = standingsOf(component);
  const read = [
    ...standings.flatMap((standing) => {
      const grid = reckoning.grids.get(standing.placement.region) ?? null;
      return machineEmissions({ component, standing, grid });
    }),
    ...dataEmissions(component, standings, reckoning),
  ];
  const parts = read.flatMap(({ known: part }) => part ?? []);
  const name = component.name;
  return {
    component: name,
    parts,
    total: sumOf(
      `emissions of ${name} (gCO2e/month)`,
      "its machines and its data, in every place",
      totalsOf(parts),
    ),
    redundancy: sumOf(
      `redundancy of ${name} (gCO2e/month)`,
      "what goes beyond the required replicas of the required places, first places first",
      parts.map(({ redundancy }) => redundancy),
    ),
    missing: read.flatMap((each) => each.missing),
  };
}
