import { invariant } from "../problem/problem.ts";
import {
  type Bytes,
  type GramsCO2e,
  gramsCO2e,
  type GramsPerKilowattHour,
  type GramsPerMonth,
  gramsPerMonth,
  type HourlyPrice,
  hoursPerMonth,
  hourlyPrice,
  type KilowattHours,
  kilowattHours,
  type Money,
  money,
  type MonthlyPrice,
  monthlyPrice,
  type Quantity,
  type Seconds,
  type Watts,
  watts,
} from "./units.ts";

/** A price for each gigabyte (10⁹ bytes) that is moved, or kept for a month: whole millionths of a unit of `currency`. */
export interface DataPrice {
  readonly currency: string;
  readonly microsPerGigabyte: Quantity<"micro-units of money per GB">;
}

/** Energy to move a gigabyte. */
export type KilowattHoursPerGigabyte = Quantity<"kWh/GB">;
/** Energy to keep a terabyte (10¹² bytes) for an hour. */
export type WattHoursPerTerabyteHour = Quantity<"Wh/TBh">;

const bytesPerGigabyte = 1e9;
const bytesPerTerabyte = 1e12;
const secondsPerMonth = hoursPerMonth * 3_600;
/** Days in a month of 730 hours. */
const daysPerMonth = hoursPerMonth / 24;

/** @throws InvariantBroken unless `currency` is three capital letters and the price is whole micro-units, at least 0 */
export function dataPrice(currency: string, microsPerGigabyte: number): DataPrice {
  const { microsPerHour } = hourlyPrice(currency, microsPerGigabyte);
  return { currency, microsPerGigabyte: microsPerHour as number as DataPrice["microsPerGigabyte"] };
}

/** @throws InvariantBroken unless `value` is finite and at least 0 */
export function kilowattHoursPerGigabyte(value: number): KilowattHoursPerGigabyte {
  return kilowattHours(value) as number as KilowattHoursPerGigabyte;
}

/** @throws InvariantBroken unless `value` is finite and at least 0 */
export function wattHoursPerTerabyteHour(value: number): WattHoursPerTerabyteHour {
  return kilowattHours(value) as number as WattHoursPerTerabyteHour;
}

/** What so many machines cost in a month, to the nearest micro-unit. */
export function machinesPerMonth({ currency, microsPerHour }: HourlyPrice, machines: number): MonthlyPrice {
  return monthlyPrice(currency, Math.round(microsPerHour * machines * hoursPerMonth));
}

/** What it costs in a month to keep so much, or to move so much in each month. */
export function dataPerMonth({ currency, microsPerGigabyte }: DataPrice, amount: Bytes): MonthlyPrice {
  return monthlyPrice(currency, Math.round((microsPerGigabyte * amount) / bytesPerGigabyte));
}

/** What carrying an amount once costs. */
export function dataOnce({ currency, microsPerGigabyte }: DataPrice, amount: Bytes): Money {
  return money(currency, Math.round((microsPerGigabyte * amount) / bytesPerGigabyte));
}

/** What a month brings of what each day does, to the nearest byte. */
export function monthOf(perDay: Bytes): Bytes {
  return Math.round(perDay * daysPerMonth) as Bytes;
}

/** @throws InvariantBroken unless all are in one currency; `currency` is that of nothing at all */
export function sumOfPrices(currency: string, prices: readonly MonthlyPrice[]): MonthlyPrice {
  let sum = 0;
  for (const price of prices) {
    invariant(price.currency === currency, "prices in several currencies cannot be added up");
    sum += price.microsPerMonth;
  }
  return monthlyPrice(currency, sum);
}

/** The part of `all` that is not `part`. */
export function withoutPrice(all: MonthlyPrice, part: MonthlyPrice): MonthlyPrice {
  invariant(
    all.currency === part.currency,
    `a price in ${part.currency} is no part of one in ${all.currency}`,
  );
  return monthlyPrice(all.currency, all.microsPerMonth - part.microsPerMonth);
}

/** Energy of a power that is drawn for a month. */
export function energyPerMonth(power: Watts): KilowattHours {
  return kilowattHours((power * hoursPerMonth) / 1_000);
}

/** Power between that of an idle machine and that of a busy one. */
export function powerAt(share: number, idle: Watts, busy: Watts): Watts {
  return watts(idle + share * (busy - idle));
}

export function storageEnergyPerMonth(rate: WattHoursPerTerabyteHour, amount: Bytes): KilowattHours {
  return kilowattHours((rate * (amount / bytesPerTerabyte) * hoursPerMonth) / 1_000);
}

export function transferEnergy(rate: KilowattHoursPerGigabyte, amount: Bytes): KilowattHours {
  return kilowattHours(rate * (amount / bytesPerGigabyte));
}

/**
 * What energy emits: energy × PUE × grid intensity (ISO/IEC 21031, O = E × I, the building counted in).
 *
 * @param pue energy of the building over that of the machines, at least 1
 */
export function emissionOf(
  energy: KilowattHours,
  pue: number,
  intensity: GramsPerKilowattHour,
): GramsPerMonth {
  return gramsPerMonth(energy * pue * intensity);
}

/** Share of what making something emitted that one month of its life bears (ISO/IEC 21031, M = TE × TS). */
export function embodiedPerMonth(total: GramsCO2e, lifespan: Seconds): GramsPerMonth {
  return gramsPerMonth((total * secondsPerMonth) / lifespan);
}

export function sumOfEmissions(emissions: readonly GramsPerMonth[]): GramsPerMonth {
  return gramsPerMonth(emissions.reduce<number>((sum, each) => sum + each, 0));
}

/** What each of so many uses a month emits. */
export function emissionPerUse(month: GramsPerMonth, uses: number): GramsCO2e {
  return gramsCO2e(month / uses);
}
