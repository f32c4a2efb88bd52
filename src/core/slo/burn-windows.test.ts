import { describe, expect, it } from "vitest";
import { decimalText, formulaText } from "../units/exact.ts";
import { seconds } from "../units/units.ts";
import { burnWindows } from "./burn-windows.ts";
import { windowText } from "./prometheus.ts";

function told(days: number): readonly string[] {
  return burnWindows(seconds(days * 86_400)).map(
    ({ long, short, factor, severity }) =>
      `${severity} ${windowText(short)} ${windowText(long)} ${formulaText(factor)}`,
  );
}

describe("burn rates that raise alerts", () => {
  it("are those of the SRE Workbook over 30 days", () => {
    expect(told(30)).toEqual(["page 5m 1h 14.4", "page 30m 6h 6", "ticket 2h 1d 3", "ticket 6h 3d 1"]);
  });

  it("follow the period: factor = share of budget × period ÷ long window", () => {
    expect(told(28)).toEqual([
      "page 5m 1h 13.44",
      "page 30m 6h 5.6",
      "ticket 2h 1d 2.8",
      "ticket 6h 3d (14 / 15)",
    ]);
    expect(told(7)).toEqual(["page 5m 1h 13.44", "page 30m 6h 3.5", "ticket 2h 1d 1.4", "ticket 6h 3d 0.98"]);
    expect(told(90)).toEqual(["page 5m 1h 43.2", "page 30m 6h 18", "ticket 2h 1d 9", "ticket 6h 3d 3"]);
  });

  it("have windows in proportion where the period is shorter than a week", () => {
    expect(told(1)).toEqual([
      "page 5m 15m 7.68",
      "page 5m 51m (60 / 17)",
      "ticket 17m 206m (144 / 103)",
      "ticket 51m 617m (3024 / 3085)",
    ]);
  });

  it("are told apart by their long windows, however short the period", () => {
    for (const hours of [1, 2, 6, 12, 36]) {
      const windows = burnWindows(seconds(hours * 3600));
      expect(new Set(windows.map(({ long }) => long)).size).toBe(windows.length);
      expect(windows.length).toBeGreaterThan(0);
    }
  });

  it("take the share of the budget that they say", () => {
    const [fastest] = burnWindows(seconds(30 * 86_400));
    expect(fastest === undefined ? null : decimalText(fastest.budgetShare)).toBe("0.02");
  });
});
