/** Begins to be so; is so otherwise; is so no longer; stays as it is; is tried, and changes nothing. */
export type Sign = "+" | "~" | "-" | "=" | "?";

/** One thing that will be otherwise, in words. */
export interface PlannedChange {
  readonly sign: Sign;
  readonly what: string;
  readonly because: string;
}
