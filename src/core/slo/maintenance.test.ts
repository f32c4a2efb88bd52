import { describe, expect, it } from "vitest";
import { instantMs } from "../units/units.ts";
import { maintenanceAt, maintenanceOf } from "./maintenance.ts";

const now = instantMs(Date.parse("2026-12-01T00:00:00Z"));

interface Read {
  readonly spans: readonly string[];
  readonly told: readonly string[];
}

function lastKnown(text: string, at = now): string | null {
  const annotations = new Map([["holdfast.dev/maintenance", text]]);
  const { lastKnown: last } = maintenanceOf(annotations, { now: at, told: () => undefined });
  return last === null ? null : new Date(last * 1000).toISOString().slice(0, 16);
}

function read(text: string, at = now): Read {
  const told: string[] = [];
  const { windows } = maintenanceOf(new Map([["holdfast.dev/maintenance", text]]), {
    now: at,
    told: (_, { what }) => void told.push(what),
  });
  const shown = (at: number): string => new Date(at * 1000).toISOString().slice(0, 16);
  return { spans: windows.map(({ from, to }) => `${shown(from)} ${shown(to)}`), told };
}

describe("maintenance windows", () => {
  it.each<[string, readonly string[]]>([
    ["2026-12-05T02:00Z/PT2H", ["2026-12-05T02:00 2026-12-05T04:00"]],
    ["2026-12-05T02:00:00+01:00/2026-12-05T04:00Z", ["2026-12-05T01:00 2026-12-05T04:00"]],
    ["2026-12-05T02:00-05:30/P1DT1M", ["2026-12-05T07:30 2026-12-06T07:31"]],
    [
      "R2/2026-12-05T02:00Z/PT2H/P7D",
      ["2026-12-05T02:00 2026-12-05T04:00", "2026-12-12T02:00 2026-12-12T04:00"],
    ],
    [
      "R3/2027-01-31T23:30+01:00/PT1H/P1M",
      [
        "2027-01-31T22:30 2027-01-31T23:30",
        "2027-02-28T22:30 2027-02-28T23:30",
        "2027-03-31T22:30 2027-03-31T23:30",
      ],
    ],
    [
      "2026-12-06T00:00Z/PT1H, 2026-12-05T00:00Z/PT1H",
      ["2026-12-05T00:00 2026-12-05T01:00", "2026-12-06T00:00 2026-12-06T01:00"],
    ],
    ["2026-12-05T00:00Z/PT1H, 2026-12-05T01:00Z/PT1H", ["2026-12-05T00:00 2026-12-05T02:00"]],
    ["2026-11-29T00:00Z/PT1H", []],
    ["2026-11-30T23:00Z/PT30M", ["2026-11-30T23:00 2026-11-30T23:30"]],
  ])("are read of %s", (text, spans) => {
    expect(read(text)).toEqual({ spans, told: [] });
  });

  it("that come again without an end are known 60 times from the one that ended last", () => {
    const { spans } = read("R/2020-01-01T00:00Z/PT1H/P1D");
    expect(spans).toHaveLength(60);
    expect(spans[0]).toBe("2026-11-30T00:00 2026-11-30T01:00");
    expect(spans.at(-1)).toBe("2027-01-28T00:00 2027-01-28T01:00");
  });

  it.each<[string, string | null]>([
    ["2026-12-05T02:00Z/PT2H", null],
    ["R60/2026-12-05T02:00Z/PT2H/P7D", null],
    ["R61/2026-12-05T02:00Z/PT2H/P7D", "2028-01-22T02:00"],
    ["R61/2026-11-01T02:00Z/PT2H/P7D", null],
    ["R/2026-12-05T02:00Z/PT2H/P7D", "2028-01-22T02:00"],
    ["R/2026-12-05T02:00Z/PT2H/P7D, R/2026-12-01T12:00Z/PT1H/P1D", "2027-01-29T12:00"],
    ["R12/2020-12-05T02:00Z/PT2H/P7D", null],
  ])("after which more come that are not known begin last: %s", (text, last) => {
    expect(lastKnown(text)).toBe(last);
  });

  it("are known however long ago the first began", () => {
    const { spans, told } = read("R/2010-01-01T02:00Z/PT10M/PT1H");
    expect(told).toEqual([]);
    expect(spans[0]).toBe("2026-11-30T00:00 2026-11-30T00:10");
    expect(spans).toHaveLength(60);
  });

  it("that come so many times come no more often", () => {
    expect(read("R100/2026-08-24T02:00Z/PT2H/P1D").spans.at(-1)).toBe("2026-12-01T02:00 2026-12-01T04:00");
  });

  it.each<[string, RegExp]>([
    ["tonight", /"tonight" is none: it has other parts/],
    ["", /"" is none/],
    ["2026-12-05T02:00/PT2H", /"2026-12-05T02:00" is no date and time with a zone/],
    ["2026-02-30T02:00Z/PT2H", /"2026-02-30T02:00Z" is no date/],
    ["2026-12-05T24:30Z/PT2H", /is no date/],
    ["2026-12-05T02:00+15:00/PT2H", /is no date/],
    ["2026-12-05T02:00Z/2h", /"2h" is neither a length nor a date/],
    ["2026-12-05T02:00Z/P", /"P" is neither/],
    ["2026-12-05T02:00Z/PT", /"PT" is neither/],
    ["2026-12-05T02:00Z/P1DT", /"P1DT" is neither/],
    ["2026-12-05T02:00Z/PT0S", /does not end after it begins/],
    ["2026-12-05T04:00Z/2026-12-05T02:00Z", /does not end after it begins/],
    ["R/2026-12-05T02:00Z/PT2H", /it has other parts/],
    ["R0/2026-12-05T02:00Z/PT2H/P7D", /no time at all/],
    ["R2/2026-12-05T02:00Z/PT2H/7d", /"7d" is no length after which/],
    ["R2/2026-12-05T02:00Z/PT2H/P0D", /"P0D" is no length after which/],
    ["R2/2026-12-05T02:00Z/PT25H/P1D", /PT25H\/P1D" is longer than its step/],
    ["2026-12-05T02:00Z/PT2H,2026-12-05T03:59Z/PT2H", /"2026-12-05T02:00Z\/PT2H" and .* overlap/],
    ["R/2026-12-05T02:00Z/PT2H/P1D, 2026-12-20T03:00Z/PT5M", /overlap/],
  ])("are refused as %s", (text, because) => {
    const { told } = read(text);
    expect(told.join("\n")).toMatch(because);
    expect(told).toHaveLength(1);
  });

  it("run from their first second to the one that is no longer in them", () => {
    const windows = [{ from: 100, to: 200 }];
    expect([99, 100, 199, 200].map((at) => maintenanceAt(windows, at))).toEqual([
      null,
      { until: 200 },
      { until: 200 },
      null,
    ]);
  });
});
