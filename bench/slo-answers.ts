import type { ObjectiveStatus } from "../src/core/slo/status/status.ts";
import { syntheticError, worstCount } from "./slo-past.ts";

/** What is wrong with the answer about so many synthetic SLOs, in words; `null`: nothing. What is wrong is not worth measuring. */
export function faultIn(statuses: readonly ObjectiveStatus[], objectives: number): string | null {
  const names = new Set(statuses.map(({ slo }) => slo));
  if (statuses.length !== objectives || names.size !== objectives)
    return `${statuses.length} statuses of ${names.size} objectives, where ${objectives} were asked for`;
  for (const status of statuses) {
    const fault = faultOf(status);
    if (fault !== null) return `${status.slo}: ${fault}`;
  }
  return null;
}

function faultOf({ slo, known }: ObjectiveStatus): string | null {
  if (known.kind === "unknown") return `unknown because ${known.because}`;
  const number = Number(/^objective-(\d+)$/.exec(slo)?.[1]);
  const error = syntheticError(number);
  if (known.attained !== 1 - error) return `attained ${String(known.attained)}, where it is ${1 - error}`;
  if (known.coverage !== 1) return `measured for ${known.coverage} of its period, where it is all of it`;
  return number < worstCount ? faultInForecast(known.forecast, known.events, error) : null;
}

type Known = ObjectiveStatus["known"] & { readonly kind: "known" };

function faultInForecast(forecast: Known["forecast"], events: Known["events"], error: number): string | null {
  if (forecast?.kind !== "forecast" || forecast.backtest === null) return "no forecast that was tried";
  const share = events === null ? Number.NaN : events.bad / events.total;
  return Math.abs(share / error - 1) < 1e-9 ? null : `${share} of its events are bad, where ${error} are`;
}
