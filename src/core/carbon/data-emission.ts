import { rowText } from "../catalogue/row-text.ts";
import type { DataRates, StorageRow, TransferRow } from "../catalogue/whole-catalogue.ts";
import type { Component } from "../model/component.ts";
import { type DataCopy, dataCopiesOf } from "../model/data-copies.ts";
import type { Region } from "../model/model.ts";
import type { Standing } from "../model/standing.ts";
import type { Figure } from "../units/figure.ts";
import { known, notKnown } from "../units/missing.ts";
import { storageEnergyPerMonth, transferEnergy } from "../units/rates.ts";
import { type KilowattHours, kilowattHours } from "../units/units.ts";
import { emitted, emittedText, noEmission, type PartEmission, type ReadPart } from "./emission-figure.ts";
import type { Grid } from "./grid.ts";

export interface DataReckoning {
  readonly regions: ReadonlyMap<string, Region>;
  readonly grids: ReadonlyMap<string, Grid>;
  readonly rates: DataRates;
}

/** What keeping the data of a component emits, and carrying it; what is carried is counted on the grid that it leaves. */
export function dataEmissions(
  component: Component,
  standings: readonly Standing[],
  reckoning: DataReckoning,
): readonly ReadPart[] {
  const copies = dataCopiesOf(component, standings, reckoning.regions);
  const parts = (copies.known ?? []).flatMap((copy) => [
    keeping(component, copy, reckoning),
    ...carrying(component, copy, reckoning),
  ]);
  return copies.missing.length === 0 ? parts : [...parts, notKnown(...copies.missing)];
}

function keeping(component: Component, copy: DataCopy, { grids, rates }: DataReckoning): ReadPart {
  const row = rates.storage(copy.place, copy.holds);
  const grid = grids.get(copy.place.region) ?? null;
  const energy =
    row === null ? null : kilowattHours(storageEnergyPerMonth(row.energy, copy.stored) * row.copies);
  const because = row === null ? "" : `kept, with the ${row.copies} copies of the provider`;
  return emission({ component, copy, what: "storage", row, energy, grid, because });
}

function carrying(
  component: Component,
  copy: DataCopy,
  { grids, rates }: DataReckoning,
): readonly ReadPart[] {
  if (copy.carried === null) return [];
  const { from, perMonth } = copy.carried;
  const row = rates.transfer(from, copy.place);
  const grid = grids.get(from.region) ?? null;
  const energy = row === null ? null : transferEnergy(row.energy, perMonth);
  return [
    emission({
      component,
      copy,
      what: "transfer",
      row,
      energy,
      grid,
      because: `carried from ${from.region}`,
    }),
  ];
}

interface ToEmit {
  readonly component: Component;
  readonly copy: DataCopy;
  readonly what: "storage" | "transfer";
  readonly row: StorageRow | TransferRow | null;
  readonly energy: KilowattHours | null;
  readonly grid: Grid | null;
  readonly because: string;
}

function emission({ component, copy, what, row, energy, grid, because }: ToEmit): ReadPart {
  const { region, cell } = copy.standing.placement;
  if (row === null || energy === null || grid === null) {
    const mend = `add the location of its region, and a row that fits to catalogue/${what}.tsv of the workspace`;
    const lacking = what === "storage" ? "the energy to keep its data" : "the energy to carry its data there";
    return notKnown({ of: component.name, region, what: lacking, mend });
  }
  const used: Figure<KilowattHours> = {
    name: `energy of ${what} (kWh/month)`,
    value: energy,
    kind: "estimated",
    because: rowText(row),
    from: [],
  };
  const total: PartEmission["total"] = {
    name: `${what} (gCO2e/month)`,
    value: emitted(energy, grid),
    kind: "estimated",
    because: `${because}: ${emittedText(energy, grid)}`,
    from: [used, grid.pue, grid.intensity],
  };
  const isNeeded = copy.standing.needed > 0;
  const redundancy: PartEmission["redundancy"] = {
    name: `redundancy of the ${what} (gCO2e/month)`,
    value: isNeeded ? noEmission : total.value,
    kind: "estimated",
    because: isNeeded ? "one copy is needed here to serve" : "a copy here is not needed when nothing fails",
    from: [total],
  };
  return known({ region, cell, what, total, redundancy });
}
