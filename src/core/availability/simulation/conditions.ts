import type { Ratio, Seconds } from "../../units/units.ts";
import type { Span } from "./span.ts";

/**
 * What bears on a fault graph in operation and makes its events depend on one another or on the calendar: no exact engine knows it.
 * Events are named by their number in the graph. Instant 0 is midnight. Recoveries, cascades and spare pools name alternating events.
 */
export interface OperatingConditions {
  readonly recoveries: readonly Recovery[];
  readonly maintenance: readonly MaintenanceWindow[];
  readonly cascades: readonly Cascade[];
  readonly sparePools: readonly SparePool[];
  readonly onCall: OnCall | null;
}

/** The repair of an event, phase by phase (detect, decide, …), in place of its law's. */
export interface Recovery {
  readonly event: number;
  readonly phases: readonly [Span, ...Span[]];
}

/** Out of service without having failed: for `lasts`, `first` after midnight and every `every` from then on. */
export interface MaintenanceWindow {
  readonly event: number;
  readonly every: Seconds;
  readonly lasts: Seconds;
  readonly first: Seconds;
}

/** When `from` fails, each of `to` that works fails with it with this probability, apart from one another. */
export interface Cascade {
  readonly from: number;
  readonly to: readonly number[];
  readonly probability: Ratio;
}

/**
 * Capacity elsewhere, such as accelerators in another region. A member that fails takes one of the `reserved` places or, when none is
 * free, gets one as best effort with that probability; it is then served from there after `failover`, until its own repair. One that
 * gets none waits for a reserved place or for its repair, whichever comes first; those that wait are served in turn.
 */
export interface SparePool {
  readonly members: readonly number[];
  readonly reserved: number;
  readonly bestEffort: Ratio;
  readonly failover: readonly Span[];
}

/** People are at work from one hour of the day to before another; at other times a person takes `away` longer to act. */
export interface OnCall {
  readonly fromHour: number;
  readonly toHour: number;
  readonly away: Seconds;
}

export const noConditions: OperatingConditions = {
  recoveries: [],
  maintenance: [],
  cascades: [],
  sparePools: [],
  onCall: null,
};
