import type { Component, Placement } from "../model/component.ts";
import { coverageFactors, coverageOf } from "../model/coverage.ts";
import { type Seconds, seconds } from "../units/units.ts";
import type { Law } from "./law.ts";

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
