import { describe, expect, it } from "vitest";
import { readOpenSlo } from "../openslo/openslo.ts";
import { instantMs } from "../units/units.ts";
import { endingRules } from "./outdated.ts";
import { readSlos } from "./read-slos.ts";

const asks = (text: string): unknown => ({ metricSource: { spec: { query: text } } });
const made = instantMs(Date.parse("2026-03-10T00:00:00Z"));

function told(window: object, now = made, maintenance: string | null = null): readonly string[] {
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
  const annotations = maintenance === null ? {} : { "holdfast.dev/maintenance": maintenance };
  const metadata = { name: "chat", annotations };
  const text = JSON.stringify({ apiVersion: "openslo/v1", kind: "SLO", metadata, spec });
  const { slos } = readSlos(readOpenSlo({ path: "s.json", text }, "strict"), made);
  return endingRules(slos, now).map(({ code, what }) => `${code} ${what}`);
}

const calendar = { startTime: "2026-01-01 00:00:00", timeZone: "UTC" };

describe("maintenance windows that are known for a while only", () => {
  const rolling = { duration: "30d", isRolling: true };

  it("are those that come again for longer than the rules know", () => {
    expect(told(rolling, made, "R/2026-03-14T02:00Z/PT2H/P1D")).toEqual([
      'slo/maintenance-ends SLO "chat": its rules know its maintenance windows up to the one that begins at 2026-05-12 02:00 UTC',
    ]);
    expect(told(rolling, made, "R60/2026-03-14T02:00Z/PT2H/P1D")).toEqual([]);
    expect(told(rolling, made, "R/2026-03-14T02:00Z/PT2H/P7D")).toEqual([]);
  });

  it("are told of beside a calendar that ends", () => {
    const both = told({ duration: "1d", calendar }, made, "R/2026-03-14T02:00Z/PT2H/P1D");
    expect(both.map((each) => each.split(" ")[0])).toEqual(["slo/calendar-ends", "slo/maintenance-ends"]);
  });
});

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
