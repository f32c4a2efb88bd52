import { dividedBy, type Exact, exact, times } from "../units/exact.ts";
import { type Seconds, seconds } from "../units/units.ts";

/** Whether somebody is called, or it can wait. */
export type Severity = "page" | "ticket";

/** An alert is raised when the budget burns this fast over a long window and, so that it ends soon after, over a short one. */
export interface BurnWindow {
  readonly long: Seconds;
  readonly short: Seconds;
  /** How many times as fast as would use the budget up in just the period. */
  readonly factor: Exact;
  /** Of the budget, what is gone when the alert is raised. */
  readonly budgetShare: Exact;
  readonly severity: Severity;
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Periods from 28 days on spend the shares that the SRE Workbook has for 30; a week would be half over before such a share was gone. */
const monthly = ["0.02", "0.05", "0.1", "0.1"] as const;
const weekly = ["0.08", "0.125", "0.2", "0.42"] as const;

const shapes = [
  { long: hour, severity: "page" },
  { long: 6 * hour, severity: "page" },
  { long: day, severity: "ticket" },
  { long: 3 * day, severity: "ticket" },
] as const;

/** Short windows are a twelfth of long ones (SRE Workbook, ch. 5), and never shorter than the rates are taken over. */
const shortPerLong = 12;
const shortMin = 5 * minute;

/**
 * The burn rates that raise alerts, fastest first: factor = share of budget × period ÷ long window. Over 30 days 14.4, 6, 3 and 1; over
 * other periods as their length is. Periods shorter than a week have windows that are shorter in proportion.
 *
 * @param period above 0
 */
export function burnWindows(period: Seconds): readonly BurnWindow[] {
  const known = byPeriod.get(period);
  if (known !== undefined) return known;
  const windows = windowsFor(period);
  byPeriod.set(period, windows);
  return windows;
}

/** Ten thousand SLOs have a handful of periods. */
const byPeriod = new Map<Seconds, readonly BurnWindow[]>();

function windowsFor(period: Seconds): readonly BurnWindow[] {
  const shares = period >= 28 * day ? monthly : weekly;
  const scale = Math.min(1, period / (7 * day));
  const windows = shapes.map(({ long: whole, severity }, at): BurnWindow => {
    const long = wholeMinutes(whole * scale, 3 * shortMin);
    const budgetShare = exact(shares[at] ?? "0");
    return {
      ...{ long, severity, budgetShare },
      short: wholeMinutes(long / shortPerLong, shortMin),
      factor: dividedBy(times(budgetShare, exact(period)), exact(long)),
    };
  });
  // Of a period of hours several windows come to the shortest that there is: the first, which is the most sensitive, stands for all.
  return windows.filter(({ long }, at) => windows.findIndex((each) => each.long === long) === at);
}

function wholeMinutes(length: number, atLeast: number): Seconds {
  return seconds(Math.max(atLeast, Math.round(length / minute) * minute));
}
