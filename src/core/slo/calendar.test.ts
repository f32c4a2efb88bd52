import { describe, expect, it } from "vitest";
import { instantMs } from "../units/units.ts";
import { type Calendar, periodStarts } from "./calendar.ts";

function starts(calendar: Calendar, now: string, count = 3): readonly string[] {
  return periodStarts(calendar, instantMs(Date.parse(now)), count).map((each) =>
    new Date(each * 1000).toISOString(),
  );
}

const berlin = { startTime: "2026-01-01 00:00:00", timeZone: "Europe/Berlin" };

describe("the periods of a calendar", () => {
  it("are months of the place, which begin earlier by UTC in summer", () => {
    expect(starts({ ...berlin, duration: { count: 1, unit: "M" } }, "2026-03-15T00:00:00Z")).toEqual([
      "2026-02-28T23:00:00.000Z",
      "2026-03-31T22:00:00.000Z",
      "2026-04-30T22:00:00.000Z",
    ]);
  });

  it("have days of 23 and 25 hours where clocks change", () => {
    const daily: Calendar = { ...berlin, duration: { count: 1, unit: "d" } };
    const hours = (now: string): number => {
      const [begin = "", end = ""] = starts(daily, now, 2);
      return (Date.parse(end) - Date.parse(begin)) / 3_600_000;
    };
    expect(hours("2026-03-29T12:00:00Z")).toBe(23);
    expect(hours("2026-10-25T12:00:00Z")).toBe(25);
    expect(hours("2026-06-01T12:00:00Z")).toBe(24);
  });

  it("begin on the last day of a month that is shorter", () => {
    const calendar: Calendar = {
      startTime: "2024-01-31 06:00:00",
      timeZone: "UTC",
      duration: { count: 1, unit: "M" },
    };
    expect(starts(calendar, "2024-02-29T06:00:00Z", 2)).toEqual([
      "2024-02-29T06:00:00.000Z",
      "2024-03-31T06:00:00.000Z",
    ]);
  });

  it.each([
    ["Q", "2026-08-01T00:00:00Z", "2026-06-30T22:00:00.000Z"],
    ["Y", "2027-12-31T00:00:00Z", "2026-12-31T23:00:00.000Z"],
    ["w", "2026-01-08T12:00:00Z", "2026-01-07T23:00:00.000Z"],
    ["h", "2026-01-01T12:30:00Z", "2026-01-01T12:00:00.000Z"],
  ] as const)("of unit %s: at %s the one that began at %s runs", (unit, now, began) => {
    expect(starts({ ...berlin, duration: { count: 1, unit } }, now, 1)).toEqual([began]);
  });

  it.each([
    ["America/Santiago", "2026-01-04 00:00:00", "2027-09-06T00:00:00Z", "2027-09-05T04:00:00.000Z"],
    ["America/Havana", "2026-01-04 00:00:00", "2027-03-15T00:00:00Z", "2027-03-14T05:00:00.000Z"],
    ["America/New_York", "2026-01-04 02:30:00", "2027-03-15T00:00:00Z", "2027-03-14T07:30:00.000Z"],
    ["Europe/Berlin", "2026-01-04 02:30:00", "2027-03-29T00:00:00Z", "2027-03-28T01:30:00.000Z"],
  ])("in %s begin at a time that clocks skip as if they did not", (timeZone, ...[startTime, now, began]) => {
    const weekly: Calendar = { startTime, timeZone, duration: { count: 1, unit: "w" } };
    expect(starts(weekly, now, 1)).toEqual([began]);
  });

  it("begin at a time that clocks show twice when they show it first", () => {
    const weekly: Calendar = {
      ...{ startTime: "2026-01-04 00:00:00", timeZone: "America/Havana" },
      duration: { count: 1, unit: "w" },
    };
    expect(starts(weekly, "2026-11-01T12:00:00Z", 1)).toEqual(["2026-11-01T04:00:00.000Z"]);
  });

  it.each([
    ["h", "2010-01-01 00:00:00", "2026-11-27T21:00:00.000Z"],
    ["m", "1990-01-01 00:00:30", "2026-11-27T21:29:30.000Z"],
  ] as const)("of unit %s run on however long ago the first began", (unit, startTime, began) => {
    const calendar: Calendar = { startTime, timeZone: "UTC", duration: { count: 1, unit } };
    expect(starts(calendar, "2026-11-27T21:30:00Z", 1)).toEqual([began]);
  });

  it("are counted on the very instant of their beginning, and begin with the first where none has begun", () => {
    const monthly: Calendar = { ...berlin, duration: { count: 1, unit: "M" } };
    expect(starts(monthly, "2026-01-31T23:00:00Z", 1)).toEqual(["2026-01-31T23:00:00.000Z"]);
    expect(starts(monthly, "2026-01-31T22:59:59Z", 1)).toEqual(["2025-12-31T23:00:00.000Z"]);
    expect(starts(monthly, "2020-01-01T00:00:00Z", 1)).toEqual(["2025-12-31T23:00:00.000Z"]);
  });

  it("begin an hour later where a clock skips that time", () => {
    const calendar: Calendar = {
      startTime: "2026-03-29 02:30:00",
      timeZone: "Europe/Berlin",
      duration: { count: 1, unit: "d" },
    };
    expect(starts(calendar, "2026-03-29T12:00:00Z", 2)).toEqual([
      "2026-03-29T01:30:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ]);
  });
});
