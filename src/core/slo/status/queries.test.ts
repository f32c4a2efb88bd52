import { describe, expect, it } from "vitest";
import { seconds } from "../../units/units.ts";
import { presenceQueries } from "./queries.ts";
import type { Reading } from "./readings.ts";

const now = 1_800_000_000;

function reading(slo: string, more: Partial<Reading> = {}): Reading {
  const series = { every: seconds(60), isCounted: true, bad: "slo:bad:rate5m", total: "slo:total:rate5m" };
  return {
    labels: { slo },
    period: { kind: "rolling", length: seconds(30 * 86_400) },
    of: { kind: "objective", target: 0.999, budget: 0.001, series },
    ...more,
  } as Reading;
}

describe("queries for whether series were there", () => {
  it("ask for each reading once, and for no more than a store reads well in one query", () => {
    const readings = Array.from({ length: 1_001 }, (_, number) => reading(`slo-${number}`));
    const queries = presenceQueries(readings, now);
    expect(queries.map((query) => query.readings.length)).toEqual([500, 500, 1]);
    expect(queries.flatMap((query) => query.readings)).toEqual(readings);
    expect(queries[0]?.query).toMatch(/slo=~"slo-0\|slo-1\|.*\|slo-499"/);
    expect(queries[2]?.query).toContain('slo=~"slo-1000"');
  });

  it("are told apart by the length of the period", () => {
    const week = reading("week", { period: { kind: "rolling", length: seconds(7 * 86_400) } });
    const queries = presenceQueries([reading("month"), week, reading("another")], now);
    expect(queries.map((query) => query.readings.map(({ labels }) => labels["slo"]))).toEqual([
      ["month", "another"],
      ["week"],
    ]);
  });
});
