import { describe, expect, it } from "vitest";
import type { Known, ObjectiveStatus } from "../src/core/slo/status/status.ts";
import { seconds } from "../src/core/units/units.ts";
import { faultIn } from "./slo-answers.ts";
import { syntheticError } from "./slo-past.ts";
import { syntheticTarget } from "./synthetic-slos.ts";

function known(number: number): Known {
  const error = syntheticError(number);
  const band = { p10: 0, p50: 0, p90: 0 };
  return {
    kind: "known",
    attained: 1 - error,
    budgetLeft: 1 - error / (1 - syntheticTarget),
    burns: [],
    coverage: 1,
    isMeasured: true,
    heldBack: [],
    events: { bad: error * 1e6, total: 1e6 },
    exhaustion: { kind: "gone" },
    forecast: {
      ...{ kind: "forecast", horizon: seconds(1), budgetLeft: band, runsOut: 0, someLeft: 1, futures: 10 },
      backtest: { origins: 5, meanError: 0, naiveError: 0, insideBand: 1 },
    },
  };
}

function status(number: number, more: Partial<Known> = {}): ObjectiveStatus {
  return {
    ...{ slo: `objective-${number}`, service: "service-0", displayName: null, component: null, group: {} },
    series: {},
    maintenance: null,
    target: syntheticTarget,
    period: { kind: "rolling", length: seconds(86_400), beganAt: 0, endsAt: null },
    known: { ...known(number), ...more },
  };
}

const four = [0, 1, 2].map((number) => status(number));

describe("the answer about synthetic SLOs", () => {
  it("is right where it has what their past has", () => {
    expect(faultIn([...four, status(3, { forecast: null, events: null })], 4)).toBe(null);
  });

  it.each<readonly [string, ObjectiveStatus]>([
    ["one is told twice", status(2)],
    ["one is unknown", { ...status(3), known: { kind: "unknown", because: "no-data" } }],
    ["one attained a little more", status(3, { attained: 1 - syntheticError(3) + 1e-12 })],
    ["one was not always measured", status(3, { coverage: 59 / 60 })],
  ])("is wrong where %s", (_, last) => {
    expect(faultIn([...four, last], 4)).toMatch(/^(objective-3: |4 statuses of 3 )/);
  });

  it.each<readonly [string, Partial<Known>]>([
    ["has no forecast", { forecast: null }],
    [
      "has one that needs more of the past",
      { forecast: { kind: "too-little-history", has: seconds(1), needs: seconds(2) } },
    ],
    ["has counted other events", { events: { bad: syntheticError(0) * 1e6 + 1, total: 1e6 } }],
    ["has counted none", { events: null }],
  ])("is wrong where one of the worst %s", (_, more) => {
    expect(faultIn([status(0, more), ...four.slice(1)], 3)).toMatch(/^objective-0: /);
  });

  it("is wrong where one is missing", () => {
    expect(faultIn(four, 4)).toBe("3 statuses of 3 objectives, where 4 were asked for");
  });
});
