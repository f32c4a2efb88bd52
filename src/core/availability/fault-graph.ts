import type { Law } from "./law.ts";

/**
 * What makes something fail, as a graph: basic events, and gates over them. A node that several gates read is one thing that
 * fails for all of them at once; nothing here assumes that gates are independent.
 */
export interface FaultGraph {
  readonly events: readonly BasicEvent[];
  readonly gates: readonly Gate[];
}

/** Something that is failed or not, independently of every other basic event. */
export interface BasicEvent {
  readonly name: string;
  readonly law: Law;
}

/** True: failed. An `at-least` gate is true when `least` of its inputs are or more. */
export type Gate =
  | { readonly name: string; readonly kind: "and" | "or" | "xor"; readonly inputs: readonly Literal[] }
  | {
      readonly name: string;
      readonly kind: "at-least";
      readonly least: number;
      readonly inputs: readonly Literal[];
    };

/**
 * Points at a node, or at its negation: event i is node i, gate j is node `events.length + j`; the negation of node x is `~x`.
 * A gate reads events and gates that stand anywhere in the lists; circles are not allowed.
 */
export type Literal = number;
