import type { Seconds } from "../../units/units.ts";
import type { FaultGraph, Literal } from "../fault-graph.ts";
import type { OperatingConditions } from "./conditions.ts";

/** What is simulated: a graph, what of it is asked about, and what bears on it in operation. */
export interface Subject {
  readonly graph: FaultGraph;
  readonly outputs: readonly Output[];
  readonly conditions: OperatingConditions;
}

/** A journey, a region: something that is failed while its node is true. */
export interface Output {
  readonly name: string;
  readonly node: Literal;
  /** Outages longer than this are counted; `null`: nothing is promised. */
  readonly rto: Seconds | null;
}
