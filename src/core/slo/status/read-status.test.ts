import { describe, expect, it } from "vitest";
import { readOpenSlo } from "../../openslo/openslo.ts";
import { instantMs } from "../../units/units.ts";
import { readSlos } from "../read-slos.ts";
import type { SampledSeries } from "../ports.ts";
import { statusesOf } from "./read-status.ts";
import { type Reading, readingsOf } from "./readings.ts";
import { grouped, Snapshot } from "./snapshot.ts";
import type { Known } from "./status.ts";

const asks = (text: string): unknown => ({ metricSource: { spec: { query: text } } });
const indicator = {
  metadata: { name: "chat" },
  spec: { ratioMetric: { counter: true, bad: asks("errors"), total: asks("requests") } },
};
const window = "2026-12-05T02:00Z/PT2H";
const document = {
  apiVersion: "openslo/v1",
  kind: "SLO",
  metadata: { name: "chat", annotations: { "holdfast.dev/maintenance": window } },
  spec: {
    service: "chat",
    timeWindow: [{ duration: "30d", isRolling: true }],
    budgetingMethod: "Occurrences",
  },
};

function readingsWith(fields: object): readonly Reading[] {
  const spec = { ...document.spec, ...fields };
  const text = JSON.stringify({ ...document, spec });
  const { slos, composites } = readSlos(
    readOpenSlo({ path: "slo.json", text }, "strict"),
    instantMs(Date.parse("2026-12-01T00:00:00Z")),
  );
  return readingsOf(slos, composites);
}

function maintenances(fields: object, now: string): readonly unknown[] {
  const seen = {
    now: Date.parse(now) / 1000,
    snapshot: new Snapshot([]),
    presence: new Map(),
    history: new Map(),
  };
  return readingsWith(fields)
    .flatMap((reading) => statusesOf(reading, seen))
    .map(({ maintenance }) => maintenance);
}

/** What is known of an objective of 99.9 % by four days of so many events an hour, in spans of six hours. */
function knownBy(eventsPerHour: number): Known {
  const [reading] = readingsWith({ indicator, objectives: [{ target: 0.999 }] });
  if (reading === undefined) throw new Error("no reading");
  const labels = { slo: "chat", service: "chat" };
  const now = 1_800_000_000;
  const perSpan = (eventsPerHour * 6) / 60;
  const spans = (value: number): ReturnType<typeof grouped<SampledSeries>> => {
    const points = Array.from({ length: 16 }, (_, back) => [now - (15 - back) * 21_600, value] as const);
    return grouped([{ labels, points }]);
  };
  const sample = { labels: { ...labels, __name__: "slo:period_error:ratio" }, value: 0, at: now };
  const [status] = statusesOf(reading, {
    ...{ now, snapshot: new Snapshot([sample]), presence: new Map() },
    history: new Map([[reading, { bad: spans(0), total: spans(perSpan) }]]),
  });
  if (status?.known.kind !== "known") throw new Error("nothing is known");
  return status.known;
}

describe("the state of an objective", () => {
  const until = Date.parse("2026-12-05T04:00:00Z") / 1000;

  it("says until when it is in maintenance, and nothing of it before and after", () => {
    const one = { indicator, objectives: [{ target: 0.99 }] };
    expect(maintenances(one, "2026-12-05T03:00:00Z")).toEqual([{ until }]);
    expect(maintenances(one, "2026-12-05T01:59:59Z")).toEqual([null]);
    expect(maintenances(one, "2026-12-05T04:00:00Z")).toEqual([null]);
  });

  it("says so of a composite and of its parts", () => {
    const composite = { objectives: [{ target: 0.99, indicator }] };
    expect(maintenances(composite, "2026-12-05T03:00:00Z")).toEqual([{ until }, { until }]);
  });
  it.each<[string, object, number, string]>([
    ["nothing happens", {}, 0, "no-events"],
    ["the rules are new", {}, 2, "not-yet"],
    [
      "its first period is to begin",
      { timeWindow: [{ duration: "1M", calendar: { startTime: "2027-06-01 00:00:00", timeZone: "UTC" } }] },
      2,
      "not-begun",
    ],
  ])("says why nothing is known of its budget while %s", (...[, fields, total, because]) => {
    const [reading] = readingsWith({ indicator, objectives: [{ target: 0.999 }], ...fields });
    if (reading === undefined) throw new Error("no reading");
    const now = Date.parse("2026-12-01T00:00:00Z") / 1000;
    const labels = { slo: "chat", service: "chat", __name__: "slo:total:rate5m" };
    const snapshot = new Snapshot([{ labels, value: total, at: now }]);
    const [status] = statusesOf(reading, { now, snapshot, presence: new Map(), history: new Map() });
    expect(status?.known).toEqual({ kind: "unknown", because });
  });

  it("says which alerts so few events hold back, by the time that was measured", () => {
    expect(knownBy(20).heldBack?.map(({ window, events, eventsMin }) => [window, events, eventsMin])).toEqual(
      [
        [3600, 20, 70],
        [21_600, 120, 167],
      ],
    );
    expect(knownBy(70).heldBack).toEqual([]);
  });
});
