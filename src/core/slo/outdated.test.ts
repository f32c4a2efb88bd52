import { describe, expect, it } from "vitest";
import { readOpenSlo } from "../openslo/openslo.ts";
import { instantMs } from "../units/units.ts";
import { endingCalendars } from "./outdated.ts";
import { readSlos } from "./read-slos.ts";

const asks = (text: string): unknown => ({ metricSource: { spec: { query: text } } });
const made = instantMs(Date.parse("2026-03-10T00:00:00Z"));

function told(window: object, now = made): readonly string[] {
  const spec = {
    service: "chat",
    indicator: {
      metadata: { name: "s" },
      spec: { ratioMetric: { counter: true, bad: asks("errors"), total: asks("requests") } },
    },
    timeWindow: [window],
    budgetingMethod: "Occurrences",
    objectives: [{ target: 0.99 }],
  };
  const text = JSON.stringify({ apiVersion: "openslo/v1", kind: "SLO", metadata: { name: "chat" }, spec });
  const { slos } = readSlos(readOpenSlo({ path: "s.json", text }, "strict"), made);
  return endingCalendars(slos, now).map(({ code, what }) => `${code} ${what}`);
}

const calendar = { startTime: "2026-01-01 00:00:00", timeZone: "UTC" };

describe("calendars that end", () => {
  it("are those of which the rules know less than 90 days", () => {
    expect(told({ duration: "1d", calendar })).toEqual([
      'slo/calendar-ends SLO "chat": its rules know the periods of its calendar up to the one that begins at 2026-05-08 00:00 UTC',
    ]);
    expect(told({ duration: "1w", calendar })).toEqual([]);
    expect(told({ duration: "30d", isRolling: true })).toEqual([]);
  });

  it("are told of from 90 days before the last beginning on, and no sooner", () => {
    // 60 weeks begin on Thursdays: the last on 22 April 2027.
    const last = Date.parse("2027-04-22T00:00:00Z");
    const at = (daysBefore: number): readonly string[] =>
      told({ duration: "1w", calendar }, instantMs(last - daysBefore * 86_400_000));
    expect(at(90)).toEqual([]);
    expect(at(89.99)).toHaveLength(1);
  });
});
