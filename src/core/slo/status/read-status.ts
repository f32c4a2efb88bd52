import type { Seconds } from "../../units/units.ts";
import { burnName } from "../composite.ts";
import { maintenanceAt, notYetFor } from "../maintenance.ts";
import { sampledEvery } from "../measures.ts";
import type { Sample, SampledSeries } from "../ports.ts";
import type { Labels } from "../prometheus.ts";
import { errorName } from "../rules.ts";
import { type BurnRate, exhaustionOf } from "./exhaustion.ts";
import { type Forecast, forecastOf } from "./forecast.ts";
import { type Bin, type History, lastOf } from "./futures.ts";
import { heldBackAlerts } from "./low-traffic.ts";
import { type PeriodNow, periodNow } from "./period-now.ts";
import { divisionOf, looks } from "./queries.ts";
import type { Reading } from "./readings.ts";
import { groupKey, groupOf, seriesFor, type Snapshot } from "./snapshot.ts";
import type { Known, ObjectiveStatus, Unknown } from "./status.ts";

export type ByOwner = ReadonlyMap<string, readonly SampledSeries[]>;

/** Of the past of a reading, sums over its spans. */
export interface Past {
  readonly bad: ByOwner;
  readonly total: ByOwner;
}

/** What a store has answered. */
export interface Seen {
  /** Seconds since 1970, by the clock of the store. */
  readonly now: number;
  readonly snapshot: Snapshot;
  /** Of the series that count all there is, those of a reading's period. */
  readonly presence: ReadonlyMap<Reading, ByOwner>;
  /** Of the readings whose past was asked for. */
  readonly history: ReadonlyMap<Reading, Past>;
}

/** How each objective stands, one for each group that it is kept apart by, or that its queries keep apart by themselves. */
export function statusesOf(asked: Reading, given: Seen): readonly ObjectiveStatus[] {
  const own = given.snapshot.of(asked);
  const reading = { ...asked, groupBy: [...asked.groupBy, ...labelsLeft(asked, own)] };
  const presence = asked.of.kind === "composite" ? given.presence : of(given.presence);
  const seen = { ...given, presence, history: of(given.history) };
  const groups = new Map(
    own.map(({ labels }) => groupOf(labels, reading)).map((each) => [groupKey(each), each]),
  );
  // What is recorded of an SLO as a whole, its target, has no group.
  if (reading.groupBy.length > 0)
    for (const [key, each] of groups) if (Object.values(each).includes("")) groups.delete(key);
  const told = groups.size === 0 ? [{}] : [...groups.values()];
  return told.map((group) => statusOf(reading, { group, own }, seen));

  function of<Value>(all: ReadonlyMap<Reading, Value>): ReadonlyMap<Reading, Value> {
    const found = all.get(asked);
    return new Map(found === undefined ? [] : [[reading, found]]);
  }
}

/**
 * Labels that no rule took away, and by which there are several series: each has a budget of its own, and none of them stands for
 * the others.
 */
function labelsLeft({ labels: shared, groupBy, of }: Reading, own: readonly Sample[]): readonly string[] {
  const known = new Set(["__name__", "component", "objective", ...Object.keys(shared), ...groupBy]);
  const told = [
    ...["slo:period_error:ratio", "slo:error_budget_remaining:ratio"],
    ...(of.kind === "objective" ? [of.series.total] : []),
  ];
  const left = told.flatMap((name) => {
    const alike = own.filter(({ labels }) => labels["__name__"] === name);
    const keys = alike.flatMap(({ labels }) => Object.keys(labels)).filter((key) => !known.has(key));
    return keys.filter((key) => new Set(alike.map(({ labels }) => labels[key])).size > 1);
  });
  return [...new Set(left)];
}

interface Own {
  readonly group: Labels;
  readonly own: readonly Sample[];
}

function statusOf(reading: Reading, { group, own }: Own, seen: Seen): ObjectiveStatus {
  const { promised, component, of } = reading;
  const mine = own.filter(({ labels }) => groupKey(groupOf(labels, reading)) === groupKey(group));
  const period = periodNow(reading.period, seen.now);
  return {
    slo: promised.name,
    ...{ service: promised.service, displayName: promised.displayName, component, group, period },
    series: { ...reading.labels, ...group },
    target: of.kind === "objective" ? of.target : null,
    maintenance: maintenanceAt(promised.maintenance, seen.now),
    known: knownOf(reading, { group, mine, own, period }, seen),
  };
}

interface Asked {
  readonly group: Labels;
  /** Samples of the reading and of this group. */
  readonly mine: readonly Sample[];
  /** Samples of the reading. */
  readonly own: readonly Sample[];
  readonly period: PeriodNow;
}

function knownOf(reading: Reading, asked: Asked, seen: Seen): Known | Unknown {
  const left = budgetLeftOf(reading, asked.mine);
  if (left === null) return unknownOf(reading, asked, seen.now);
  const { group, mine, period } = asked;
  const burns = reading.windows.map(
    (window): BurnRate => ({ window, rate: burnOver(reading, mine, window) }),
  );
  const history = historyOf(reading, group, seen);
  const events = history === null ? null : eventsOf(reading, history);
  return {
    kind: "known",
    attained: reading.of.kind === "objective" ? 1 - left.error : null,
    budgetLeft: left.budget,
    burns,
    isMeasured: isMeasured(reading, mine, seen),
    coverage: coverageOf(reading, group, seen),
    events,
    heldBack: history === null || events === null ? null : heldBackOf(reading, events, history),
    exhaustion: exhaustionOf({ budgetLeft: left.budget, burns, period, now: seen.now }),
    forecast: history === null ? null : forecastFor(reading, { history, period, now: seen.now }),
  };
}

