import type { Repair } from "../model/reliability.ts";
import type { Ratio, Seconds } from "../units/units.ts";

/** How a basic event comes and goes over time. */
export type Law =
  /** Failed this share of time; how often it begins is not known. */
  | { readonly kind: "constant"; readonly unavailability: Ratio }
  /** Works for `mtbf` on average, and is failed for `mttr` on average. */
  | { readonly kind: "alternating"; readonly mtbf: Seconds; readonly mttr: Seconds; readonly repair: Repair }
  /**
   * Identical units, each failing and being repaired by itself: failed while fewer than `required` work. Units beyond those in use
   * (`active`) are spares, which fail at `spareFailureShare` of the rate (1: hot, 0: cold); at most `crews` are repaired at once.
   */
  | {
      readonly kind: "replicas";
      readonly units: number;
      readonly required: number;
      readonly active: number;
      readonly spareFailureShare: Ratio;
      readonly crews: number;
      readonly mtbf: Seconds;
      readonly mttr: Seconds;
      readonly repair: Repair;
    }
  /**
   * One of `units` serves, the others stand by. When it fails, a share `coverage` of failures is switched over after `switchover`;
   * the rest wait for a person for `manual`. Standbys fail at `standbyFailureShare` of the rate of the one that serves.
   */
  | {
      readonly kind: "standby";
      readonly units: number;
      readonly mtbf: Seconds;
      readonly mttr: Seconds;
      readonly standbyFailureShare: Ratio;
      readonly crews: number;
      readonly coverage: Ratio;
      readonly switchover: Seconds;
      readonly manual: Seconds;
    };

/** What an event, or a whole graph, comes to in the long run. */
export interface LongRun {
  /** Share of time failed. Carried by itself: 1 − availability has lost the digits. */
  readonly unavailability: number;
  /** Share of time not failed, found without subtracting from 1. */
  readonly availability: number;
  /** How often it begins to be failed, per hour; `null`: a constant event says nothing of it. */
  readonly failuresPerHour: number | null;
}

export const neverFailing: LongRun = { unavailability: 0, availability: 1, failuresPerHour: 0 };
export const alwaysFailing: LongRun = { unavailability: 1, availability: 0, failuresPerHour: 0 };
