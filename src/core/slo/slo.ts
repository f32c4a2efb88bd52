import type { Place } from "../problem/problem.ts";
import type { Seconds } from "../units/units.ts";
import type { Exact } from "../units/exact.ts";
import type { Query } from "../promql/promql.ts";
import type { AlertWording } from "./alert-wording.ts";
import type { Severity } from "./burn-windows.ts";
import type { TimeSpan } from "./iso-interval.ts";

/** What every promise over a period has. */
export interface Promised {
  readonly name: string;
  readonly service: string;
  readonly displayName: string | null;
  /** Carried by its alerts. */
  readonly labels: ReadonlyMap<string, string>;
  readonly period: Period;
  readonly alerting: Alerting;
  /** Windows of which nothing counts, first to last; those that the rules know. */
  readonly maintenance: readonly TimeSpan[];
  /** When the window begins after which more come that the rules do not know, in seconds since 1970; `null`: they know all. */
  readonly maintenanceLastKnown: number | null;
  readonly declaredAt: Place;
}

/** A promise about a share of events. */
export interface Slo extends Promised {
  /** Of which part of a composite it is the promise; `null`: it is one by itself. */
  readonly component: string | null;
  readonly method: Method;
  readonly indicator: Indicator;
  /** Labels by which it is kept apart; none: all is one. */
  readonly groupBy: readonly string[];
  readonly objectives: readonly Objective[];
}

/** A promise made of several, each about something else that is measured. */
export interface CompositeSlo extends Promised {
  readonly way: CompositeWay;
  readonly components: readonly Component[];
}

export interface Component {
  readonly slo: Slo;
  readonly weight: Exact;
}

/**
 * How fast the budget of a composite burns: the weighted mean of how fast those of its parts do; as fast as the worst of them; or as
 * events that need all of its parts would have it, each failing by itself.
 */
export type CompositeWay = "weighted" | "all-of" | "series";

export type Period =
  /** Always the last so-and-so long. */
  | { readonly kind: "rolling"; readonly length: Seconds }
  /** Begins anew with a calendar. */
  | {
      readonly kind: "calendar";
      /** Of most periods; months and days differ. */
      readonly length: Seconds;
      /** When the running one began and those after it will, in seconds since 1970: the rules are good for so long. */
      readonly starts: readonly number[];
    };

export type Method =
  /** Each event counts alike. */
  | { readonly kind: "occurrences" }
  /** Each slice of time counts alike, and is good when enough of its events are. */
  | { readonly kind: "timeslices"; readonly slice: Seconds; readonly idle: "good" | "skipped" }
  /** Each slice of time counts alike, by the share of its events that were good. */
  | { readonly kind: "ratio-timeslices"; readonly slice: Seconds };

/** What is measured. */
export type Indicator =
  /** Counters, or gauges of events per second, of all events and of the good or the bad ones. */
  | {
      readonly kind: "events";
      readonly metric: "counter" | "gauge";
      /** `until-the-end`: an event is counted when it begins, and as a good one when it ends. */
      readonly lag: "none" | "until-the-end";
      readonly total: Query;
      readonly part: { readonly kind: "good" | "bad"; readonly query: Query };
    }
  /** A ratio that somebody else has taken. */
  | { readonly kind: "ratio"; readonly raw: Query; readonly of: "good" | "bad" }
  /** A value that an objective compares with a bound. */
  | { readonly kind: "value"; readonly query: Query }
  /** A histogram that an objective cuts at a bound. */
  | {
      readonly kind: "histogram";
      readonly selector: Query;
      readonly buckets: "classic" | "native";
      /** In which unit bounds are written, and the histogram is. */
      readonly unit: "as-written" | "milliseconds-of-seconds";
      readonly known: KnownEdges | null;
    }
  /** Requests that kept several bounds, of which histograms know each by itself. */
  | {
      readonly kind: "goodput";
      readonly total: Query;
      /** Requests that failed keep no bound. */
      readonly failed: Query;
      readonly within: readonly Within[];
      /**
       * The share of requests that kept all bounds is not known, only between what it is: at least what is left when each request
       * missed one bound at most, and at most what is left when those that missed one are among those that missed another.
       */
      readonly judged: GoodputBound;
    };

export type GoodputBound = "guaranteed" | "possible";

/** A bound that a request has to keep. */
export interface Within {
  readonly name: string;
  readonly histogram: Indicator & { readonly kind: "histogram" };
  readonly bound: Exact;
}

/** Where the buckets of a histogram are known to end, in its own unit. */
export interface KnownEdges {
  readonly edges: readonly number[];
  /** Whose they are. */
  readonly of: string;
}

export interface Objective {
  /** Share of events that shall be good. */
  readonly target: Exact;
  /** What a value is compared with where it is good; `null`: the indicator is a share itself. */
  readonly bound: { readonly operator: "<" | "<=" | ">" | ">="; readonly value: Exact } | null;
  /** Share of a slice's events that makes it good; `null`: slices are not judged. */
  readonly sliceTarget: Exact | null;
}

export interface Alerting {
  readonly kind: "burn-rates" | "none";
  /** Which of the alerts by burn rates are made. */
  readonly severities: readonly Severity[];
  readonly wording: AlertWording;
  /** Fewer events than this in the long window raise no alert; `null`: as many as make one bad event too few to raise it. */
  readonly eventsMin: number | null;
  /** Alerts that policies ask for, beside those by burn rates over two windows. */
  readonly conditions: readonly BurnCondition[];
  /** Whether it is told that nothing is measured. */
  readonly noData: "told" | "untold";
  readonly runbook: string | null;
  readonly dashboard: string | null;
  /** What it means for users. */
  readonly impact: string | null;
}

/** Raises an alert when the budget burns so fast over one window. */
export interface BurnCondition {
  readonly name: string;
  readonly severity: string;
  /** How the burn rate compares with the threshold. */
  readonly operator: "<" | "<=" | ">" | ">=";
  readonly threshold: Exact;
  readonly window: Seconds;
  /** For how long it must hold; 0: once is enough. */
  readonly holds: Seconds;
}
