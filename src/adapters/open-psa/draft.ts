import type { Place } from "../../core/problem/problem.ts";

/**
 * What a file says, before its names are looked up. A term points at a formula or at a name: formula i is `2 × i`, name i is
 * `2 × i + 1`, and the negation of term x is `~x`.
 */
export interface Draft {
  /** Of the fault tree; `null`: none is there. */
  name: string | null;
  readonly formulas: DraftFormula[];
  readonly names: Mention[];
  /** Arithmetic, each after what it reads. */
  readonly expressions: DraftExpression[];
  readonly definitions: Definition[];
}

export type Term = number;

export interface DraftFormula {
  readonly kind: "and" | "or" | "xor" | "at-least";
  readonly least: number;
  readonly inputs: readonly Term[];
}

export type MentionKind = "gate" | "basic-event" | "house-event" | "event" | "parameter";

/** A name where it is used for the first time as this kind of thing. */
export interface Mention {
  readonly kind: MentionKind;
  readonly name: string;
  readonly place: Place;
}

export type DraftExpression =
  | { readonly kind: "number"; readonly value: number }
  /** A parameter, by its number among the names. */
  | { readonly kind: "parameter"; readonly name: number }
  | {
      readonly kind: "add" | "sub" | "mul" | "div" | "neg" | "exponential";
      readonly inputs: readonly number[];
    };

interface Defined {
  readonly name: string;
  readonly place: Place;
}

export type Definition =
  | (Defined & { readonly kind: "gate"; readonly term: Term })
  /** `null`: no chance is said. */
  | (Defined & { readonly kind: "basic-event"; readonly expression: number | null })
  | (Defined & { readonly kind: "house-event"; readonly isFailed: boolean })
  | (Defined & { readonly kind: "parameter"; readonly expression: number });
