import type { Seconds } from "../units/units.ts";

/** Why a value is what it is. */
export type Source =
  /** Written in the document itself. */
  | { readonly kind: "declared" }
  /** Inherited. */
  | { readonly kind: "policy"; readonly policy: string }
  /** A row of the catalogue that the document names. */
  | { readonly kind: "catalogue"; readonly row: string }
  /** Nothing was written: a row of the catalogue that fits the kind of thing. */
  | { readonly kind: "assumed"; readonly row: string };

/** How often something fails, and how long until it works again. */
export interface Reliability {
  /** Mean working time between failures, above 0. */
  readonly mtbf: Seconds;
  readonly mttr: Seconds;
  /** How the time to repair spreads about `mttr`. */
  readonly repair: Repair;
  /** 95th percentile of the true failure rate over its median; 1: certain. */
  readonly errorFactor: number;
  readonly source: Source;
}

/** How the length of a repair spreads about its mean; `sigma` is that of its logarithm. */
export type Repair =
  | { readonly kind: "exponential" }
  | { readonly kind: "fixed" }
  | { readonly kind: "log-normal"; readonly sigma: number };
