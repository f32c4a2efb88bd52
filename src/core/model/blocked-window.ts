import { type LocalTime, localTime } from "../units/local-time.ts";
import type { InstantMs } from "../units/units.ts";

/** A time in which a plan is not begun unless somebody says despite it. */
export type BlockedWindow = { readonly name: string } & (
  | {
      readonly kind: "dates";
      readonly from: InstantMs;
      /** The first that is free again. */
      readonly until: InstantMs;
    }
  | {
      readonly kind: "week";
      /** On which it begins. */
      readonly days: readonly Weekday[];
      /** Minutes after midnight. */
      readonly from: number;
      /** Minutes after midnight, up to 1,440; not above `from`: of the day after. */
      readonly until: number;
      /** Of the IANA database. */
      readonly timeZone: string;
    }
);

export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];

export function isBlockedAt(window: BlockedWindow, now: InstantMs): boolean {
  return window.kind === "dates"
    ? now >= window.from && now < window.until
    : isWithinHours(window, localTime(now, window.timeZone));
}

function isWithinHours(
  { days, from, until }: Extract<BlockedWindow, { readonly kind: "week" }>,
  { weekday, minutes }: LocalTime,
): boolean {
  const isOn = (day: number): boolean => days.some((name) => weekdays.indexOf(name) === day);
  if (until > from) return isOn(weekday) && minutes >= from && minutes < until;
  const dayBefore = (weekday + weekdays.length - 1) % weekdays.length;
  return (isOn(weekday) && minutes >= from) || (isOn(dayBefore) && minutes < until);
}
