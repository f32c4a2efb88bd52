import { attemptedJourney } from "../attempted-journey.ts";
import type { TimeSpan } from "../iso-interval.ts";
import { rateWindow, sampledEvery } from "../measures.ts";
import type { AttemptCount, AttemptStore, Sample, SampledSeries } from "../ports.ts";
import { errorName } from "../rules.ts";
import type { Slo } from "../slo.ts";
import { periodNow } from "./period-now.ts";
import { divisionOf, looks } from "./queries.ts";
import type { ByOwner, Past, Seen } from "./read-status.ts";
import { type Reading, readingsOf } from "./readings.ts";
import { grouped, Snapshot } from "./snapshot.ts";

/** What an SLO is read by, and the attempts at the journey that it is about; `null`: probes attempt nothing that it counts. */
export interface Attempted {
  readonly readings: readonly Reading[];
  readonly counts: readonly AttemptCount[] | null;
  /** Whether the past is told too, to count events and to forecast. */
  readonly hasPast: boolean;
}

interface Asked {
  readonly now: number;
  readonly hasPast: boolean;
  readonly since: AttemptStore["since"];
}

/** The attempts that matter for an SLO: those of its period, and of three where the past is told. */
export function attemptsOf(slo: Slo, { now, hasPast, since }: Asked): Attempted {
  const journey = attemptedJourney(slo);
  const readings = readingsOf([slo], []);
  if (journey === null) return { readings, counts: null, hasPast };
  const { beganAt } = periodNow(slo.period, now);
  const from = hasPast ? now - 3 * slo.period.length : beganAt;
  const counts = since(journey, from).filter(({ at }) => at < now);
  return { readings, counts: outside(slo.maintenance, counts), hasPast };
}

/** What happens within maintenance windows does not count. */
function outside(windows: readonly TimeSpan[], counts: readonly AttemptCount[]): readonly AttemptCount[] {
  if (windows.length === 0) return counts;
  return counts.filter(({ at }) => !windows.some(({ from, to }) => from <= at && at < to));
}

/** From what was attempted, all that the rules of an SLO would have recorded of it. */
export function seenInAttempts(attempted: readonly Attempted[], now: number): Seen {
  const samples: Sample[] = [];
  const presence = new Map<Reading, ByOwner>();
  const history = new Map<Reading, Past>();
  for (const { readings, counts, hasPast } of attempted) {
    if (counts === null) continue;
    const sums = new Sums(counts);
    for (const reading of readings) {
      samples.push(...samplesOf(reading, sums, now));
      presence.set(reading, grouped([presenceOf(reading, sums, now)]));
      if (!hasPast) continue;
      const { bad, total } = historyOf(reading, sums, now);
      history.set(reading, { bad: grouped([bad]), total: grouped([total]) });
    }
  }
  return { now, snapshot: new Snapshot(samples), presence, history };
}

function samplesOf(reading: Reading, sums: Sums, now: number): readonly Sample[] {
  const { labels, period, windows, of } = reading;
  if (of.kind === "composite") return [];
  const sample = (name: string, value: number): Sample => ({
    labels: { ...labels, __name__: name },
    value,
    at: now,
  });
  const share = (from: number): number => {
    const { bad, total } = sums.between(from, now);
    return bad / total;
  };
  const { total } = sums.between(now - rateWindow, now);
  return [
    ...(total > 0 ? [sample(of.series.total, total / rateWindow)] : []),
    ...windows.map((window) => sample(errorName(window), share(now - window))),
    sample("slo:period_error:ratio", share(periodNow(period, now).beganAt)),
  ];
}

/** Looks as often as at a Prometheus whether something was attempted. */
function presenceOf({ labels, period }: Reading, sums: Sums, now: number): SampledSeries {
  const step = Math.max(60, Math.floor((now - periodNow(period, now).beganAt) / looks));
  const instants = Array.from({ length: looks }, (_, back) => now - back * step);
  const points = instants.flatMap((at): SampledSeries["points"] => {
    const { total } = sums.between(at - rateWindow, at);
    return total > 0 ? [[at, total]] : [];
  });
  return { labels, points };
}

/** Sums of samples that would have been taken of rates, span by span. */
function historyOf(
  { labels, period }: Reading,
  sums: Sums,
  now: number,
): Readonly<Record<"bad" | "total", SampledSeries>> {
  const { step } = divisionOf(period.length);
  const count = Math.ceil((3 * period.length) / step);
  const ends = Array.from({ length: count }, (_, at) => now - (count - 1 - at) * step);
  const known = ends
    .map((end) => ({ end, ...sums.between(end - step, end) }))
    .filter(({ total }) => total > 0);
  const points = (what: "bad" | "total"): SampledSeries["points"] =>
    known.map((each) => [each.end, each[what] / sampledEvery]);
  return { bad: { labels, points: points("bad") }, total: { labels, points: points("total") } };
}

/** Counts that are summed up to each instant, so that any span is a difference of two. */
class Sums {
  readonly #at: readonly number[];
  readonly #sums: readonly { readonly bad: number; readonly total: number }[];

  /** @param counts oldest first */
  constructor(counts: readonly AttemptCount[]) {
    this.#at = counts.map(({ at }) => at);
    let [bad, total] = [0, 0];
    this.#sums = counts.map((each) => {
      bad += each.bad;
      total += each.total;
      return { bad, total };
    });
  }

  /** Of attempts that began from `from` on and before `to`. */
  between(from: number, to: number): { readonly bad: number; readonly total: number } {
    const [before, until] = [this.#before(from), this.#before(to)];
    return { bad: until.bad - before.bad, total: until.total - before.total };
  }

  #before(instant: number): { readonly bad: number; readonly total: number } {
    let [low, high] = [0, this.#at.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#at[middle] ?? 0) < instant) low = middle + 1;
      else high = middle;
    }
    return this.#sums[low - 1] ?? { bad: 0, total: 0 };
  }
}
