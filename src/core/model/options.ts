import type { Component } from "./component.ts";
import type { Declared } from "./declared.ts";

/** Ways in which a platform might be built. */
export interface Options extends Declared {
  readonly choices: readonly [Choice, ...Choice[]];
  /** Of each component that something is chosen about, every way to build it that the model can hold. No component is in two documents. */
  readonly variants: ReadonlyMap<string, readonly [Variant, ...Variant[]]>;
}

/** One thing to choose. */
export interface Choice {
  readonly component: string;
  /** Such as `replicas of gateway in us-east`. */
  readonly what: string;
  /** In words; what holds today is one of them. */
  readonly alternatives: readonly string[];
  /** Which of them holds today. */
  readonly today: number;
}

/** A component as it might be built; today's is the first. */
export interface Variant {
  /** Of each choice about the component, in the order of the choices, the alternative that is taken. */
  readonly picks: readonly number[];
  readonly component: Component;
}
