import type { Parsed } from "../problem/problem.ts";
import type { Bill, ResourceMapping } from "./bill.ts";

export interface BillsToRead {
  /** As the user named them, relative to `cwd`. */
  readonly files: readonly string[];
  readonly cwd: string;
  /** The names of all components. */
  readonly components: ReadonlySet<string>;
  readonly mappings: readonly ResourceMapping[];
}

/** What each file comes to, in their order; or every problem in all of them. */
export type ReadBills = (bills: BillsToRead, signal: AbortSignal) => Promise<Parsed<readonly Bill[]>>;
