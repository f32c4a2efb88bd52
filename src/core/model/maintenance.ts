import type { Seconds } from "../units/units.ts";

/** Planned times out of service, without a failure: others are asked to serve before they begin. */
export interface Maintenance {
  readonly every: Seconds;
  /** Above 0 and below `every`. */
  readonly lasts: Seconds;
  /** When the first begins, counted from a midnight; below `every`. */
  readonly first: Seconds;
}
