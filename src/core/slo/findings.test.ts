import { describe, expect, it } from "vitest";
import { readOpenSlo } from "../openslo/openslo.ts";
import { instantMs } from "../units/units.ts";
import { sloFindings } from "./findings.ts";
import { readSlos } from "./read-slos.ts";

type Fields = Readonly<Record<string, unknown>>;

const asks = (text: string): Fields => ({ metricSource: { spec: { query: text } } });
const value = (text: string): Fields => ({
  indicator: { metadata: { name: "s" }, spec: { thresholdMetric: asks(text) } },
});
const counted = {
  indicator: {
    metadata: { name: "s" },
    spec: { ratioMetric: { counter: true, bad: asks("errors"), total: asks("requests") } },
  },
};
const above = (op: string): Fields => ({ objectives: [{ target: 0.99, op, value: 1 }] });
const calendar = (duration: string): Fields => ({
  timeWindow: [{ duration, calendar: { startTime: "2026-01-01 00:00:00", timeZone: "UTC" } }],
});

function codesOf(change: Fields, annotations: Fields = {}): readonly string[] {
  const spec = {
    service: "chat",
    ...counted,
    timeWindow: [{ duration: "30d", isRolling: true }],
    budgetingMethod: "Occurrences",
    objectives: [{ target: 0.99 }],
    ...change,
  };
  const text = JSON.stringify({
    apiVersion: "openslo/v1",
    kind: "SLO",
    metadata: { name: "chat", annotations },
    spec,
  });
  const { slos, problems } = readSlos(
    readOpenSlo({ path: "s.json", text }, "strict"),
    instantMs(Date.parse("2026-03-01")),
  );
  expect(problems).toEqual([]);
  return slos.flatMap((slo) => sloFindings(slo, null)).map(({ code }) => code);
}

describe("what is odd about a promise", () => {
  it.each<[string, Fields, readonly string[]]>([
    ["nothing, as a rule", {}, []],
    [
      "alerts that even an outage would not raise",
      { objectives: [{ target: 0.9 }] },
      ["slo/alert-cannot-fire"],
    ],
    ["none of them at a target that all can reach", { objectives: [{ target: 0.931 }] }, []],
    ["a calendar of minutes", calendar("1m"), ["slo/short-calendar"]],
    ["no calendar of months", calendar("1M"), []],
    [
      "a share where percents are meant",
      { objectives: [{ targetPercent: 0.999 }] },
      ["slo/small-target", "slo/alert-cannot-fire"],
    ],
    ["slow that is called good", { ...value("max(latency_seconds)"), ...above("gte") }, ["slo/wrong-way"]],
    ["quick that is called good is not", { ...value("max(latency_seconds)"), ...above("lte") }, []],
    ["little that is called good", { ...value("throughput"), ...above("lt") }, ["slo/wrong-way"]],
    ["a name that says both says nothing", { ...value("success_seconds"), ...above("gt") }, []],
    [
      "slices longer than what alerts look at",
      { budgetingMethod: "RatioTimeslices", objectives: [{ target: 0.99, timeSliceWindow: "1h" }] },
      ["slo/long-slices"],
    ],
    [
      "no slices of a minute",
      { budgetingMethod: "RatioTimeslices", objectives: [{ target: 0.99, timeSliceWindow: "1m" }] },
      [],
    ],
  ])("is %s", (_, change, codes) => {
    expect(codesOf(change)).toEqual(codes);
  });

  it("is no alert that is not wanted", () => {
    expect(codesOf({ objectives: [{ target: 0.9 }] }, { "holdfast.dev/alerting": "none" })).toEqual([]);
  });
});
