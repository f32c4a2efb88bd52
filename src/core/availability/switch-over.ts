import type { Component, Placement } from "../model/component.ts";
import { coverageFactors, coverageOf } from "../model/coverage.ts";
import { type Seconds, seconds } from "../units/units.ts";
import { graphLongRun } from "./frequency.ts";
import type { GraphBuilder, Node } from "./graph-builder.ts";
import type { Law } from "./law.ts";
import { longRunOf } from "./long-run.ts";
import { solved } from "./solve.ts";

export interface SwitchOver {
  readonly component: Component;
  /** The places that serve: one, or each of several that share the load. */
  readonly serving: readonly Node[];
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
export function switchOver(builder: GraphBuilder, of: SwitchOver): Law | null {
  const { component, serving, standbys, time } = of;
  const failuresPerHour = serving.reduce((sum, node) => sum + failuresOf(builder, node), 0) / serving.length;
  const coverage = coverageOf(coverageFactors(component, standbys[0] ?? null));
  const outage = coverage * time + (1 - coverage) * component.standby.manual;
  const between = secondsPerHour / failuresPerHour - outage;
  if (outage === 0 || failuresPerHour === 0 || between <= 0) return null;
  return {
    kind: "alternating",
    mtbf: seconds(between),
    mttr: seconds(outage),
    repair: { kind: "exponential" },
  };
}

function failuresOf(builder: GraphBuilder, node: Node): number {
  const { graph, top } = builder.below(node);
  const runs = graph.events.map(({ law }) => longRunOf(law));
  return graphLongRun(solved(graph, top), runs, "tells-states-apart").failuresPerHour ?? 0;
}
