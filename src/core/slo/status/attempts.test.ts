import { describe, expect, it } from "vitest";
import { readOpenSlo } from "../../openslo/openslo.ts";
import { instantMs } from "../../units/units.ts";
import { attemptedJourney } from "../attempted-journey.ts";
import type { AttemptCount, AttemptStore } from "../ports.ts";
import { readSlos } from "../read-slos.ts";
import type { Slo } from "../slo.ts";
import { attemptsOf, seenInAttempts } from "./attempts.ts";
import { statusesOf } from "./read-status.ts";
import type { ObjectiveStatus } from "./status.ts";

const now = Date.parse("2026-12-05T12:00:00Z") / 1000;
const day = 86_400;

type Fields = Readonly<Record<string, unknown>>;
const asks = (query: string): Fields => ({ metricSource: { type: "Prometheus", spec: { query } } });

function sloOf(ratio: Fields, more: Fields = {}, annotations: Fields = {}): Slo {
  const document = {
    apiVersion: "openslo/v1",
    kind: "SLO",
    metadata: { name: "chat", annotations },
    spec: {
      service: "assistant",
      indicator: { metadata: { name: "chat" }, spec: { ratioMetric: { counter: true, ...ratio } } },
      timeWindow: [{ duration: "28d", isRolling: true }],
      budgetingMethod: "Occurrences",
      objectives: [{ target: 0.99 }],
      ...more,
    },
  };
  const [slo] = readSlos(
    readOpenSlo({ path: "slo.json", text: JSON.stringify(document) }, "strict"),
    instantMs(now * 1000),
  ).slos;
  if (slo === undefined) throw new Error("no SLO");
  return slo;
}

const probed = {
  bad: asks('holdfast_journey_failures_total{journey="chat"}'),
  total: asks('holdfast_journey_attempts_total{journey="chat"}'),
};

/** One attempt in each minute of so many days, of which those are bad that `isBad` says. */
function minutes(days: number, isBad: (minutesAgo: number) => boolean): readonly AttemptCount[] {
  const count = days * 1440;
  return Array.from({ length: count }, (_, at) => {
    const ago = count - at;
    return { at: now - ago * 60, bad: isBad(ago) ? 1 : 0, total: 1 };
  });
}

function statusOf(slo: Slo, counts: readonly AttemptCount[]): ObjectiveStatus {
  const since: AttemptStore["since"] = (_, from) => counts.filter(({ at }) => at >= from);
  const attempted = attemptsOf(slo, { now, hasPast: true, since });
  const seen = seenInAttempts([attempted], now);
  const [status, ...others] = attempted.readings.flatMap((reading) => statusesOf(reading, seen));
  if (status === undefined || others.length > 0) throw new Error("no single status");
  return status;
}

