import type { Entry } from "../evidence/evidence.ts";
import { objectIn, textIn } from "./facts.ts";

/** What a failover began with. */
export type Beginning =
  /** A quorum's evidence, or nobody has written down anything. */
  | { readonly kind: "loss" }
  /** A person's word: `switchover` where the region that serves is shut down in order first. */
  | {
      readonly kind: "order";
      readonly order: "switchover" | "failover";
      /** Who asked; `null`: it is not told. */
      readonly by: string | null;
      /** Who was to serve; `null`: whoever holds the most. */
      readonly wanted: string | null;
    };

/** Of several that were written down the last holds: a commit before it failed. @param entries of one failover, in order of time */
export function beginningOf(entries: readonly Entry[]): Beginning {
  const begun = entries.findLast((entry) => isIntent(entry) && !isRepeatedChoice(entry));
  if (begun === undefined || !isOnOrder(begun)) return { kind: "loss" };
  const order = objectIn(begun.body, "order");
  return {
    kind: "order",
    order: begun.kind === "switchover-intent" ? "switchover" : "failover",
    by: textIn(order, "by"),
    wanted: textIn(order, "to"),
  };
}

/** The decision that ends a reign: every epoch begins with one. */
export function isIntent({ kind }: Entry): boolean {
  return kind === "failover-intent" || kind === "switchover-intent";
}

/** Within a failover another region is chosen on the leader's word, without evidence of a loss and without an order. */
export function isRepeatedChoice(entry: Entry): boolean {
  return (
    entry.kind === "failover-intent" &&
    textIn(objectIn(entry.body, "evidence"), "lost") === null &&
    !isOnOrder(entry)
  );
}

/** A person waits no longer for the region that is shut down. */
export function isHurried(entry: Entry): boolean {
  return entry.kind === "switchover-closed" && isOnOrder(entry);
}

/** A person has called a switchover off. */
export function isCalledOff(entry: Entry): boolean {
  return entry.kind === "failover-reinstated" && isOnOrder(entry);
}

/** Whoever wrote it carried out what a person has asked for. */
function isOnOrder({ body }: Entry): boolean {
  return textIn(objectIn(body, "order"), "kind") !== null;
}
