import { describe, expect, it } from "vitest";
import type { BlockedWindow } from "../model/blocked-window.ts";
import { instantMs, monotonicMs, seconds } from "../units/units.ts";
import { isLookDue, type PastLook } from "./look-due.ts";

const at = instantMs(Date.parse("2026-11-27T12:00:00Z"));
const hour = 3_600_000;

/** Whether it is due so much later by either clock. */
function isDue(of: Partial<PastLook>, wallMs: number, monotonic = 1_000): boolean {
  const last = { windows: [], expiries: [], at, monotonic: monotonicMs(0), ...of };
  return isLookDue(last, seconds(1_800), {
    at: instantMs(at + wallMs),
    monotonic: monotonicMs(monotonic),
  });
}

const dates: BlockedWindow = {
  ...{ kind: "dates", name: "year-end" },
  ...{ from: instantMs(at + hour), until: instantMs(at + 2 * hour) },
};
const week: BlockedWindow = {
  ...{ kind: "week", name: "payroll", days: ["fri"], from: 14 * 60, until: 15 * 60 },
  timeZone: "Europe/Berlin",
};

describe("the next look at plans", () => {
  it("is due when the longest wait is over by the clock that nobody sets, and not by the wall clock", () => {
    expect(isDue({}, 0, 1_799_999)).toBe(false);
    expect(isDue({}, 0, 1_800_000)).toBe(true);
    expect(isDue({}, 30 * hour)).toBe(false);
    expect(isDue({}, -30 * hour)).toBe(false);
  });

  it.each([
    ["of days", dates],
    ["of the week", week],
  ])("is due when a window %s begins, and when it ends", (_, window) => {
    expect(isDue({ windows: [window] }, hour - 1)).toBe(false);
    expect(isDue({ windows: [window] }, hour)).toBe(true);
    const within = { windows: [window], at: instantMs(at + hour) };
    expect(isDue(within, 2 * hour - 1)).toBe(false);
    expect(isDue(within, 2 * hour)).toBe(true);
  });

  it("is due when a proof grows too old, once, and when a wall clock is set back to before that", () => {
    const expiries = [instantMs(at + hour)];
    expect(isDue({ expiries }, hour - 1)).toBe(false);
    expect(isDue({ expiries }, hour)).toBe(true);
    const after = { expiries, at: instantMs(at + hour) };
    expect(isDue(after, 2 * hour)).toBe(false);
    expect(isDue(after, hour)).toBe(false);
    expect(isDue(after, hour - 1)).toBe(true);
  });

  it("is due when a wall clock is set back to before a window", () => {
    const within = { windows: [dates], at: instantMs(at + hour) };
    expect(isDue(within, 0)).toBe(true);
    expect(isDue(within, hour)).toBe(false);
  });
});
