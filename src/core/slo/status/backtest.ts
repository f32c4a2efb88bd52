import { bandOf, type Bin, futuresOf, type History, lastOf, leftOf, sumOf, type Terms } from "./futures.ts";

/** How a forecast did at instants of the past from which on all is known by now, beside the naive line. */
export interface Backtest {
  /** How many instants. */
  readonly origins: number;
  /** Mean distance of the middle future from what came, as a share of the budget. */
  readonly meanError: number;
  /** The same of the line that goes on as the last day did. */
  readonly naiveError: number;
  /** Share of the instants at which what came lay between p10 and p90; 0.8 is wished for. */
  readonly insideBand: number;
}

/** @param needs how many bins a forecast takes */
export function backtestOf({ bins, inPeriod }: History, terms: Terms, needs: number): Backtest | null {
  const { horizon, stride, budget } = terms;
  const earliest = Math.max(inPeriod, needs);
  const trials: { error: number; naive: number; isInside: boolean }[] = [];
  for (let origin = bins.length - horizon; origin >= earliest; origin -= stride) {
    const past = bins.slice(0, origin);
    const { p10, p50, p90 } = bandOf(
      futuresOf({ bins: past, inPeriod }, terms).map((each) => each.at(-1) ?? NaN),
    );
    const came = leftAt(bins, origin + horizon, { inPeriod, budget });
    const naive = naiveLine(past, { inPeriod, terms });
    trials.push({
      error: Math.abs(p50 - came),
      naive: Math.abs(naive - came),
      isInside: came >= p10 && came <= p90,
    });
  }
  if (trials.length === 0) return null;
  const mean = (of: (trial: (typeof trials)[number]) => number): number =>
    trials.reduce((sum, trial) => sum + of(trial), 0) / trials.length;
  return {
    origins: trials.length,
    meanError: mean(({ error }) => error),
    naiveError: mean(({ naive }) => naive),
    insideBand: mean(({ isInside }) => (isInside ? 1 : 0)),
  };
}

interface Judged {
  readonly inPeriod: number;
  readonly budget: number;
}

function leftAt(bins: readonly Bin[], end: number, { inPeriod, budget }: Judged): number {
  const period = lastOf(bins.slice(0, end), inPeriod);
  return leftOf({ bad: sumOf(period, "bad"), total: sumOf(period, "total") }, budget);
}

/** What is left now, less the burn rate of the last day for as long as the horizon. */
function naiveLine(
  past: readonly Bin[],
  { inPeriod, terms: { budget, stride, horizon } }: { readonly inPeriod: number; readonly terms: Terms },
): number {
  const now = leftAt(past, past.length, { inPeriod, budget });
  const burn = 1 - leftAt(past, past.length, { inPeriod: stride, budget });
  return now - (burn * horizon) / inPeriod;
}
