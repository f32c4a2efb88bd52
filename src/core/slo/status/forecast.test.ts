import { describe, expect, it } from "vitest";
import { seconds } from "../../units/units.ts";
import { forecastOf } from "./forecast.ts";
import { bandOf, type Bin, futuresOf, type Terms } from "./futures.ts";

const step = seconds(3600);
const terms: Terms = { budget: 0.01, rolls: true, horizon: 2, stride: 1 };

function binsOf(bad: readonly number[], total = 100): readonly Bin[] {
  return bad.map((each) => ({ bad: each, total }));
}

describe("futures", () => {
  it("are the stretches of the past once more, while what is older than the period goes out", () => {
    // Of four bins three are the period: 0 + 1 + 0 bad.
    const futures = futuresOf({ bins: binsOf([3, 0, 1, 0]), inPeriod: 3 }, terms);
    const left = (bad: number): number => 1 - bad / 300 / 0.01;
    expect(futures).toEqual([
      // 1, 0 comes again: first 0 goes out, then 1.
      [left(1 + 1), left(1 + 1 + 0 - 1)],
      [left(1 + 0), left(1 + 0 + 1 - 1)],
      [left(1 + 3), left(1 + 3 + 0 - 1)],
    ]);
  });

  it("keep all of a period that a calendar ends", () => {
    const [last] = futuresOf({ bins: binsOf([5, 1, 1]), inPeriod: 1 }, { ...terms, rolls: false });
    expect(last).toEqual([1 - 2 / 200 / 0.01, 1 - 3 / 300 / 0.01]);
  });

  it("lose nothing that was never measured", () => {
    // Two bins are known of a period of ten.
    const [last] = futuresOf({ bins: binsOf([2, 2]), inPeriod: 10 }, terms);
    expect(last?.[1]).toBe(1 - 8 / 400 / 0.01);
  });

  it("of no events leave all of the budget", () => {
    expect(futuresOf({ bins: binsOf([0, 0], 0), inPeriod: 2 }, terms)).toEqual([[1, 1]]);
  });
});

describe("a band", () => {
  it("lies between values in proportion", () => {
    expect(bandOf([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100])).toEqual({ p10: 10, p50: 50, p90: 90 });
    expect(bandOf([0, 1])).toEqual({ p10: 0.1, p50: 0.5, p90: 0.9 });
  });
});

describe("a forecast", () => {
  const weeks = (bad: (day: number) => number): readonly Bin[] =>
    binsOf(Array.from({ length: 90 }, (_, day) => bad(day)));
  const asked: Terms = { budget: 0.01, rolls: true, horizon: 7, stride: 1 };

  it("is right where every day is like the other, and its trial says so", () => {
    const forecast = forecastOf({ step, bins: weeks(() => 0.5), inPeriod: 30 }, asked);
    expect(forecast).toMatchObject({ kind: "forecast", futures: 84, runsOut: 0, someLeft: 1 });
    if (forecast.kind !== "forecast") return;
    expect(forecast.budgetLeft.p10).toBeCloseTo(0.5, 12);
    expect(forecast.budgetLeft.p90).toBeCloseTo(0.5, 12);
    expect(forecast.backtest?.origins).toBe(54);
    expect(forecast.backtest?.meanError).toBeCloseTo(0, 12);
    // It takes the burn of the last day off, and forgets that as much goes out of the period.
    expect(forecast.backtest?.naiveError).toBeCloseTo((0.5 * 7) / 30, 12);
  });

  it("tells in how many futures the budget runs out", () => {
    // Every third day is bad: of the 24 stretches of seven days each has two or three such days.
    const forecast = forecastOf({ step, bins: weeks((day) => (day % 3 === 0 ? 3 : 0)), inPeriod: 30 }, asked);
    if (forecast.kind !== "forecast") throw new Error(forecast.kind);
    expect(forecast.runsOut).toBeGreaterThan(0);
    expect(forecast.budgetLeft.p10).toBeLessThan(forecast.budgetLeft.p90);
    expect(forecast.backtest?.insideBand).toBeGreaterThan(0.7);
  });

  it("does not look into what it is tried on", () => {
    // Nothing was bad before the last week: from none of the seven days whose next week touches it can it have been foretold.
    const forecast = forecastOf({ step, bins: weeks((day) => (day >= 83 ? 5 : 0)), inPeriod: 30 }, asked);
    if (forecast.kind !== "forecast") throw new Error(forecast.kind);
    expect(forecast.backtest?.insideBand).toBeCloseTo(1 - 7 / 54, 12);
  });

  it("is none of too little", () => {
    expect(forecastOf({ step, bins: binsOf([1, 1, 1]), inPeriod: 30 }, asked)).toEqual({
      kind: "too-little-history",
      has: 3 * step,
      needs: 16 * step,
    });
  });
});
