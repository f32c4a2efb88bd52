import type { ErrorBudgetPolicy } from "../core/model/error-budget-policy.ts";
import type { Problems } from "../core/problem/problem.ts";
import { heldQueries } from "../core/slo/policy/held.ts";
import { type Held, standingsOf } from "../core/slo/policy/standings.ts";
import type { Standing } from "../core/slo/policy/gate.ts";
import type { Sample, SeriesStore } from "../core/slo/ports.ts";
import type { CompositeSlo, Slo } from "../core/slo/slo.ts";
import { readingsOf } from "../core/slo/status/readings.ts";
import { readStatus } from "./slo-status.ts";

export interface GateAsked {
  readonly policy: ErrorBudgetPolicy;
  /** Those that the policy is about. */
  readonly slos: readonly Slo[];
  readonly composites: readonly CompositeSlo[];
  /** Seconds since 1970. */
  readonly now: number;
}

export interface GateRead {
  readonly standings: readonly Standing[];
  /** Why nothing is known, where the store could not be asked; else empty. */
  readonly problems: readonly Problems[number][];
}

/** How the objectives of a policy stand and have stood. A store that cannot be asked is no error: nothing is known then. */
export async function readStandings(asked: GateAsked, store: SeriesStore): Promise<GateRead> {
  const { slos, composites, policy, now } = asked;
  const status = await readStatus({ slos, composites, forecasts: 0, now }, store);
  if (!status.ok) return { standings: nothingOf(asked), problems: status.problems };
  const held: Held[] = [];
  const readings = readingsOf(slos, composites);
  for (const { query, name } of heldQueries(readings, policy)) {
    const answer = await store.instant(query);
    if (!answer.ok) return { standings: nothingOf(asked), problems: answer.problems };
    held.push({ name, samples: answer.value satisfies readonly Sample[] });
  }
  return { standings: standingsOf(status.statuses, { policy, readings, held, now }), problems: [] };
}

function nothingOf({ slos, composites }: GateAsked): readonly Standing[] {
  return [...slos, ...composites].map(({ name }) => ({ objective: name, known: null }));
}
