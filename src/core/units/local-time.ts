import type { InstantMs } from "./units.ts";

export interface LocalTime {
  /** 0: Monday. */
  readonly weekday: number;
  /** Minutes after midnight by the clocks there, from 0 to 1,439. */
  readonly minutes: number;
}

const dayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** What the clocks of a place say. @param timeZone its name in the IANA database */
export function localTime(at: InstantMs, timeZone: string): LocalTime {
  const format = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    weekday: dayNames.indexOf(parts.get("weekday") ?? ""),
    minutes: 60 * Number(parts.get("hour")) + Number(parts.get("minute")),
  };
}

export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** `16:05`. @param minutes after midnight, up to 1,440 */
export function clockText(minutes: number): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
