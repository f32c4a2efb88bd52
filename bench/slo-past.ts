import { readOpenSlo } from "../src/core/openslo/openslo.ts";
import { invariant } from "../src/core/problem/problem.ts";
import { type RecordingRule, selectorText } from "../src/core/slo/prometheus.ts";
import { readSlos } from "../src/core/slo/read-slos.ts";
import { ruleGroups } from "../src/core/slo/rules.ts";
import { instantMs } from "../src/core/units/units.ts";
import { syntheticSlos, syntheticTarget } from "./synthetic-slos.ts";

/** The program tells all of so many, and so forecasts these: it reads their past. */
export const worstCount = 3;

/** Periods are 30 days; the past of the worst is read three of them back. */
const days = { period: 30, worst: 90 } as const;

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** How long after the set-up all series go on, so that no run meets them stale. */
const hoursAhead = 2;

export interface PastAsked {
  readonly objectives: number;
  /** How far apart samples of the series of all events are, all through the period. */
  readonly everyMinutes: number;
  /** When the set-up begins, in seconds since 1970. */
  readonly now: number;
}

/** What the share of bad events of a synthetic SLO is, all the time: of the first three more than the budget of one in a thousand. */
export function syntheticError(number: number): number {
  return number < worstCount ? (11 + number) / 10_000 : (1 + (number % 900)) / 1_000_000;
}

/**
 * All that the rules of synthetic SLOs would have recorded, in the text format OpenMetrics, piece by piece: each series at each minute of
 * the last hour, the events of the worst at each minute of 90 days, and of the others all events, bad or not, through their period.
 */
export function* syntheticPast({ objectives, everyMinutes, now }: PastAsked): Generator<string> {
  const end = Math.floor(now / minute) * minute + hoursAhead * hour;
  const from = { lately: now - hour, period: now - days.period * day, worst: now - days.worst * day };
  const lately = instants(from.lately, end, minute);
  const totals = samplesOf(events, instants(from.period, end, everyMinutes * minute));
  const everyMinute = instants(from.worst, end, minute);
  for (const [number, rules] of recordings(objectives).entries()) {
    const error = syntheticError(number);
    const bad = (at: number): number => error * events(at);
    for (const { record, labels } of rules) {
      const series = `${record}${selectorText(labels)}`;
      if (record === "slo:total:rate5m" && number >= worstCount) yield written(series, totals);
      else if (record === "slo:total:rate5m") yield written(series, samplesOf(events, everyMinute));
      else if (record === "slo:bad:rate5m")
        yield written(series, samplesOf(bad, number < worstCount ? everyMinute : lately));
      else {
        const value = recordedValue(record, error);
        yield written(
          series,
          samplesOf(() => value, lately),
        );
      }
    }
  }
  yield "# EOF\n";
}

/** What is recorded of each SLO, by the rules that the program writes. */
function recordings(objectives: number): readonly (readonly RecordingRule[])[] {
  const documents = syntheticSlos(objectives).flatMap((file) => readOpenSlo(file, "strict"));
  const { slos, problems } = readSlos(documents, instantMs(0));
  invariant(problems.length === 0 && slos.length === objectives, "synthetic SLOs are read as they are");
  return slos.map((slo) =>
    ruleGroups(slo)
      .flatMap(({ rules }) => rules)
      .flatMap((rule) => ("record" in rule ? [rule] : [])),
  );
}

/** What a series has all the time that follows from a share of bad events that never changes. */
function recordedValue(record: string, error: number): number {
  if (record === "slo:objective:ratio") return syntheticTarget;
  if (record === "slo:error_budget_remaining:ratio") return 1 - error / (1 - syntheticTarget);
  invariant(/^slo:(error:ratio_rate\w+|period_error:ratio)$/.test(record), `${record} has a known value`);
  return error;
}

/** Events a second: many by day and few at night, and of as many digits as real ones have. */
function events(at: number): number {
  return Number((100 + 80 * Math.sin((2 * Math.PI * at) / day)).toFixed(3));
}

function instants(from: number, to: number, step: number): readonly number[] {
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, at) => first + at * step);
}

function samplesOf(valueAt: (at: number) => number, at: readonly number[]): readonly string[] {
  return at.map((each) => ` ${valueAt(each)} ${each}\n`);
}

function written(series: string, samples: readonly string[]): string {
  return samples.map((sample) => `${series}${sample}`).join("");
}
