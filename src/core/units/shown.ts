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
