import { type Seconds, seconds } from "../units/units.ts";
import { type Labels, type RecordingRule, selectorText, windowText } from "./prometheus.ts";
import type { Summed } from "./series.ts";

/** How the period of a calendar is summed so far: what is recorded for it, and the sums that were. */
export interface CalendarSum {
  readonly rules: readonly RecordingRule[];
  readonly sum: Summed;
}

interface Calendar {
  /** Seconds since 1970. */
  readonly starts: readonly number[];
  readonly labels: Labels;
  /** Names with their labels. */
  readonly summands: readonly string[];
}

/**
 * Whole steps since the period began, and the minutes since the last of them ended. Steps begin with the period, wherever on the
 * clock that is. Both are recorded, so that neither is worked out for each formula that reads it.
 */
export function calendarSum({ starts, labels, summands }: Calendar): CalendarSum {
  const longest = longestOf(starts);
  const step = stepFor(starts, longest);
  const start = `${periodStart}${selectorText(labels)}`;
  const stepEnd = `${lastStep}${selectorText(labels)}`;
  const shift = shiftOf(step, starts);
  const parts = summands.flatMap((series) => [
    {
      record: recordedName(series, "steps"),
      expr: partsSince(start, { series, starts, part: step, span: longest }),
      labels,
    },
    {
      record: recordedName(series, "minutes"),
      expr: partsSince(stepEnd, { series, starts, part: minute, span: seconds(2 * step) }),
      labels,
    },
  ]);
  const ended = `floor(vector(time() / ${step})) * ${step}${shift === 0 ? "" : ` - ${shift}`}`;
  return {
    rules: [
      { record: periodStart, expr: `vector(${startFormula(starts)})`, labels },
      { record: lastStep, expr: `clamp_min(${ended}, scalar(${start}))`, labels },
      ...parts,
    ],
    sum: (series) => {
      const [whole, rest] = [recordedSeries(series, "steps"), recordedSeries(series, "minutes")];
      return `(${whole} + ${rest} or ${whole} or ${rest})`;
    },
  };
}

const periodStart = "slo:period_start:timestamp";
/** When the last whole step of the period ended; before the first has, when the period began. */
const lastStep = "slo:period_step:timestamp";
const minute = seconds(60);

interface Parts {
  readonly series: string;
  readonly starts: readonly number[];
  readonly part: Seconds;
  /** How far back they are looked for. */
  readonly span: Seconds;
}

/** The sum of a series over all parts of time, each of one length, that ended after an instant that is recorded. */
function partsSince(instant: string, { series, starts, part, span }: Parts): string {
  const shift = shiftOf(part, starts);
  const [moved, end] = shift === 0 ? ["", "time()"] : [` offset ${windowText(shift)}`, `time() - ${shift}`];
  const isSince = `(${end} > bool scalar(${instant} @ end()))`;
  return `sum_over_time((sum_over_time(${series}[${windowText(part)}]${moved}) * ${isSince})[${windowText(span)}:${windowText(part)}])`;
}

/** Prometheus looks at multiples of a part since 1970: so much before each of them ends one that is counted from the period's start. */
function shiftOf(part: Seconds, [first = 0]: readonly number[]): Seconds {
  const late = first % part;
  return seconds(late === 0 ? 0 : part - late);
}

/** `slo:bad:rate5m{…}` as `slo:period_bad:steps` */
function recordedName(series: string, of: "steps" | "minutes"): string {
  const [, what = ""] = /^slo:(\w+)/.exec(series) ?? [];
  return `slo:period_${what}:${of}`;
}

function recordedSeries(series: string, of: "steps" | "minutes"): string {
  return `${recordedName(series, of)}${series.slice(series.indexOf("{"))}`;
}

/** In minutes; all but the last divide a day. */
const stepsInMinutes = [5, 10, 15, 20, 30, 60, 120, 240, 360, 720, 1440] as const;
/** promtool refuses a query that holds 10,000 samples at once. */
const stepsMax = 3000;

/**
 * The shortest that makes few enough steps of a period, and after a whole number of which every other period begins: where summer
 * time moves a beginning by less than that, the longest that does.
 */
function stepFor(starts: readonly number[], longest: Seconds): Seconds {
  const [first = 0] = starts;
  const fitting = stepsInMinutes
    .map((minutes) => minutes * 60)
    .filter((step) => starts.every((start) => (start - first) % step === 0));
  return seconds(fitting.find((step) => longest / step <= stepsMax) ?? fitting.at(-1) ?? minute);
}

/** The last of several instants that has come; before the first, that one. */
function startFormula([first = 0, ...others]: readonly number[]): string {
  const steps = others.map((each, at) => ` + (time() >= bool ${each}) * ${each - (others[at - 1] ?? first)}`);
  return `${first}${steps.join("")}`;
}

function longestOf(starts: readonly number[]): Seconds {
  const lengths = starts.slice(1).map((each, at) => each - (starts[at] ?? each));
  return seconds(Math.max(...lengths, 60));
}
