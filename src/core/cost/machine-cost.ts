import type { Component, Placement } from "../model/component.ts";
import type { Region } from "../model/model.ts";
import type { Standing } from "../model/standing.ts";
import type { Figure } from "../units/figure.ts";
import { known, type Missing, notKnown } from "../units/missing.ts";
import { machinesPerMonth, withoutPrice } from "../units/rates.ts";
import { countedText } from "../units/shown.ts";
import { priceText } from "../units/money-text.ts";
import { percentText } from "../units/text.ts";
import { type HourlyPrice, hoursPerMonth, monthlyPrice } from "../units/units.ts";
import type { Reckoning } from "./reckoning.ts";
import { type MoneyFigure, type ReadPart, sumOf } from "./money-figure.ts";
import { rowText } from "../catalogue/row-text.ts";

/** What the machines of one place cost: those that run, and those that are switched off. */
export function machineCost(
  component: Component,
  { placement, running, off, needed }: Standing,
  reckoning: Reckoning,
): ReadPart {
  const region = reckoning.regions.get(placement.region) ?? null;
  const price = priceOf({ component, placement, region }, reckoning.currency);
  if (!("value" in price)) return notKnown(price);
  const perHour = priceText.print(price.value);
  const runs: MoneyFigure = {
    name: "machines that run",
    value: machinesPerMonth(price.value, running),
    kind: price.kind,
    because: `${countedText(running, "machine")} at ${perHour} for ${hoursPerMonth} h`,
    from: [price],
  };
  const stands = off === 0 ? [] : [switchedOff({ placement, off, price }, reckoning)];
  // Never null: there is something to add up.
  const total =
    sumOf("machines", "those that run and those that are switched off", [runs, ...stands]) ?? runs;
  const least = machinesPerMonth(price.value, needed);
  const redundancy: MoneyFigure = {
    name: "redundancy of the machines",
    value: withoutPrice(total.value, least),
    kind: total.kind,
    because: `without the ${countedText(needed, "machine")} that would serve when nothing fails`,
    from: [total],
  };
  const { cell } = placement;
  return known({ region: placement.region, cell, what: "machines", total, redundancy });
}

interface Off {
  readonly placement: Placement;
  readonly off: number;
  readonly price: Figure<HourlyPrice>;
}

function switchedOff({ placement, off, price }: Off, { settings }: Reckoning): MoneyFigure {
  const share = settings.switchedOff[placement.capacity];
  const paid = share === 0 ? "nothing" : `${percentText.print(share)} of the price`;
  return {
    name: "machines that are switched off",
    value: monthlyPrice(
      price.value.currency,
      Math.round(machinesPerMonth(price.value, off).microsPerMonth * share),
    ),
    kind: price.kind,
    because: `${countedText(off, "machine")}, of capacity that is ${placement.capacity}: ${paid} is paid meanwhile`,
    from: [price],
  };
}

interface PricedPlace {
  readonly component: Component;
  readonly placement: Placement;
  readonly region: Region | null;
}

const name = "price of a machine for each hour";

/** The price of one machine there for each hour, or that it is not known. */
function priceOf(place: PricedPlace, currency: string | null): Figure<HourlyPrice> | Missing {
  const { component, placement } = place;
  const { price } = placement;
  const unknown = (what: string, mend: string): Missing => ({
    of: component.name,
    region: placement.region,
    what,
    mend,
  });
  if (price === null) {
    const mend =
      "add a price to the placement, such as `price: 12 USD/h`, or a machine of the catalogue that has one";
    return unknown("the price of its machines", mend);
  }
  if (price.source.kind === "declared") {
    return {
      name,
      value: price.value,
      kind: "declared",
      because: "it is declared in the manifest",
      from: [],
    };
  }
  if (price.value.currency !== currency) {
    const what = `the price of its machines in ${currency ?? "the currency of the platform"}: the catalogue has it in ${price.value.currency}`;
    const mend =
      "add the price to the placement, or a row with it to catalogue/machines.tsv of the workspace";
    return unknown(what, mend);
  }
  return listed(price.value, place);
}

/** A price of the catalogue: of the provider's home region, and from there that of the place. */
function listed(value: HourlyPrice, { placement, region }: PricedPlace): Figure<HourlyPrice> {
  const { machine } = placement;
  const home: Figure<HourlyPrice> = {
    name,
    value: machine?.price ?? value,
    kind: "estimated",
    because: `illustrative, no quote: ${machine === null ? "a row of the catalogue" : rowText(machine)}`,
    from: [],
  };
  const location = region?.location ?? null;
  if (location === null || home.value.microsPerHour === value.microsPerHour) return home;
  return {
    name: `${name} in ${location.id}`,
    value,
    kind: "estimated",
    because: `illustrative: ${location.priceRatio ?? 1} times that of the home region, by ${rowText(location)}`,
    from: [home],
  };
}
