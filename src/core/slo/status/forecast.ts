import { type Seconds, seconds } from "../../units/units.ts";
import { type Backtest, backtestOf } from "./backtest.ts";
import { type Band, bandOf, futuresMin, futuresOf, type History, type Terms } from "./futures.ts";

export type Forecast =
  | {
      readonly kind: "forecast";
      /** How far it looks. */
      readonly horizon: Seconds;
      /** Share of the budget that will be left then. */
      readonly budgetLeft: Band;
      /** Share of the futures in which the budget runs out on the way. */
      readonly runsOut: number;
      /** Share of the futures in which there is some of it left at the end. */
      readonly someLeft: number;
      /** How many futures there are. */
      readonly futures: number;
      /** How well it would have foretold what is known by now; `null`: there is too little of the past. */
      readonly backtest: Backtest | null;
    }
  | { readonly kind: "too-little-history"; readonly has: Seconds; readonly needs: Seconds };

/** The forecast by replay of a history, with how well it would have done. */
export function forecastOf(history: History, terms: Terms): Forecast {
  const { bins, inPeriod, step } = history;
  const needs = terms.horizon + (futuresMin - 1) * terms.stride;
  if (bins.length < needs) return tooLittle(bins.length, needs, step);
  const futures = futuresOf({ bins, inPeriod }, terms);
  const last = futures.map((future) => future.at(-1) ?? NaN);
  return {
    kind: "forecast",
    horizon: seconds(terms.horizon * step),
    budgetLeft: bandOf(last),
    runsOut: futures.filter((future) => future.some((left) => left <= 0)).length / futures.length,
    someLeft: last.filter((left) => left > 0).length / futures.length,
    futures: futures.length,
    backtest: terms.rolls ? backtestOf(history, terms, needs) : null,
  };
}

function tooLittle(has: number, needs: number, step: Seconds): Forecast {
  return { kind: "too-little-history", has: seconds(has * step), needs: seconds(needs * step) };
}
