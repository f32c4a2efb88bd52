import { invariant } from "../problem/problem.ts";

declare const unit: unique symbol;

/** A number that carries its unit in its type; a bare `number` is a count or an index. */
export type Quantity<Unit extends string> = number & { readonly [unit]: Unit };

/** A length of time in seconds. */
export type Seconds = Quantity<"s">;
/** A length of time in milliseconds; for timers and protocol bounds. */
export type Milliseconds = Quantity<"ms">;
/** A share from 0 to 1: three nines are 0.999. Percent exists on screens alone. */
export type Ratio = Quantity<"ratio">;
/** An instant: whole milliseconds since 1970 in UTC. */
export type InstantMs = Quantity<"ms since 1970">;
/** A reading of a clock that never jumps or runs backwards; only differences mean anything. */
export type MonotonicMs = Quantity<"monotonic ms">;

/** @throws InvariantBroken unless `value` is finite and at least 0 */
export function seconds(value: number): Seconds {
  // Made with most steps of a prediction: its message is made when it is needed.
  if (!(Number.isFinite(value) && value >= 0)) {
    invariant(false, `a time span is finite and at least 0 s, got ${value}`);
  }
  return value as Seconds;
}

/** @throws InvariantBroken unless `value` is finite and at least 0 */
export function milliseconds(value: number): Milliseconds {
  // Made with most events of a simulation, as an instant is; its message is not.
  if (!(Number.isFinite(value) && value >= 0)) {
    invariant(false, `a time span is finite and at least 0 ms, got ${value}`);
  }
  return value as Milliseconds;
}

/** @throws InvariantBroken unless `value` lies in [0, 1] */
export function ratio(value: number): Ratio {
  if (!(value >= 0 && value <= 1)) invariant(false, `a ratio lies in [0, 1], got ${value}`);
  return value as Ratio;
}

/** @throws InvariantBroken unless `value` is a whole number */
export function instantMs(value: number): InstantMs {
  // Read with every event of a simulation: its message is not made unless it is needed.
  if (!Number.isInteger(value)) invariant(false, `an instant is whole milliseconds since 1970, got ${value}`);
  return value as InstantMs;
}

export function monotonicMs(value: number): MonotonicMs {
  return value as MonotonicMs;
}

/** From an earlier reading to a later one; 0 when they are the wrong way round. */
export function elapsed(from: MonotonicMs, to: MonotonicMs): Milliseconds {
  return Math.max(0, to - from) as Milliseconds;
}

/** From an earlier instant to a later one; 0 when a wall clock was set back between them. */
export function between(from: InstantMs, to: InstantMs): Milliseconds {
  return Math.max(0, to - from) as Milliseconds;
}

export function later(from: MonotonicMs, span: Milliseconds): MonotonicMs {
  return (from + span) as MonotonicMs;
}

export function inSeconds(span: Milliseconds): Seconds {
  return (span / 1000) as Seconds;
}

/** A length of time as a number of hours. */
export function inHours(span: Seconds): number {
  return span / 3_600;
}

export function inMilliseconds(span: Seconds): Milliseconds {
  return (span * 1000) as Milliseconds;
}

/** An amount of data in bytes. */
export type Bytes = Quantity<"B">;

/** @throws InvariantBroken unless `value` is a whole number, at least 0 */
export function bytes(value: number): Bytes {
  invariant(
    Number.isSafeInteger(value) && value >= 0,
    `an amount of data is whole bytes, at least 0, got ${value}`,
  );
  return value as Bytes;
}

/** What something costs for each hour: whole millionths of a unit of `currency`, an ISO 4217 code. */
export interface HourlyPrice {
  readonly currency: string;
  readonly microsPerHour: Quantity<"micro-units of money per hour">;
}

/** @throws InvariantBroken unless `currency` is three capital letters and the price is whole micro-units, at least 0 */
export function hourlyPrice(currency: string, microsPerHour: number): HourlyPrice {
  invariant(/^[A-Z]{3}$/.test(currency), `a currency is three capital letters, got ${currency}`);
  invariant(
    Number.isSafeInteger(microsPerHour) && microsPerHour >= 0,
    `a price is whole micro-units, at least 0, got ${microsPerHour}`,
  );
  return { currency, microsPerHour: microsPerHour as HourlyPrice["microsPerHour"] };
}

/** An amount of money: whole millionths of a unit of `currency`, an ISO 4217 code. */
export interface Money {
  readonly currency: string;
  readonly micros: Quantity<"micro-units of money">;
}

/** What something costs for each month of 730 hours: whole millionths of a unit of `currency`. */
export interface MonthlyPrice {
  readonly currency: string;
  readonly microsPerMonth: Quantity<"micro-units of money per month">;
}

/** @throws InvariantBroken unless `currency` is three capital letters and the price is whole micro-units */
export function monthlyPrice(currency: string, microsPerMonth: number): MonthlyPrice {
  return {
    currency,
    microsPerMonth: money(currency, microsPerMonth).micros as number as MonthlyPrice["microsPerMonth"],
  };
}

/** @throws InvariantBroken unless `currency` is three capital letters and the amount is whole micro-units */
export function money(currency: string, micros: number): Money {
  // Made for every figure of a large platform: the messages are not made unless they are needed.
  if (!/^[A-Z]{3}$/.test(currency)) invariant(false, `a currency is three capital letters, got ${currency}`);
  if (!Number.isSafeInteger(micros)) invariant(false, `money is whole micro-units, got ${micros}`);
  return { currency, micros: micros as Money["micros"] };
}

/** Electric power. */
export type Watts = Quantity<"W">;
/** Electric energy. */
export type KilowattHours = Quantity<"kWh">;
/** Greenhouse gases, by the warming of as many grams of carbon dioxide. */
export type GramsCO2e = Quantity<"gCO2e">;
export type GramsPerKilowattHour = Quantity<"gCO2e/kWh">;
/** Emissions of each month of 730 hours. */
export type GramsPerMonth = Quantity<"gCO2e/month">;
export type BytesPerSecond = Quantity<"B/s">;

/** A year of 365 days. */
export const hoursPerYear = 8_760;
export const minutesPerYear = hoursPerYear * 60;
export const secondsPerYear = hoursPerYear * 3_600;

/** Hours in a month, as clouds bill it: 8,760 / 12. */
export const hoursPerMonth = 730;

/** @throws InvariantBroken unless `value` is finite and at least 0 */
function atLeastZero<Unit extends string>(value: number, what: string): Quantity<Unit> {
  // Made for every figure of a large platform: the message is not made unless it is needed.
  if (!(Number.isFinite(value) && value >= 0)) {
    invariant(false, `${what} is finite and at least 0, got ${value}`);
  }
  return value as Quantity<Unit>;
}

export const watts = (value: number): Watts => atLeastZero(value, "power");
export const kilowattHours = (value: number): KilowattHours => atLeastZero(value, "energy");
export const gramsCO2e = (value: number): GramsCO2e => atLeastZero(value, "an emission");
export const gramsPerKilowattHour = (value: number): GramsPerKilowattHour =>
  atLeastZero(value, "a grid intensity");
export const gramsPerMonth = (value: number): GramsPerMonth => atLeastZero(value, "an emission");
export const bytesPerSecond = (value: number): BytesPerSecond => atLeastZero(value, "a bandwidth");
