import { type Seconds, seconds } from "../../units/units.ts";
import type { PeriodNow } from "./period-now.ts";

export interface BurnRate {
  readonly window: Seconds;
  readonly rate: number | null;
}

/** When the budget will be gone, if it burns on as it has of late. */
export type Exhaustion =
  | { readonly kind: "gone" }
  | { readonly kind: "lasts"; readonly window: Seconds | null }
  /** `at` in seconds since 1970. */
  | { readonly kind: "runs-out"; readonly at: number; readonly window: Seconds };

interface Asked {
  readonly budgetLeft: number;
  readonly burns: readonly BurnRate[];
  readonly period: PeriodNow;
  /** Seconds since 1970. */
  readonly now: number;
}

/**
 * The naive line: what is left × period ÷ burn rate, over the longest window of up to a thirtieth of the period, so a day of a month.
 * What rolls is used up at the burn rate in the end, and never at a rate of 1 or less; what a calendar ends lasts if its end comes first.
 */
export function exhaustionOf({ budgetLeft, burns, period, now }: Asked): Exhaustion {
  if (budgetLeft <= 0) return { kind: "gone" };
  const recent = recentBurn(burns, period);
  if (recent === null) return { kind: "lasts", window: null };
  const { rate, window } = recent;
  if (rate <= 0 || (period.endsAt === null && rate <= 1)) return { kind: "lasts", window };
  const at = now + (budgetLeft * period.length) / rate;
  if (period.endsAt !== null && at >= period.endsAt) return { kind: "lasts", window };
  return { kind: "runs-out", at, window };
}

/** The burn rate that stands for how things are; `null`: nothing happened of late. */
function recentBurn(
  burns: readonly BurnRate[],
  { length }: PeriodNow,
): { readonly rate: number; readonly window: Seconds } | null {
  const known = burns.flatMap(({ window, rate }) => (rate === null ? [] : [{ window, rate }]));
  const [first] = known;
  if (first === undefined) return null;
  const fitting = known.filter(({ window }) => window <= seconds(length / 30));
  return fitting.at(-1) ?? first;
}
