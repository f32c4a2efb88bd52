/** A dashboard by what it shows; where its panels stand, and what Grafana calls all of it, is worked out (`grafana`). */
export interface Dashboard {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Besides the data source, which every dashboard lets its reader choose. */
  readonly variables: readonly Variable[];
  readonly rows: readonly Row[];
}

/** Something that the reader chooses, written `$name` in a query. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  /** In the words that Grafana has for Prometheus: `label_values(series, label)`. */
  readonly query: string;
  /** Of what the query answers, its first group is taken; `null`: all of it. */
  readonly pattern: string | null;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Panel {
  readonly title: string;
  /** How it is to be read: one sentence or two. */
  readonly description: string;
  readonly look: Look;
  readonly unit: Unit;
  readonly width: Width;
  readonly queries: readonly Query[];
  /** The name of a variable: one panel for each of its values; `null`: just one. */
  readonly repeat: string | null;
}

export type Look =
  /** Large, as it is now. `name`: of each series that is there, its legend. */
  | { readonly kind: "stat"; readonly shows: "value" | "name" }
  | { readonly kind: "graph"; readonly lines: "apart" | "stacked" }
  /** Bands over time, one for each series, while it is there. */
  | { readonly kind: "states" }
  | { readonly kind: "bars" }
  /** Of the buckets of a histogram. */
  | { readonly kind: "heatmap" }
  /** A line for each set of labels; columns are the legends of its queries. */
  | { readonly kind: "table" };

export type Unit =
  | "none"
  | "count"
  | "yes-no"
  | "seconds"
  | "milliseconds"
  | "bytes"
  | "share"
  | "per-second"
  | "since"
  | "times";

/** Of a line. */
export type Width = "sixth" | "quarter" | "third" | "half" | "whole";

export interface Query {
  readonly expr: string;
  /** Labels in it stand between `{{` and `}}`. */
  readonly legend: string;
}

/** Grafana puts a span in its place that holds at least four scrapes. */
export const rateInterval = "$__rate_interval";
