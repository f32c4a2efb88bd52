import type { Seconds } from "./units.ts";

/** A measured time, to the millisecond: `0.842 s`. A declared one is printed as it was written: `durationText`. */
export function timeText(time: Seconds): string {
  return `${time.toFixed(3)} s`;
}

/** `12,345` */
export function countText(count: number): string {
  return Math.abs(count) < 1_000 ? String(count) : String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 write`, `2,000 writes` */
export function countedText(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A number that may be negative, with a minus sign as people print it: `−0.5`. */
export function signedText(value: number, digits: number): string {
  return `${value < 0 ? "\u2212" : ""}${Math.abs(value).toFixed(digits)}`;
}

/** A predicted time, as exact as it deserves: `0.31 s`, `14.6 s`, `4.7 min`, `2.1 h`, `4.2 d`. */
export function roughTimeText(time: Seconds): string {
  const [unit, length] =
    time < 120 ? ["s", 1] : time < 7_200 ? ["min", 60] : time < 172_800 ? ["h", 3_600] : ["d", 86_400];
  return `${roughText(time / length)} ${unit}`;
}

/** A number to about three digits: `0.31`, `14.6`, `282`, `12,345`. */
export function roughText(exact: number): string {
  // What is the same but for the last bits is told alike.
  const value = Number(exact.toPrecision(12));
  if (value === 0) return "0";
  if (value >= 100) return countText(Math.round(value));
  const digits = Math.max(0, 2 - Math.floor(Math.log10(value)));
  return value < 1e-4 ? value.toExponential(1) : String(Number(value.toFixed(Math.min(6, digits))));
}

/** A share of time up, to the digits that tell it from 1: `99.9973 %`, `99.99999982 %`. */
export function ninesText(unavailability: number): string {
  if (unavailability === 0) return "100 %";
  // Two digits of what is lost.
  const digits = Math.min(14, Math.max(2, 1 - Math.floor(Math.log10(unavailability * 100))));
  return `${((1 - unavailability) * 100).toFixed(digits)} %`;
}

/** The same of an unavailability of which bounds are known: `99.9 % to 99.99 %`, or one number where they are one. */
export function ninesBetween({ lower, upper }: { readonly lower: number; readonly upper: number }): string {
  return lower === upper ? ninesText(lower) : `${ninesText(upper)} to ${ninesText(lower)}`;
}

/** How often in a year; what is rare as once in so many years: `3.14 a year`, `once in 50 years`. */
export function perYearText(perYear: number): string {
  if (perYear === 0) return "never";
  return perYear >= 0.5 ? `${roughText(perYear)} a year` : `once in ${roughText(1 / perYear)} years`;
}

/** Minutes that something is down in a year, so that small differences show: `103.61 min`, `0.47 s`. */
export function downMinutesText(minutes: number): string {
  return minutes < 0.01 ? `${(minutes * 60).toPrecision(2)} s` : `${minutes.toFixed(2)} min`;
}
