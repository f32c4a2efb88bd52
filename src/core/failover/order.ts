import type { InstantMs } from "../units/units.ts";
import type { Revision } from "./coordinator.ts";
import type { RegionId } from "./member.ts";
import { type Epoch, isBounded, type Reign, type SeenReign } from "./reign.ts";

/**
 * What a person asks of the leading controller:
 * - `switchover`: another region is to serve, and the one that does is shut down in order first;
 * - `failover`: it is taken for lost on that person's word, where no quorum has found it so, where a person must decide, or where a
 *   switchover is to go on without waiting for it;
 * - `abort`: a switchover that has not yet chosen another region is called off.
 */
export const orderKinds = ["switchover", "failover", "abort"] as const;
export type OrderKind = (typeof orderKinds)[number];

/**
 * One key of the store holds the newest order. It is for one phase of one reign: once that is over the order is spent, so it is never
 * carried out twice.
 */
export interface Order {
  /** By which whoever gave it finds the answer. */
  readonly id: string;
  readonly kind: OrderKind;
  /** Who is to serve; `null`: whoever holds the most. */
  readonly to: RegionId | null;
  readonly under: Epoch;
  readonly during: Reign["phase"];
  /** Who asks, for the record. */
  readonly by: string;
  /** Not begun after this instant, by the leading controller's wall clock. */
  readonly validUntil: InstantMs;
  /** Why the leading controller did not begin it; `null`: it has not answered, or has begun. */
  readonly refusedBecause: readonly string[] | null;
  /** Left out: it is not refused, or was by a controller that did not tell. */
  readonly refusedFor?: RefusalKind;
}

/**
 * What whoever gave an order can do about its refusal:
 * - `name`: who is to serve is no region of this platform;
 * - `serves`: who is to serve does so already, and nothing is to be done;
 * - `lost`: the region that serves is not known to, so that nothing is handed over in order;
 * - `obstacle`: something else is in the way.
 */
export type RefusalKind = "name" | "serves" | "lost" | "obstacle";

export interface Refusal {
  readonly kind: RefusalKind;
  /** At least one. */
  readonly because: readonly string[];
}

/** An order as it stands in the store. */
export interface SeenOrder {
  readonly order: Order;
  readonly revision: Revision;
}

export const orderKey = "order";

/** What may be asked for while a reign is in each of its phases; everything else waits until a region serves. */
const takenDuring: Readonly<Record<Reign["phase"], readonly OrderKind[]>> = {
  steady: ["switchover", "failover", "abort"],
  closing: ["failover", "abort"],
  // Where whoever is chosen must hold what nobody confirmed, and does not.
  fencing: ["failover"],
  promoting: [],
};

/** Whether anybody takes up an order of this kind under the present reign. */
export function isTakenUnder(reign: Reign, kind: OrderKind): boolean {
  return takenDuring[reign.phase].includes(kind) && (reign.phase !== "fencing" || isBounded(reign));
}

export function orderText(order: Order): string {
  return JSON.stringify(order);
}

/** The text was written by `orderText`: nobody else writes the key. */
export function readOrder(text: string, revision: Revision): SeenOrder {
  return { order: JSON.parse(text) as Order, revision };
}

/** What has come of an order so far. */
export type OrderStanding =
  | { readonly kind: "open" }
  | { readonly kind: "under-way"; readonly phase: Reign["phase"] }
  | { readonly kind: "served"; readonly active: RegionId; readonly epoch: Epoch }
  | { readonly kind: "refused"; readonly because: readonly string[]; readonly refusal: RefusalKind }
  /** Its time is over, or another order has taken its place, and nobody had begun it. */
  | { readonly kind: "not-taken" };

/** @param given the reign for which the order was given @param present the key of orders and the reign as they stand now */
export function orderStanding(
  order: Order,
  given: SeenReign,
  present: { readonly order: SeenOrder | null; readonly seen: SeenReign; readonly wall: InstantMs },
): OrderStanding {
  const { reign, revision } = present.seen;
  const isBegun = reign.epoch > order.under || (revision > given.revision && reign.phase !== order.during);
  if (isBegun) {
    return reign.phase === "steady"
      ? { kind: "served", active: reign.active, epoch: reign.epoch }
      : { kind: "under-way", phase: reign.phase };
  }
  if (present.order?.order.id !== order.id) return { kind: "not-taken" };
  const { refusedBecause, refusedFor = "obstacle" } = present.order.order;
  if (refusedBecause !== null) return { kind: "refused", because: refusedBecause, refusal: refusedFor };
  return present.wall > order.validUntil ? { kind: "not-taken" } : { kind: "open" };
}

/** Whether somebody's order may still be begun: another one would take its place unseen. */
export function isOpen({ order }: SeenOrder, { reign }: SeenReign, wall: InstantMs): boolean {
  const isForNow = order.under === reign.epoch && order.during === reign.phase;
  return order.refusedBecause === null && isForNow && wall <= order.validUntil;
}
