/** A span of time that may come again, as ISO 8601 writes it. */
export interface Interval {
  readonly from: Moment;
  readonly length: Shift;
  /** From the beginning of one to that of the next; `null`: it comes once. */
  readonly step: Shift | null;
  /** How often it comes; `null`: without an end. */
  readonly count: number | null;
}

/** Seconds since 1970, and how far the clock that says so is ahead of UTC, in seconds. */
interface Moment {
  readonly at: number;
  readonly ahead: number;
}

/** Whole months, whose lengths differ, and seconds. A day has 24 hours: an offset from UTC has no summer time. */
interface Shift {
  readonly months: number;
  readonly seconds: number;
}

/** From its first second to the one that is no longer in it; in seconds since 1970. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

export type IntervalRead =
  | { readonly ok: true; readonly interval: Interval }
  /** What is wrong, as the end of a sentence. */
  | { readonly ok: false; readonly because: string };

/** The one that comes as number `at`, counted from 0. */
export function occurrence({ from, length, step }: Interval, at: number): TimeSpan {
  const begin = step === null ? from.at : shifted(from, step, at);
  return { from: begin, to: shifted({ ...from, at: begin }, length, 1) };
}

/** The 31st is the last day of a month that has none. */
function shifted({ at, ahead }: Moment, { months, seconds }: Shift, times: number): number {
  if (months === 0) return at + times * seconds;
  const local = new Date((at + ahead) * 1000);
  const [year, month] = [local.getUTCFullYear(), local.getUTCMonth() + times * months];
  const day = Math.min(local.getUTCDate(), new Date(Date.UTC(year, month + 1, 0)).getUTCDate());
  const timeOfDay = (at + ahead) % 86_400;
  return Date.UTC(year, month, day) / 1000 + timeOfDay - ahead + times * seconds;
}

/** Reads a start with a length or an end behind a stroke, and `Rcount/start/length/step`, whose count may be left out. */
export function readInterval(text: string): IntervalRead {
  const [first = "", ...others] = text.split("/");
  const [, count = null] = /^R(\d{0,4})$/.exec(first) ?? [];
  if (others.length !== (count === null ? 1 : 3)) return bad("it has other parts");
  if (count === null) return once([first, ...others]);
  const times = count === "" ? null : Number(count);
  return times === 0 ? bad("it comes no time at all") : repeated(others, times);
}

function repeated([start, end, stepText = ""]: readonly string[], count: number | null): IntervalRead {
  const read = once([start ?? "", end ?? ""]);
  if (!read.ok) return read;
  const step = shiftIn(stepText);
  if (step === null || step.months + step.seconds === 0)
    return bad(`"${stepText}" is no length after which it comes again`);
  return { ok: true, interval: { ...read.interval, step, count } };
}

function once([start = "", end = ""]: readonly string[]): IntervalRead {
  const from = momentIn(start);
  if (from === null) return bad(`"${start}" is no date and time with a zone`);
  const until = momentIn(end);
  const length = until === null ? shiftIn(end) : { months: 0, seconds: until.at - from.at };
  if (length === null) return bad(`"${end}" is neither a length nor a date and time with a zone`);
  if (length.months === 0 && length.seconds <= 0) return bad("it does not end after it begins");
  return { ok: true, interval: { from, length, step: null, count: 1 } };
}

function bad(because: string): IntervalRead {
  return { ok: false, because };
}

/** `2026-12-05T02:00Z`, `2026-12-05T02:00:00+01:00`; `null`: no such date, or no zone. */
function momentIn(text: string): Moment | null {
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(Z|[+-]\d\d:\d\d)$/.exec(text);
  const [, minute = "", second = ":00", zone = ""] = found ?? [];
  const local = found === null ? NaN : Date.parse(`${minute}${second}Z`);
  const ahead = aheadIn(zone);
  // The 30th of February would be the 2nd of March.
  if (ahead === null || Number.isNaN(local) || !new Date(local).toISOString().startsWith(minute)) return null;
  return { at: local / 1000 - ahead, ahead };
}

/** How far a zone is ahead of UTC, in seconds; `null`: no zone is so far away. */
function aheadIn(zone: string): number | null {
  const [, sign, hours = "0", minutes = "0"] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
  if (Number(hours) > 14 || Number(minutes) > 59) return null;
  const ahead = Number(hours) * 3600 + Number(minutes) * 60;
  return sign === "-" ? -ahead : ahead;
}

const lengthPattern =
  /^P(?=\d|T\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?$/;

/** Of years, months, weeks, days, hours, minutes and seconds. */
const inMonths = [12, 1];
const inSeconds = [0, 0, 7 * 86_400, 86_400, 3600, 60, 1];

/** `PT2H`, `P7D`, `P1M`. */
function shiftIn(text: string): Shift | null {
  const found = lengthPattern.exec(text);
  if (found === null) return null;
  const given = found.slice(1).map((each) => Number((each as string | undefined) ?? 0));
  const sum = (sizes: readonly number[]): number =>
    given.reduce((sumSoFar, count, at) => sumSoFar + count * (sizes[at] ?? 0), 0);
  return { months: sum(inMonths), seconds: sum(inSeconds) };
}
