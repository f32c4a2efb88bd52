import type { InstantMs, Seconds } from "../units/units.ts";
import { type Interval, occurrence, readInterval, type TimeSpan } from "./iso-interval.ts";
import { type Labels, type RecordingRule, selectorText } from "./prometheus.ts";
import { rateWindow } from "./measures.ts";
import type { Told } from "./problems.ts";

const annotation = "holdfast.dev/maintenance";
const path = ["metadata", "annotations", annotation] as const;

/** Of windows that come again, rules know this many from now on. */
const windowsKnown = 60;
/** One that ended longer ago is of no use to rules: what they look at now does not see it. */
const keptSeconds = 86_400;
/** Of windows that come again for ever: so many minutes are two centuries. */
const countMax = 100_000_000;

/**
 * So long after a window nothing counts yet: what was within it is in what is measured over minutes, or in a slice.
 *
 * @param every how often it is sampled
 */
export function notYetFor(every: Seconds): number {
  return Math.max(rateWindow, every) + 60;
}

export interface Maintenance {
  /** That burn no budget, first to last, none of which touches another; those that the rules know. */
  readonly windows: readonly TimeSpan[];
  /** When the first begins after which more come that the rules do not know, in seconds since 1970; `null`: they know all. */
  readonly lastKnown: number | null;
}

/** What is wrong with maintenance windows is told at their annotation. */
export function maintenanceOf(
  annotations: ReadonlyMap<string, string>,
  { now, told }: { readonly now: InstantMs; readonly told: Told },
): Maintenance {
  const text = annotations.get(annotation);
  if (text === undefined) return { windows: [], lastKnown: null };
  const refused = (what: string, mend: string): void => {
    told(path, { code: "slo/maintenance", what, mend });
  };
  const lasts: number[] = [];
  const windows = text.split(",").flatMap((each, of): readonly Window[] => {
    const written = each.trim();
    const read = readInterval(written);
    if (read.ok) {
      const { coming, isAll } = comingOf(read.interval, now / 1000);
      if (!isAll) lasts.push(...coming.slice(-1).map(({ from }) => from));
      return coming.map((window) => ({ ...window, written, of }));
    }
    refused(
      `its maintenance window "${written}" is none: ${read.because}`,
      "write 2026-12-05T02:00Z/PT2H, or R12/2026-12-05T02:00Z/PT2H/P7D",
    );
    return [];
  });
  const inOrder = windows.sort((a, b) => a.from - b.from);
  const [clash] = inOrder.flatMap((each, at) => clashOf(each, inOrder[at + 1]));
  if (clash !== undefined) refused(clash.what, clash.mend);
  return { windows: joined(inOrder), lastKnown: lasts.length === 0 ? null : Math.min(...lasts) };
}

interface Window extends TimeSpan {
  readonly written: string;
  /** The place of its interval among those written. */
  readonly of: number;
}

/** Those that come, and whether none comes after them. */
function comingOf(
  interval: Interval,
  now: number,
): { readonly coming: readonly TimeSpan[]; readonly isAll: boolean } {
  const count = interval.count ?? countMax;
  let [low, high] = [-1, count];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (occurrence(interval, middle).to + keptSeconds <= now) low = middle;
    else high = middle;
  }
  const known = Math.min(windowsKnown, count - high);
  return {
    coming: Array.from({ length: known }, (_, at) => occurrence(interval, high + at)),
    isAll: high + known === interval.count,
  };
}

function clashOf(
  one: Window,
  next: Window | undefined,
): readonly { readonly what: string; readonly mend: string }[] {
  if (next === undefined || next.from >= one.to) return [];
  return [
    one.of === next.of
      ? {
          what: `its maintenance window "${one.written}" is longer than its step`,
          mend: "write a shorter length, or a longer step",
        }
      : {
          what: `its maintenance windows "${one.written}" and "${next.written}" overlap`,
          mend: "write one window in place of the two, or let the second begin where the first ends",
        },
  ];
}

/** Spans as one where the next begins before the last has ended, or just then. */
function joined(inOrder: readonly TimeSpan[]): readonly TimeSpan[] {
  const spans: TimeSpan[] = [];
  for (const { from, to } of inOrder) {
    const last = spans.at(-1);
    if (last === undefined || from > last.to) spans.push({ from, to });
    else spans[spans.length - 1] = { from: last.from, to: Math.max(last.to, to) };
  }
  return spans;
}

/** The window that runs at an instant, in seconds since 1970; `null`: none. */
export function maintenanceAt(windows: readonly TimeSpan[], now: number): { readonly until: number } | null {
  const running = windows.find(({ from, to }) => from <= now && now < to);
  return running === undefined ? null : { until: running.to };
}

/** Of a time, for how many seconds nothing counts, for a window runs or has run just before. */
export function maintainedSeconds(
  { maintenance, every }: { readonly maintenance: readonly TimeSpan[]; readonly every: Seconds },
  { from, to }: TimeSpan,
): number {
  const spans = maintenance.map((window) => ({ from: window.from, to: window.to + notYetFor(every) }));
  return joined(spans)
    .map((span) => Math.max(0, Math.min(span.to, to) - Math.max(span.from, from)))
    .reduce((sum, each) => sum + each, 0);
}

/** What is left out of the series of an SLO, and while when. */
export interface Mask {
  readonly rule: RecordingRule;
  /** What follows a formula whose answer it is to leave out. */
  readonly unless: string;
}

/**
 * 1 within a window and for as long after it as rates look back and still see it; 0 else.
 *
 * @returns `null`: no window is declared
 */
export function maskOf(windows: readonly TimeSpan[], over: Seconds, labels: Labels): Mask | null {
  if (windows.length === 0) return null;
  const record = "slo:maintenance:active";
  const terms = joined(windows.map(({ from, to }) => ({ from, to: to + over }))).map(
    ({ from, to }) => `(time() >= bool ${from}) * (time() < bool ${to})`,
  );
  return {
    rule: { record, expr: `vector(${terms.join(" + ")})`, labels },
    unless: `unless on () (${record}${selectorText(labels)} == 1)`,
  };
}
