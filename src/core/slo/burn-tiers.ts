import {
  compared,
  dividedBy,
  type Exact,
  exact,
  formulaText,
  minus,
  nearestNumber,
  roundedUp,
  times,
} from "../units/exact.ts";
import type { Seconds } from "../units/units.ts";
import { type BurnWindow, burnWindows } from "./burn-windows.ts";
import { windowText } from "./prometheus.ts";
import type { Alerting, Objective } from "./slo.ts";

/** A burn rate as an objective has it. */
export interface BurnTier extends BurnWindow {
  /** The share of bad events above which the budget burns so fast, as a formula has it. */
  readonly threshold: string;
  /** Of so many events one bad one alone does not burn so fast (1 ÷ threshold). */
  readonly eventsMin: number;
  /** For how long everything must be bad before it is told: factor × budget × long window (SRE Workbook, ch. 5), in whole seconds. */
  readonly detectionSeconds: number;
  /** For people: burn rate, percent of the budget that is gone when it is told, and how many hours all of it lasts. */
  readonly told: { readonly factor: string; readonly gonePercent: string; readonly lastsHours: string };
}

const one = exact("1");

export function budgetOf({ target }: Pick<Objective, "target">): Exact {
  return minus(one, target);
}

/**
 * The burn rates that an objective can reach, fastest first: no more than everything can be bad, and then the budget burns 1 ÷ budget
 * times as fast as it may.
 */
export function burnTiers(period: Seconds, { target }: Pick<Objective, "target">): readonly BurnTier[] {
  const key = `${period} ${target.over} ${target.under}`;
  const known = byPromise.get(key);
  if (known !== undefined) return known;
  const budget = budgetOf({ target });
  const tiers = burnWindows(period)
    .filter(({ factor }) => compared(times(factor, budget), one) < 0)
    .map((window) => tierOf(window, period, budget));
  byPromise.set(key, tiers);
  return tiers;
}

/** Those of some burn rates by which alerts are made. */
export function raised<Tier extends Pick<BurnWindow, "severity">>(
  { kind, severities }: Alerting,
  tiers: readonly Tier[],
): readonly Tier[] {
  return kind === "none" ? [] : tiers.filter(({ severity }) => severities.includes(severity));
}

/** Ten thousand SLOs have a handful of periods and targets. */
const byPromise = new Map<string, readonly BurnTier[]>();

function tierOf(window: BurnWindow, period: Seconds, budget: Exact): BurnTier {
  const { factor, long, budgetShare } = window;
  const threshold = times(factor, budget);
  return {
    ...window,
    threshold: formulaText(threshold),
    eventsMin: roundedUp(dividedBy(one, threshold)),
    detectionSeconds: roundedUp(times(threshold, exact(long))),
    told: {
      factor: shortNumber(factor),
      gonePercent: shortNumber(times(budgetShare, exact("100"))),
      lastsHours: shortNumber(dividedBy(exact(period), times(factor, exact("3600")))),
    },
  };
}

/** Three digits, for people. */
export function shortNumber(value: Exact): string {
  return String(Number(nearestNumber(value).toPrecision(3)));
}

/** `1h` and `5m` of a burn rate. */
export function windowTexts({ long, short }: BurnWindow): readonly [long: string, short: string] {
  return [windowText(long), windowText(short)];
}
