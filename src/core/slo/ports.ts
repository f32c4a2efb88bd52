import type { Problems } from "../problem/problem.ts";
import type { Seconds } from "../units/units.ts";
import type { Labels } from "./prometheus.ts";

/** A store of series that is asked in PromQL. */
export interface SeriesStore {
  /** What a query answers now, by the store's own clock. */
  readonly instant: (query: string) => Promise<Answered<readonly Sample[]>>;
  /** What it answers at each step of a span of time, in seconds since 1970. */
  readonly range: (query: string, span: Span) => Promise<Answered<readonly SampledSeries[]>>;
}

export interface Span {
  readonly from: number;
  readonly to: number;
  readonly step: Seconds;
}

/** A store that answers a part only says so in `warnings`. */
export type Answered<Value> =
  | { readonly ok: true; readonly value: Value; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: Problems };

export interface Sample {
  /** `__name__` among them, where it has one. */
  readonly labels: Labels;
  /** `NaN` and infinite where the store has it so. */
  readonly value: number;
  /** Seconds since 1970. */
  readonly at: number;
}

export interface SampledSeries {
  readonly labels: Labels;
  readonly points: readonly (readonly [at: number, value: number])[];
}

/** Attempts at a journey that began within the second or the minute from `at` on, in seconds since 1970. */
export interface AttemptCount {
  readonly at: number;
  readonly bad: number;
  readonly total: number;
}

/** What built-in probes have found. */
export interface AttemptStore {
  /** Attempts at a journey from an instant on, oldest first: by the minute, and by the second where seconds are still kept. */
  readonly since: (journey: string, from: number) => readonly AttemptCount[];
}
