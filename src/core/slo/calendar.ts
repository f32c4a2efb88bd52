import type { ShortDuration } from "../openslo/duration.ts";
import type { InstantMs } from "../units/units.ts";

/** Periods of a calendar: from a local date and time on, each as long as the last by the calendar of a place. */
export interface Calendar {
  /** `2026-01-01 00:00:00` */
  readonly startTime: string;
  /** Of the IANA database. */
  readonly timeZone: string;
  readonly duration: ShortDuration;
}

/** Of days and what is longer: further back than any calendar begins that is still in use. */
const periodsMax = 100_000;

/**
 * When the period that runs at `now` began, and the `count` − 1 after it; in seconds since 1970. A month is a month and a day a day of
 * the place, whether 23, 24 or 25 hours long. Before the first period begins, that one is the first answered.
 */
export function periodStarts(calendar: Calendar, now: InstantMs, count: number): readonly number[] {
  const first = Math.max(0, lastBegun(calendar, now));
  return Array.from({ length: count }, (_, at) => startOf(calendar, first + at));
}

/** The number of the period that runs; below 0 where none has begun. */
function lastBegun(calendar: Calendar, now: InstantMs): number {
  const { count, unit } = calendar.duration;
  if (unit === "m" || unit === "h")
    return Math.floor((now / 1000 - startOf(calendar, 0)) / (count * secondsOf[unit]));
  let [low, high] = [-1, periodsMax];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (startOf(calendar, middle) * 1000 <= now) low = middle;
    else high = middle;
  }
  return low;
}

const monthsOf = { M: 1, Q: 3, Y: 12 } as const;
const daysOf = { d: 1, w: 7 } as const;
const secondsOf = { m: 60, h: 3600 } as const;

function startOf({ startTime, timeZone, duration: { count, unit } }: Calendar, number: number): number {
  const [year, month, day, ...time] = startTime.split(/[- :]/).map(Number) as [number, number, number];
  const steps = number * count;
  if (unit === "m" || unit === "h") {
    return instantOf([year, month, day, ...time], timeZone) + steps * secondsOf[unit];
  }
  if (unit === "d" || unit === "w") {
    const date = new Date(Date.UTC(year, month - 1, day + steps * daysOf[unit]));
    return instantOf([date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), ...time], timeZone);
  }
  const months = month - 1 + steps * monthsOf[unit];
  const [inYear, inMonth] = [year + Math.floor(months / 12), (months % 12) + 1];
  // A period that begins on the 31st begins on the last day of a month that has none.
  const lastDay = new Date(Date.UTC(inYear, inMonth, 0)).getUTCDate();
  return instantOf([inYear, inMonth, Math.min(day, lastDay), ...time], timeZone);
}

/**
 * When a clock of a place shows this for the first time: seconds since 1970. A time that a clock skips is taken as it would have been
 * without the change.
 */
function instantOf(fields: readonly number[], timeZone: string): number {
  const [year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0] = fields;
  const wanted = Date.UTC(year, month - 1, day, hour, minute, second);
  const [before, after] = [offsetAt(wanted - dayMs, timeZone), offsetAt(wanted + dayMs, timeZone)];
  const shown = [before, after].find((offset) => offsetAt(wanted - offset, timeZone) === offset);
  return (wanted - (shown ?? before)) / 1000;
}

const dayMs = 86_400_000;

/** How far the clocks of a place are ahead of UTC, in milliseconds. */
function offsetAt(instant: number, timeZone: string): number {
  const parts = formatOf(timeZone).formatToParts(instant);
  const at = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const shown = Date.UTC(at("year"), at("month") - 1, at("day"), at("hour"), at("minute"), at("second"));
  return shown - Math.floor(instant / 1000) * 1000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Made once for each place: making one takes longer than all that is done with it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const fields = {
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  } as const;
  const made = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", ...fields });
  formats.set(timeZone, made);
  return made;
}