/** No number where nothing happened: neither 0 nor all. */
function valueOf(samples: readonly Sample[], name: string): number | null {
  const value = samples.find(({ labels }) => labels["__name__"] === name)?.value;
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function budgetLeftOf(
  { of }: Reading,
  mine: readonly Sample[],
): { readonly error: number; readonly budget: number } | null {
  if (of.kind === "composite") {
    const budget = valueOf(mine, "slo:error_budget_remaining:ratio");
    return budget === null ? null : { error: NaN, budget };
  }
  const error = valueOf(mine, "slo:period_error:ratio");
  return error === null ? null : { error, budget: 1 - error / of.budget };
}

function unknownOf({ of }: Reading, { mine, own, period }: Asked, now: number): Unknown {
  if (period.beganAt > now) return { kind: "unknown", because: "not-begun" };
  if (own.length === 0) return { kind: "unknown", because: "no-rules" };
  const total = of.kind === "objective" ? valueOf(mine, of.series.total) : null;
  if (total === null) return { kind: "unknown", because: "no-data" };
  return { kind: "unknown", because: total > 0 ? "not-yet" : "no-events" };
}

/** A composite is while any of its parts is. What is not to count, as maintenance is running, is measured all the same. */
function isMeasured(reading: Reading, mine: readonly Sample[], { snapshot, now }: Seen): boolean {
  const { of, promised } = reading;
  const every = of.kind === "objective" ? of.series.every : sampledEvery;
  const isMaintained = [now, now - notYetFor(every)].some(
    (at) => maintenanceAt(promised.maintenance, at) !== null,
  );
  if (isMaintained) return true;
  if (of.kind === "objective") return valueOf(mine, of.series.total) !== null;
  return snapshot
    .ofParts(reading)
    .some(({ labels }) => labels["__name__"]?.startsWith("slo:total:") === true);
}

function burnOver({ of }: Reading, mine: readonly Sample[], window: Seconds): number | null {
  if (of.kind === "composite") return valueOf(mine, burnName(window));
  const error = valueOf(mine, errorName(window));
  return error === null ? null : error / of.budget;
}

/** Of a composite, that of the part of which there is most. */
function coverageOf(reading: Reading, group: Labels, seen: Seen): number {
  const { presence } = seen;
  if (reading.of.kind === "composite") {
    const isPart = ({ promised, component }: Reading): boolean =>
      component !== null && promised.name === reading.promised.name;
    return Math.max(0, ...[...presence.keys()].filter(isPart).map((part) => coverageOf(part, {}, seen)));
  }
  const all = presence.get(reading);
  const points = all === undefined ? [] : (seriesFor(all, reading, group)?.points ?? []);
  return Math.min(1, points.length / looks);
}

/** What happened in each span of the past, from the first of which anything is known; nothing is known of a span: nothing happened in it. */
function historyOf(reading: Reading, group: Labels, { history, now }: Seen): History | null {
  const asked = history.get(reading);
  if (asked === undefined) return null;
  const { bad, total } = asked;
  const { step } = divisionOf(reading.period.length);
  const points = {
    bad: new Map(seriesFor(bad, reading, group)?.points ?? []),
    total: new Map(seriesFor(total, reading, group)?.points ?? []),
  };
  const begin = Math.min(...points.total.keys(), Infinity);
  const end = Math.max(...points.total.keys(), -Infinity);
  const count = begin <= end ? Math.round((end - begin) / step) + 1 : 0;
  const bins = Array.from({ length: count }, (_, at): Bin => {
    const ended = begin + at * step;
    return { bad: points.bad.get(ended) ?? 0, total: points.total.get(ended) ?? 0 };
  });
  const { beganAt } = periodNow(reading.period, now);
  return { step, bins, inPeriod: Math.round((now - beganAt) / step) };
}

function eventsOf({ of }: Reading, { bins, inPeriod }: History): Known["events"] {
  if (of.kind !== "objective" || !of.series.isCounted) return null;
  const period = lastOf(bins, inPeriod);
  const count = (what: keyof Bin): number =>
    period.reduce((sum, bin) => sum + bin[what], 0) * of.series.every;
  return { bad: count("bad"), total: count("total") };
}

function heldBackOf(
  { guards }: Reading,
  { total }: NonNullable<Known["events"]>,
  { bins, inPeriod, step }: History,
): Known["heldBack"] {
  const measured = { events: total, seconds: Math.min(bins.length, inPeriod) * step };
  return heldBackAlerts(guards, measured);
}

/** A quarter of a period ahead, and no further than a calendar's end. */
const horizonShare = 1 / 4;

function forecastFor(
  { of }: Reading,
  { history, period, now }: { readonly history: History; readonly period: PeriodNow; readonly now: number },
): Forecast | null {
  if (of.kind !== "objective") return null;
  const { step, perDay } = divisionOf(period.length);
  const ahead = period.endsAt === null ? period.length * horizonShare : period.endsAt - now;
  const horizon = Math.max(1, Math.round(ahead / step));
  return forecastOf(history, { budget: of.budget, rolls: period.endsAt === null, horizon, stride: perDay });
}
