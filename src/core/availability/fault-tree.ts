import type { FaultGraph, Literal } from "./fault-graph.ts";

/** A fault graph as somebody wrote it down: with names for its gates. */
export interface FaultTree {
  readonly name: string;
  readonly graph: FaultGraph;
  /** Every gate that has a name of its own. */
  readonly gates: ReadonlyMap<string, Literal>;
  /** The names of those that no other gate reads, in the order in which they are written. */
  readonly roots: readonly string[];
}
