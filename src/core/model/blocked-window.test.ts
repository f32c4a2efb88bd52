import { describe, expect, it } from "vitest";
import { instantMs } from "../units/units.ts";
import { type BlockedWindow, isBlockedAt } from "./blocked-window.ts";

function at(text: string): Parameters<typeof isBlockedAt>[1] {
  return instantMs(Date.parse(text));
}

const yearEnd: BlockedWindow = {
  ...{ kind: "dates", name: "year-end" },
  ...{ from: at("2026-12-24T00:00:00Z"), until: at("2027-01-02T00:00:00Z") },
};

function weekly(days: readonly ("mon" | "fri" | "sun")[], from: number, until: number): BlockedWindow {
  return { kind: "week", name: "weekly", days, from, until, timeZone: "Europe/Berlin" };
}

describe("a blocked window", () => {
  it.each([
    ["2026-12-23T23:59:59.999Z", false],
    ["2026-12-24T00:00:00Z", true],
    ["2027-01-01T23:59:59.999Z", true],
    ["2027-01-02T00:00:00Z", false],
  ])("of days, at %s: %s", (now, isBlocked) => {
    expect(isBlockedAt(yearEnd, at(now))).toBe(isBlocked);
  });

  it.each([
    // A Friday in Berlin, in winter an hour before UTC and in summer two.
    ["2026-11-27T14:59:59Z", false],
    ["2026-11-27T15:00:00Z", true],
    ["2026-11-27T22:59:59Z", true],
    ["2026-11-27T23:00:00Z", false],
    ["2026-07-03T14:00:00Z", true],
    ["2026-07-03T13:59:59Z", false],
    ["2026-11-26T16:00:00Z", false],
  ])("of the week, by the clocks of its place, at %s: %s", (now, isBlocked) => {
    expect(isBlockedAt(weekly(["fri"], 16 * 60, 24 * 60), at(now))).toBe(isBlocked);
  });

  it("of the week ends with the minute that it names", () => {
    const hour = weekly(["fri"], 10 * 60, 11 * 60);
    expect(isBlockedAt(hour, at("2026-11-27T09:59:59.999Z"))).toBe(true);
    expect(isBlockedAt(hour, at("2026-11-27T10:00:00Z"))).toBe(false);
  });

  it.each([
    // From Sunday 22:00 to Monday 04:00 in Berlin.
    ["2026-11-29T20:59:59Z", false],
    ["2026-11-29T21:00:00Z", true],
    ["2026-11-29T23:30:00Z", true],
    ["2026-11-30T02:59:59Z", true],
    ["2026-11-30T03:00:00Z", false],
    ["2026-11-30T21:30:00Z", false],
    ["2026-11-29T02:00:00Z", false],
  ])("of the week that goes on after midnight, at %s: %s", (now, isBlocked) => {
    expect(isBlockedAt(weekly(["sun"], 22 * 60, 4 * 60), at(now))).toBe(isBlocked);
  });
});