describe("the status of an objective by attempts", () => {
  it("has each window and the period from what was attempted in it", () => {
    // The last 30 minutes were bad: of 28 days of 40,320 minutes.
    const { known } = statusOf(
      sloOf(probed),
      minutes(28, (ago) => ago <= 30),
    );
    expect(known).toMatchObject({ kind: "known", coverage: 1, events: { bad: 30, total: 40_320 } });
    if (known.kind !== "known") return;
    expect(known.attained).toBeCloseTo(1 - 30 / 40_320, 12);
    expect(known.budgetLeft).toBeCloseTo(1 - 30 / 40_320 / 0.01, 12);
    const rates = known.burns.map(({ window, rate }) => [window, Number(rate?.toFixed(9))]);
    expect(rates).toEqual([
      [300, 100],
      [1800, 100],
      [3600, 50],
      [7200, 25],
      [21_600, 30 / 360 / 0.01].map((each) => Number(each.toFixed(9))),
      [day, Number((30 / 1440 / 0.01).toFixed(9))],
      [3 * day, Number((30 / 4320 / 0.01).toFixed(9))],
    ]);
  });

  it("counts by seconds where they are kept, and by minutes before", () => {
    const counts = [
      { at: now - 600, bad: 3, total: 60 },
      { at: now - 20, bad: 1, total: 2 },
      { at: now - 10, bad: 0, total: 2 },
    ];
    const { known } = statusOf(sloOf(probed), counts);
    expect(known).toMatchObject({ kind: "known", attained: 1 - 4 / 64, coverage: 1 / 60 });
    if (known.kind === "known") expect(known.burns[0]).toEqual({ window: 300, rate: 25 });
  });

  it("says for how much of its period anything was attempted", () => {
    const all = minutes(28, () => false);
    const withGap = all.filter(({ at }) => at < now - 21 * day || at >= now - 7 * day);
    expect(statusOf(sloOf(probed), withGap).known).toMatchObject({ coverage: 0.5 });
  });

  it.each<[boolean, number]>([
    [true, 84],
    [false, 28],
  ])("looks back for three periods where the past is told (%s), and for one otherwise", (hasPast, days) => {
    const asked: unknown[] = [];
    const since: AttemptStore["since"] = (journey, from) => {
      asked.push([journey, from]);
      return minutes(28, () => false);
    };
    const attempted = attemptsOf(sloOf(probed), { now, hasPast, since });
    expect(asked).toEqual([["chat", now - days * day]]);
    const seen = seenInAttempts([attempted], now);
    expect(seen.history.size).toBe(hasPast ? 1 : 0);
  });

  it("forecasts where three periods are known", () => {
    const { known } = statusOf(
      sloOf(probed),
      minutes(84, (ago) => ago % 500 === 0),
    );
    expect(known).toMatchObject({ kind: "known", forecast: { kind: "forecast", someLeft: 1 } });
  });

  it("leaves out what happened in maintenance", () => {
    const window = { "holdfast.dev/maintenance": "2026-12-05T11:30Z/PT30M" };
    const counts = minutes(28, (ago) => ago <= 30);
    expect(statusOf(sloOf(probed, {}, window), counts).known).toMatchObject({ attained: 1 });
  });

  it("knows nothing where nothing was attempted in its period, or something else is measured", () => {
    const old = minutes(28, () => false).map((each) => ({ ...each, at: each.at - 28 * day }));
    expect(statusOf(sloOf(probed), old).known.kind).toBe("unknown");
    const other = { bad: asks("errors"), total: asks("requests") };
    expect(
      statusOf(
        sloOf(other),
        minutes(28, () => false),
      ).known.kind,
    ).toBe("unknown");
  });
});

describe("the journey whose attempts an SLO counts", () => {
  it("is that of its queries", () => {
    expect(attemptedJourney(sloOf(probed))).toBe("chat");
  });

  it.each<[string, Fields]>([
    ["of two journeys", { ...probed, bad: asks('holdfast_journey_failures_total{journey="search"}') }],
    [
      "of any journey",
      { bad: asks("holdfast_journey_failures_total"), total: asks("holdfast_journey_attempts_total") },
    ],
    [
      "of more labels",
      { ...probed, total: asks('holdfast_journey_attempts_total{journey="chat",region="east"}') },
    ],
    ["of a pattern", { ...probed, total: asks('holdfast_journey_attempts_total{journey=~"chat"}') }],
    ["that are computed", { ...probed, total: asks('holdfast_journey_attempts_total{journey="chat"} - 1') }],
    ["of something else", { ...probed, bad: asks('http_errors_total{journey="chat"}') }],
    ["of good ones", { good: asks('holdfast_journey_failures_total{journey="chat"}'), total: probed.total }],
  ])("is none by queries %s", (_, ratio) => {
    expect(attemptedJourney(sloOf(ratio))).toBeNull();
  });

  it("is none where slices are judged", () => {
    const sliced = {
      budgetingMethod: "Timeslices",
      objectives: [{ target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: "1m" }],
    };
    expect(attemptedJourney(sloOf(probed, sliced))).toBeNull();
  });
});
