import { answersAsItIs, onlySelector } from "../promql/one-selector.ts";
import type { Query } from "../promql/promql.ts";
import { journeyCounters } from "./journey-slos.ts";
import type { Slo } from "./slo.ts";

/** Whose attempts an SLO counts: the journey, where its queries are those of what built-in probes count; `null`: something else. */
export function attemptedJourney({ indicator, method, component }: Slo): string | null {
  if (indicator.kind !== "events" || method.kind !== "occurrences" || component !== null) return null;
  const journey = journeyOf(indicator.total, journeyCounters.total);
  const isBad = indicator.part.kind === "bad";
  return isBad && journeyOf(indicator.part.query, journeyCounters.bad) === journey ? journey : null;
}

function journeyOf(query: Query, counter: string): string | null {
  const selector = answersAsItIs(query) ? onlySelector(query) : null;
  const [matcher, ...more] = selector?.matchers ?? [];
  const isIt = selector?.metric === counter && more.length === 0 && matcher?.label === "journey";
  return isIt && matcher.operator === "=" ? matcher.value : null;
}
