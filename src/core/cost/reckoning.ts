import type { DataRates, WholeCatalogue } from "../catalogue/whole-catalogue.ts";
import type { Capacity } from "../model/component.ts";
import type { Region } from "../model/model.ts";
import { type Ratio, ratio } from "../units/units.ts";

/** Rows of the catalogue that prices of data are looked up in. */
export type CostTables = Pick<WholeCatalogue, "transfers" | "storage">;

export interface CostSettings {
  /** Share of its price that a machine costs while it is switched off. */
  readonly switchedOff: Readonly<Record<Capacity, Ratio>>;
}

/** What is reserved is paid for whether it runs or not; other machines that are off belong to somebody else meanwhile. */
export const usualCostSettings: CostSettings = {
  switchedOff: { reserved: ratio(1), quota: ratio(0), "best-effort": ratio(0) },
};

/** What one reckoning goes by. */
export interface Reckoning {
  readonly currency: string | null;
  readonly regions: ReadonlyMap<string, Region>;
  readonly rates: DataRates;
  readonly settings: CostSettings;
}
