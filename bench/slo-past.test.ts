import { describe, expect, it } from "vitest";
import { syntheticError, syntheticPast } from "./slo-past.ts";

const now = Date.UTC(2026, 10, 27, 12, 34, 56) / 1000;
const day = 86_400;

/** Instants and values by series. */
function seriesOf(
  objectives: number,
  everyMinutes: number,
): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const text = [...syntheticPast({ objectives, everyMinutes, now })].join("");
  const lines = text.trimEnd().split("\n");
  expect(lines.pop()).toBe("# EOF");
  const all = new Map<string, Map<number, number>>();
  for (const line of lines) {
    const [series = "", value, at] = line.split(" ");
    const samples = all.get(series) ?? new Map<number, number>();
    all.set(series, samples.set(Number(at), Number(value)));
  }
  return all;
}

describe("the past that the status of objectives is measured on", () => {
  const all = seriesOf(5, 5);
  const of = (name: string, number: number): ReadonlyMap<number, number> =>
    [...all].find(([series]) => series.startsWith(`${name}{slo="objective-${number}",`))?.[1] ?? new Map();

  it("has all that the rules record of each SLO, as of now and for the hours to come", () => {
    const windows = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"].map((each) => `slo:error:ratio_rate${each}`);
    const others = ["period_error:ratio", "objective:ratio", "error_budget_remaining:ratio"];
    const names = [...windows, ...others.map((each) => `slo:${each}`), "slo:bad:rate5m", "slo:total:rate5m"];
    expect(all.size).toBe(5 * names.length);
    for (const name of names) {
      const instants = [...of(name, 4).keys()];
      expect(instants.filter((at) => at > now - 300 && at <= now).length).toBeGreaterThanOrEqual(1);
      expect(Math.max(...instants)).toBeGreaterThan(now + 3600);
    }
  });

  it("has events wherever somebody looks, within five minutes, for 30 days", () => {
    const instants = of("slo:total:rate5m", 4);
    for (let look = now - 30 * day + 300; look <= now; look += 1800)
      expect([...instants.keys()].some((at) => at > look - 300 && at <= look)).toBe(true);
  });

  it("has the events of the worst at each minute of 90 days, of which so many are bad as is recorded", () => {
    const [bad, total] = [of("slo:bad:rate5m", 0), of("slo:total:rate5m", 0)];
    expect(bad.size).toBeGreaterThanOrEqual(90 * 1440);
    expect([...bad.keys()]).toEqual([...total.keys()]);
    const sum = (of: ReadonlyMap<number, number>): number => [...of.values()].reduce((a, b) => a + b, 0);
    expect(sum(bad) / sum(total) / syntheticError(0)).toBeCloseTo(1, 12);
    expect([...of("slo:period_error:ratio", 0).values()].at(-1)).toBe(syntheticError(0));
  });

  it("is missed by three of them, and met by all others", () => {
    const left = [0, 1, 2, 3, 4].map(
      (number) => [...of("slo:error_budget_remaining:ratio", number).values()].at(-1) ?? 0,
    );
    expect(left.map((each) => each <= 0)).toEqual([true, true, true, false, false]);
  });
});
