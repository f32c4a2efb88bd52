import type { Parsed } from "../src/core/problem/problem.ts";
import type { MonotonicMs, Seconds } from "../src/core/units/units.ts";

/** What is done to the member that serves: `store-cut`, it is cut off from the coordination store alone; `switchover`, another is asked to serve. */
export const trialFaults = ["kill", "freeze", "partition", "store-cut", "switchover"] as const;
export type TrialFault = (typeof trialFaults)[number];

/** Seen `at`, with every part standing, after one has waited since `askedAt`. */
export interface Whole {
  readonly active: string;
  readonly askedAt: MonotonicMs;
  readonly at: MonotonicMs;
}

/** A store of three members that clients reach by one address: Holdfast's lab, or a peer with the same topology. */
export interface Subject {
  /** Where clients are. */
  readonly frontUrl: string;
  /** After so long it has taken the loss of its coordination store as it will. */
  readonly storeLossSettles: Seconds;
  /** Straight to a member's store, whatever is done to its network. */
  storeUrlOf(member: string): string;
  untilWhole(signal: AbortSignal): Promise<Parsed<Whole>>;
  strike(fault: Exclude<TrialFault, "switchover">, member: string): Promise<Parsed<unknown>>;
  /** Of a member that is frozen. */
  thaw(member: string): Promise<Parsed<unknown>>;
  /** Undoes everything, and starts what does not run. */
  heal(member: string): Promise<Parsed<unknown>>;
  /** Ends when another member serves, or when that is refused. */
  switchOver(): Promise<Parsed<unknown>>;
  /** @param remains whether what tells of it is kept to be looked at */
  end(remains: "keep" | "remove"): Promise<void>;
}
