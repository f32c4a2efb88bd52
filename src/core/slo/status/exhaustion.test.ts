import { describe, expect, it } from "vitest";
import { seconds } from "../../units/units.ts";
import { type BurnRate, exhaustionOf } from "./exhaustion.ts";
import type { PeriodNow } from "./period-now.ts";

const day = 86_400;
const now = 1_000 * day;
const month: PeriodNow = {
  kind: "rolling",
  length: seconds(30 * day),
  beganAt: now - 30 * day,
  endsAt: null,
};
const half: PeriodNow = {
  kind: "calendar",
  length: seconds(30 * day),
  beganAt: now - 15 * day,
  endsAt: now + 15 * day,
};

function burning(perDay: number | null, perHour: number | null = 0): readonly BurnRate[] {
  return [
    { window: seconds(3600), rate: perHour },
    { window: seconds(day), rate: perDay },
    { window: seconds(3 * day), rate: 100 },
  ];
}

describe("when the budget will be gone", () => {
  it("is what is left × period ÷ burn rate of the last day of a month", () => {
    expect(exhaustionOf({ budgetLeft: 0.5, burns: burning(5), period: month, now })).toEqual({
      kind: "runs-out",
      at: now + 3 * day,
      window: day,
    });
  });

  it("is never where a period that rolls burns at 1 or less", () => {
    expect(exhaustionOf({ budgetLeft: 0.01, burns: burning(1), period: month, now })).toEqual({
      kind: "lasts",
      window: day,
    });
  });

  it("is never where a calendar begins anew before", () => {
    const asked = { period: half, now, budgetLeft: 0.5 };
    expect(exhaustionOf({ ...asked, burns: burning(1) }).kind).toBe("lasts");
    expect(exhaustionOf({ ...asked, burns: burning(1.1) })).toMatchObject({
      kind: "runs-out",
      at: now + (15 * day) / 1.1,
    });
  });

  it("is now where none is left", () => {
    expect(exhaustionOf({ budgetLeft: 0, burns: burning(0), period: month, now })).toEqual({ kind: "gone" });
  });

  it("is told by a shorter window where nothing happened in the day, and by none where nothing happened at all", () => {
    expect(exhaustionOf({ budgetLeft: 0.1, burns: burning(null, 10), period: month, now })).toMatchObject({
      kind: "runs-out",
      window: 3600,
    });
    const none = burning(null, null).slice(0, 2);
    expect(exhaustionOf({ budgetLeft: 0.1, burns: none, period: month, now })).toEqual({
      kind: "lasts",
      window: null,
    });
  });
});
