import { describe, expect, it } from "vitest";
import { seconds } from "../../units/units.ts";
import { heldBackAlerts } from "./low-traffic.ts";

const [hour, sixHours, day] = [seconds(3600), seconds(21_600), seconds(86_400)] as const;
/** Of an objective of 99.9 % over 30 days: 1 ÷ (burn rate × budget). */
const guards = [
  { window: hour, eventsMin: 70 },
  { window: sixHours, eventsMin: 167 },
  { window: day, eventsMin: 334 },
];

describe("alerts that few events hold back", () => {
  const of = (perDay: number, days = 10): readonly (readonly number[])[] =>
    heldBackAlerts(guards, { events: perDay * days, seconds: days * 86_400 }).map(({ window, events }) => [
      window,
      events,
    ]);

  it("are those whose long window holds fewer than they want, on average", () => {
    expect(of(480)).toEqual([
      [hour, 20],
      [sixHours, 120],
    ]);
    expect(of(240)).toHaveLength(3);
  });

  it("are none from the traffic on that they want", () => {
    expect(of(70 * 24)).toEqual([]);
    expect(of(70 * 24 - 1).map(([window]) => window)).toEqual([hour]);
  });

  it("are told by what is measured, however little of the period that is", () => {
    expect(of(480, 1)).toEqual(of(480, 10));
    expect(heldBackAlerts(guards, { events: 0, seconds: 0 })).toEqual([]);
  });
});
