import type { Problems } from "../core/problem/problem.ts";
import type { Answered, SampledSeries, SeriesStore } from "../core/slo/ports.ts";
import type { CompositeSlo, Slo } from "../core/slo/slo.ts";
import {
  clockQuery,
  historyQueries,
  instantQuery,
  presenceQueries,
  type RangeQuery,
} from "../core/slo/status/queries.ts";
import { type Seen, statusesOf } from "../core/slo/status/read-status.ts";
import { type Reading, readingsOf } from "../core/slo/status/readings.ts";
import { grouped, Snapshot } from "../core/slo/status/snapshot.ts";
import { type ObjectiveStatus, worstFirst } from "../core/slo/status/status.ts";

export interface StatusAsked {
  readonly slos: readonly Slo[];
  readonly composites: readonly CompositeSlo[];
  /** Of so many objectives, the worst, the past is read too, to count events and to forecast. */
  readonly forecasts: number;
  /** The clock of this machine, in seconds since 1970: for a store that does not tell its own. */
  readonly now: number;
}

export type StatusRead =
  | {
      readonly ok: true;
      /** Worst first. */
      readonly statuses: readonly ObjectiveStatus[];
      /** Seconds since 1970, by the clock of the store. */
      readonly at: number;
      /** What the store said of its answers, such as that they are partial. */
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly problems: Problems };

/** Asks a store how objectives stand. */
export async function readStatus(asked: StatusAsked, store: SeriesStore): Promise<StatusRead> {
  const readings = readingsOf(asked.slos, asked.composites);
  const clock = await store.instant(clockQuery);
  if (!clock.ok) return clock;
  const now = clock.value[0]?.at ?? asked.now;
  // What is now is read here while the store looks through a month, which is the one question that takes it long.
  const [instant, presence] = await Promise.all([
    store.instant(instantQuery(readings)),
    answers(presenceQueries(readings, now), store),
  ]);
  if (!instant.ok) return instant;
  if (!presence.ok) return presence;
  const snapshot = new Snapshot(instant.value);
  const seen: Seen = { now, snapshot, presence: byReading(presence.value), history: new Map() };
  const first = readings.map((reading) => ({ reading, statuses: statusesOf(reading, seen) }));
  const history = await historyOf(worstOf(first, asked.forecasts), now, store);
  if (!history.ok) return history;
  const all = first.flatMap(({ reading, statuses }) =>
    history.value.has(reading) ? statusesOf(reading, { ...seen, history: history.value }) : statuses,
  );
  const warnings = [...instant.warnings, ...presence.warnings, ...history.warnings];
  return { ok: true, statuses: worstFirst(all), at: now, warnings: [...new Set(warnings)] };
}

interface Told {
  readonly reading: Reading;
  readonly statuses: readonly ObjectiveStatus[];
}

/** Those of which anything is known, with the least budget left. */
function worstOf(all: readonly Told[], count: number): readonly Reading[] {
  const leastOf = ({ statuses }: Told): number =>
    Math.min(...statuses.map(({ known }) => (known.kind === "known" ? known.budgetLeft : Infinity)));
  return all
    .map((told) => ({ reading: told.reading, least: leastOf(told) }))
    .filter(({ least }) => least < Infinity)
    .sort((a, b) => a.least - b.least)
    .slice(0, count)
    .map(({ reading }) => reading);
}

type Ranged = readonly (readonly [RangeQuery, readonly SampledSeries[]])[];

/** A store that is asked everything at once answers others late: so many queries at a time. */
const atOnce = 2;

async function answers(queries: readonly RangeQuery[], store: SeriesStore): Promise<Answered<Ranged>> {
  const all: (readonly [RangeQuery, readonly SampledSeries[]])[] = [];
  const warnings: string[] = [];
  for (let first = 0; first < queries.length; first += atOnce) {
    const some = queries.slice(first, first + atOnce);
    const told = await Promise.all(
      some.map(async (each) => [each, await store.range(each.query, each.span)] as const),
    );
    for (const [query, answer] of told) {
      if (!answer.ok) return answer;
      all.push([query, answer.value]);
      warnings.push(...answer.warnings);
    }
  }
  return { ok: true, value: all, warnings };
}

type ByOwner = ReturnType<typeof grouped<SampledSeries>>;

function byReading(ranged: Ranged): ReadonlyMap<Reading, ByOwner> {
  return new Map(
    ranged.flatMap(([{ readings }, series]) => {
      const all = grouped(series);
      return readings.map((reading) => [reading, all] as const);
    }),
  );
}

async function historyOf(
  readings: readonly Reading[],
  now: number,
  store: SeriesStore,
): Promise<Answered<Seen["history"]>> {
  const queries = historyQueries(readings, now);
  const bad = await answers(
    queries.map((each) => each.bad),
    store,
  );
  if (!bad.ok) return bad;
  const total = await answers(
    queries.map((each) => each.total),
    store,
  );
  if (!total.ok) return total;
  const bads = byReading(bad.value);
  const totals = byReading(total.value);
  const value = new Map(
    readings.flatMap((reading) => {
      const own = { bad: bads.get(reading), total: totals.get(reading) };
      return own.bad === undefined || own.total === undefined
        ? []
        : [[reading, { bad: own.bad, total: own.total }]];
    }),
  );
  return { ok: true, value, warnings: [...bad.warnings, ...total.warnings] };
}
