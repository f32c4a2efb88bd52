import { rowText } from "../catalogue/row-text.ts";
import type { CatalogueRow } from "../catalogue/whole-catalogue.ts";
import type { Component } from "../model/component.ts";
import { type DataCopy, dataCopiesOf } from "../model/data-copies.ts";
import type { Standing } from "../model/standing.ts";
import type { Figure } from "../units/figure.ts";
import { known, type Missing, notKnown } from "../units/missing.ts";
import { type DataPrice, dataPerMonth } from "../units/rates.ts";
import { dataText } from "../units/text.ts";
import { type Bytes, monthlyPrice } from "../units/units.ts";
import type { Reckoning } from "./reckoning.ts";
import type { MoneyFigure, PartCost, ReadPart } from "./money-figure.ts";

/** What it costs to keep the data of a component, and to carry what changes from place to place. */
export function dataCosts(
  component: Component,
  standings: readonly Standing[],
  reckoning: Reckoning,
): readonly ReadPart[] {
  const copies = dataCopiesOf(component, standings, reckoning.regions);
  const parts = (copies.known ?? []).flatMap((copy) => [
    keeping({ component, copy }, reckoning),
    ...carrying({ component, copy }, reckoning),
  ]);
  return copies.missing.length === 0 ? parts : [...parts, notKnown(...copies.missing)];
}

interface HeldData {
  readonly component: Component;
  readonly copy: DataCopy;
}

function keeping(held: HeldData, { currency, rates }: Reckoning): ReadPart {
  const { stored, place, holds } = held.copy;
  return priced(held, {
    what: "storage",
    amount: stored,
    row: rates.storage(place, holds),
    currency,
    because: `${dataText.print(stored)} kept`,
    unknown: "the price of keeping its data",
    mend: "add a row that fits to catalogue/storage.tsv of the workspace",
  });
}

function carrying(held: HeldData, { currency, rates }: Reckoning): readonly ReadPart[] {
  const { carried, place } = held.copy;
  if (carried === null) return [];
  const part = priced(held, {
    what: "transfer",
    amount: carried.perMonth,
    row: rates.transfer(carried.from, place),
    currency,
    because: `${dataText.print(carried.perDay)} a day carried from ${carried.from.region}`,
    unknown: `the price of carrying data from ${carried.from.region}`,
    mend: "add a row that fits to catalogue/transfer.tsv of the workspace",
  });
  return [part];
}

interface ToPrice {
  readonly what: PartCost["what"];
  readonly amount: Bytes;
  readonly row: (CatalogueRow & { readonly price: DataPrice | null }) | null;
  readonly currency: string | null;
  readonly because: string;
  readonly unknown: string;
  readonly mend: string;
}

function priced({ component, copy }: HeldData, toPrice: ToPrice): ReadPart {
  const { row, amount, what } = toPrice;
  const { region, cell } = copy.standing.placement;
  const missing = (because: string): ReadPart => {
    const told: Missing = {
      of: component.name,
      region,
      what: `${toPrice.unknown}${because}`,
      mend: toPrice.mend,
    };
    return notKnown(told);
  };
  const found = row?.price ?? null;
  if (row === null || found === null) return missing("");
  const currency = toPrice.currency ?? found.currency;
  if (found.currency !== currency) {
    return missing(` in ${currency}: the catalogue has it in ${found.currency}`);
  }
  const price = priceFigure(row, found);
  const total: MoneyFigure = {
    name: what,
    value: dataPerMonth(found, amount),
    kind: "estimated",
    because: `${toPrice.because}, at ${found.microsPerGigabyte / 1e6} ${currency}/GB`,
    from: price,
  };
  const isNeeded = copy.standing.needed > 0;
  const redundancy: MoneyFigure = {
    name: redundancyOf[what],
    value: isNeeded ? monthlyPrice(currency, 0) : total.value,
    kind: "estimated",
    because: isNeeded ? "one copy is needed here to serve" : "a copy here is not needed when nothing fails",
    from: [total],
  };
  return known({ region, cell, what, total, redundancy });
}

const redundancyOf = {
  machines: "redundancy of the machines",
  storage: "redundancy of the storage",
  transfer: "redundancy of the transfer",
} as const;

/** Made once for each row: a large platform pays the same price again and again. */
const made = new WeakMap<DataPrice, readonly [Figure<DataPrice>]>();

function priceFigure(row: CatalogueRow, price: DataPrice): readonly [Figure<DataPrice>] {
  const found = made.get(price);
  if (found !== undefined) return found;
  const because = `illustrative, no quote: ${rowText(row)}`;
  const figure = [{ name: "price for each GB", value: price, kind: "estimated", because, from: [] }] as const;
  made.set(price, figure);
  return figure;
}
