import { describe, expect, it } from "vitest";
import { instantMs } from "../units/units.ts";
import { periodStarts } from "./calendar.ts";
import { calendarSum } from "./calendar-sum.ts";
import type { ShortDuration } from "../openslo/duration.ts";

const labels = { slo: "chat", service: "assistant" };
const bad = 'slo:bad:rate5m{slo="chat",service="assistant"}';

/** In what steps a period is summed, and how far before the steps of the clock they end. */
function stepsOf(duration: ShortDuration, timeZone: string): string {
  const calendar = { startTime: "2026-01-01 00:00:00", timeZone, duration };
  const starts = periodStarts(calendar, instantMs(Date.parse("2026-03-20T00:00:00Z")), 60);
  const { rules } = calendarSum({ starts, labels, summands: [bad] });
  const { expr } = rules.find(({ record }) => record === "slo:period_bad:steps") ?? { expr: "" };
  const [, shift = "none"] = / offset (\w+)/.exec(expr) ?? [];
  return `${/\[\w+:\w+\]/.exec(expr)?.[0] ?? ""} ${shift}`;
}

describe("the steps in which a period is summed", () => {
  it.each<[string, ShortDuration, string, string]>([
    ["a day", { count: 1, unit: "d" }, "Europe/Berlin", "[1d:5m] none"],
    ["a month", { count: 1, unit: "M" }, "Europe/Berlin", "[745h:15m] none"],
    [
      "a month of a place half an hour beside others",
      { count: 1, unit: "M" },
      "Asia/Kolkata",
      "[31d:15m] none",
    ],
    ["a quarter", { count: 1, unit: "Q" }, "UTC", "[92d:1h] none"],
    [
      "a quarter of a place half an hour beside others",
      { count: 1, unit: "Q" },
      "Asia/Kolkata",
      "[92d:1h] 30m",
    ],
    ["a year that begins within a step", { count: 1, unit: "Y" }, "Asia/Tokyo", "[366d:4h] 1h"],
    [
      "a quarter of a place whose summer is half an hour",
      { count: 1, unit: "Q" },
      "Australia/Lord_Howe",
      "[92d:30m] none",
    ],
    ["periods that no step divides", { count: 7, unit: "m" }, "UTC", "[7m:1m] none"],
  ])("are of %s", (...[, duration, timeZone, steps]) => {
    expect(stepsOf(duration, timeZone)).toBe(steps);
  });
});
