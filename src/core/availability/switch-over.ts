import type { Component, Placement } from "../model/component.ts";
import { coverageFactors, coverageOf } from "../model/coverage.ts";
import { type Seconds, seconds } from "../units/units.ts";
import type { Literal } from "./fault-graph.ts";
import type { GraphBuilder, Node } from "./graph-builder.ts";
import type { Law } from "./law.ts";
import { TopRuns } from "./top-runs.ts";

export interface SwitchOver {
  readonly component: Component;
  /** How often each place that serves fails, per hour: of one, or of several that share the load. */
  readonly failuresPerHour: readonly number[];
  /** Those that may take over; empty where the others serve already. */
  readonly standbys: readonly Placement[];
  /** Mean time that it takes when it works. */
  readonly time: Seconds;
}

const secondsPerHour = 3_600;

/**
 * How often, and for how long on average, users wait because a place that served has failed and another does not serve yet. With the
 * likelihood of `coverageFactors` the switch works, by itself, in `time`; else a person needs `manual`. Where all places serve
 * already, one of n takes one nth of the users with it.
 *
 * @returns `null`: it never happens, or takes no time
 */
export function switchOver({ component, failuresPerHour, standbys, time }: SwitchOver): Law | null {
  const mean = failuresPerHour.reduce((sum, each) => sum + each, 0) / failuresPerHour.length;
  const coverage = coverageOf(coverageFactors(component, standbys[0] ?? null));
  const outage = coverage * time + (1 - coverage) * component.standby.manual;
  const between = secondsPerHour / mean - outage;
  if (outage === 0 || mean === 0 || between <= 0) return null;
  return {
    kind: "alternating",
    mtbf: seconds(between),
    mttr: seconds(outage),
    repair: { kind: "exponential" },
  };
}

/** Work allowed for one place: more than any place takes whose zones are few. */
const stepsMax = 2 ** 20;

/** How often places fail: worked out for all that have been noted as soon as one is asked for, since they share most of it. */
export class PlaceFailures {
  readonly #builder: GraphBuilder;
  readonly #perHour = new Map<Node, number>();
  #noted = new Set<Node>();

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
  }

  note(place: Node): void {
    if (!this.#perHour.has(place)) this.#noted.add(place);
  }

  perHour(place: Node): number {
    this.note(place);
    if (!this.#perHour.has(place)) this.#workOut();
    return this.#perHour.get(place) ?? 0;
  }

  #workOut(): void {
    const places = [...this.#noted];
    const { faults, tops } = this.#builder.below(places);
    const runs = new TopRuns(faults, [tops], stepsMax);
    for (const [at, place] of places.entries())
      this.#perHour.set(place, runs.run(tops[at] as Literal)?.failuresPerHour ?? 0);
    this.#noted = new Set();
  }
}
