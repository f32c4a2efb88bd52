import type { Tally } from "../../core/cost/bill.ts";

/** One file that is being read. */
export interface BillFile {
  readonly file: string;
  readonly path: string;
  readonly tally: Tally;
  readonly signal: AbortSignal;
}
