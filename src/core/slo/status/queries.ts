import { type Seconds, seconds } from "../../units/units.ts";
import type { Span } from "../ports.ts";
import { windowText } from "../prometheus.ts";
import type { Reading } from "./readings.ts";
import { periodNow } from "./period-now.ts";

/** Samples older than this are stale to Prometheus; what is sampled as seldom is looked for further back. */
const staleAfter = 300;

/** Answers whatever a store holds: when it does is its clock. */
export const clockQuery = "vector(time())";

/** Everything that is recorded of SLOs, as it is now: one query, however many they are. */
export function instantQuery(readings: readonly Reading[]): string {
  const recorded =
    "slo:(error:ratio_rate.*|burn:rate.*|period_error:ratio|error_budget_remaining:ratio|objective:ratio|total:.*)";
  const selector = `{__name__=~"${recorded}",slo=~"${namesIn(readings)}"}`;
  const longest = Math.max(...readings.map(({ of }) => (of.kind === "objective" ? of.series.every : 0)));
  return longest * 2 < staleAfter
    ? selector
    : `last_over_time(${selector}[${windowText(seconds(longest * 2))}])`;
}

function namesIn(readings: readonly Reading[]): string {
  return [
    ...new Set(
      readings.map(({ labels }) => (labels["slo"] ?? "").replaceAll(/[.+*?^$(){}|[\]\\]/g, "\\\\$&")),
    ),
  ].join("|");
}

/** A question over a span of time, and the readings that it answers for. */
export interface RangeQuery {
  readonly query: string;
  readonly span: Span;
  readonly readings: readonly Reading[];
}

/** Looks at a period this often to see for how much of it there are measurements. */
export const looks = 60;

/** A query reads no more series than this: a store works one query out on one core, and several beside each other. */
const presenceMax = 500;

/** Whether the series of each objective were there, all through its period; one query for those whose periods are alike. */
export function presenceQueries(readings: readonly Reading[], now: number): readonly RangeQuery[] {
  const groups = alike(
    readings,
    ({ period, of }) => `${JSON.stringify(periodNow(period, now))} ${rawOf(of)?.total ?? ""}`,
  );
  return groups.flatMap(inParts).flatMap((group) => {
    const [{ period, of }] = group;
    const raw = rawOf(of);
    if (raw === null) return [];
    const { beganAt } = periodNow(period, now);
    const step = seconds(Math.max(60, Math.floor((now - beganAt) / looks)));
    const back = windowText(seconds(Math.max(staleAfter, Math.ceil((raw.every * 2) / 60) * 60)));
    return [
      {
        query: `last_over_time(${raw.total}{slo=~"${namesIn(group)}"}[${back}])`,
        span: { from: now - step * (looks - 1), to: now, step },
        readings: group,
      },
    ];
  });
}

/** How the past is divided: spans of equal length, of which a day is so many. */
export interface Division {
  readonly step: Seconds;
  readonly perDay: number;
}

const steps = [60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400].map(seconds);
/** A period is divided into at least so many. */
const partsMin = 100;

export function divisionOf(length: Seconds): Division {
  const step = steps.findLast((each) => length / each >= partsMin) ?? seconds(60);
  return { step, perDay: Math.max(1, Math.round(Math.min(86_400, length / 7) / step)) };
}

/** Sums of what was bad, and of all there was, over three periods: one pair for all whose periods and series are alike. */
export function historyQueries(
  readings: readonly Reading[],
  now: number,
): readonly Record<"bad" | "total", RangeQuery>[] {
  return alike(readings, ({ period, of }) => `${period.length} ${rawOf(of)?.total ?? ""}`).flatMap(
    (group) => {
      const [{ period, of }] = group;
      const raw = rawOf(of);
      if (raw === null) return [];
      const { step } = divisionOf(period.length);
      const count = Math.ceil((3 * period.length) / step);
      const span = { from: now - step * (count - 1), to: now, step };
      const asked = (series: string): RangeQuery => ({
        query: `sum_over_time(${series}{slo=~"${namesIn(group)}"}[${windowText(step)}])`,
        ...{ span, readings: group },
      });
      return [{ bad: asked(raw.bad), total: asked(raw.total) }];
    },
  );
}

type Some = readonly [Reading, ...Reading[]];

function inParts(readings: Some): readonly Some[] {
  const parts: [Reading, ...Reading[]][] = [];
  for (const reading of readings) {
    const last = parts.at(-1);
    if (last === undefined || last.length === presenceMax) parts.push([reading]);
    else last.push(reading);
  }
  return parts;
}

function rawOf(of: Reading["of"]): (Reading["of"] & { kind: "objective" })["series"] | null {
  return of.kind === "objective" ? of.series : null;
}

function alike(readings: readonly Reading[], keyOf: (reading: Reading) => string): readonly Some[] {
  const groups = new Map<string, [Reading, ...Reading[]]>();
  for (const reading of readings) {
    const key = keyOf(reading);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [reading]);
    else group.push(reading);
  }
  return [...groups.values()];
}
