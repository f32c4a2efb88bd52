import type { DataPrice, KilowattHoursPerGigabyte, WattHoursPerTerabyteHour } from "../units/rates.ts";
import type { Ratio } from "../units/units.ts";
import type { Catalogue, FailureRow, LocationRow } from "./catalogue.ts";

/** Everything that the catalogue's tables hold: what manifests refer to, and what the engines look up for themselves. */
export interface WholeCatalogue extends Catalogue {
  readonly transfers: ReadonlyMap<string, TransferRow>;
  readonly storage: ReadonlyMap<string, StorageRow>;
  readonly slas: ReadonlyMap<string, SlaRow>;
}

/** What every row has. */
export type CatalogueRow = Pick<FailureRow, "id" | "what" | "source" | "at">;

/** What it costs to move data from one place to another. Prices are illustrative. */
export interface TransferRow extends CatalogueRow {
  /** The id of a location, or the beginning of ids and a `*`. */
  readonly from: string;
  /** Likewise; `same-region`: other zones of the region that it comes from. */
  readonly to: string;
  readonly price: DataPrice | null;
  readonly energy: KilowattHoursPerGigabyte;
}

/** What it costs to keep data. Prices are illustrative. */
export interface StorageRow extends CatalogueRow {
  /** The id of a location, or the beginning of ids and a `*`. */
  readonly where: string;
  readonly holds: StorageKind;
  /** For each month. */
  readonly price: DataPrice | null;
  readonly energy: WattHoursPerTerabyteHour;
  /** That the provider keeps by itself: they are in the price, and their energy is not in `energy`. */
  readonly copies: number;
}

export type StorageKind = "volume" | "object";

/** What a provider promises; never how available something is. */
export interface SlaRow extends CatalogueRow {
  /** `null`: nothing is promised. */
  readonly sla: Ratio | null;
  readonly measures: "availability" | "latency";
}

/** How transfers and storage name the place that data is in: a location where one is known. */
export interface DataPlace {
  readonly region: string;
  readonly provider: string;
  readonly location: LocationRow | null;
}

/** Finds rows for data, each question answered once: a large platform asks the same ones again and again. */
export interface DataRates {
  /** The row that says most about moving data between two places; of equals, the later. `null`: none fits. */
  readonly transfer: (from: DataPlace, to: DataPlace) => TransferRow | null;
  /** The row that says most about keeping data in a place. `null`: none fits. */
  readonly storage: (place: DataPlace, holds: StorageKind) => StorageRow | null;
}

export function dataRates({ transfers, storage }: Pick<WholeCatalogue, "transfers" | "storage">): DataRates {
  const foundTransfers = new Map<string, TransferRow | null>();
  const foundStorage = new Map<string, StorageRow | null>();
  return {
    transfer: (from, to) =>
      once(foundTransfers, `${idOf(from)} ${from.region === to.region ? sameRegion : idOf(to)}`, () =>
        transferBetween(transfers.values(), from, to),
      ),
    storage: (place, holds) =>
      once(foundStorage, `${holds} ${idOf(place)}`, () =>
        mostSpecific(storage.values(), (row) => (row.holds === holds ? fit(row.where, idOf(place)) : null)),
      ),
  };
}

const sameRegion = "same-region";

function once<Value>(found: Map<string, Value>, key: string, find: () => Value): Value {
  const known = found.get(key);
  if (known !== undefined) return known;
  const value = find();
  found.set(key, value);
  return value;
}

function transferBetween(rows: Iterable<TransferRow>, from: DataPlace, to: DataPlace): TransferRow | null {
  const isSame = from.region === to.region;
  return mostSpecific(rows, (row) => {
    const source = fit(row.from, idOf(from));
    const target = row.to === sameRegion ? (isSame ? sameRegion.length : null) : fit(row.to, idOf(to));
    return source === null || target === null ? null : source + target;
  });
}

/**
 * The row whose grid intensity stands for a whole grid zone where places of several providers are compared: a row of the
 * workspace, else the first.
 */
export function referenceOf(gridZone: string, locations: Iterable<LocationRow>): LocationRow | null {
  const within = [...locations].filter((row) => row.gridZone === gridZone);
  return within.find(isOfWorkspace) ?? within[0] ?? null;
}

/** Tables of a workspace stand in its folder `catalogue`, and those of the product never do. */
function isOfWorkspace({ at }: CatalogueRow): boolean {
  return /(?:^|\/)catalogue\/[^/]+$/.test(at);
}

function idOf({ location, provider, region }: DataPlace): string {
  return location?.id ?? `${provider}/${region}`;
}

/** How much of an id a pattern says; `null`: it does not fit. Whole ids say more than any beginning. */
function fit(pattern: string, id: string): number | null {
  if (!pattern.endsWith("*")) return pattern === id ? id.length + 1 : null;
  return id.startsWith(pattern.slice(0, -1)) ? pattern.length - 1 : null;
}

function mostSpecific<Row>(rows: Iterable<Row>, weigh: (row: Row) => number | null): Row | null {
  let best: Row | null = null;
  let bestWeight = -1;
  for (const row of rows) {
    const weight = weigh(row);
    if (weight !== null && weight >= bestWeight) [best, bestWeight] = [row, weight];
  }
  return best;
}
