import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { absent, type Coordinator } from "../core/failover/coordinator.ts";
import {
  isOpen,
  isTakenUnder,
  type Order,
  orderKey,
  type OrderStanding,
  orderStanding,
  orderText,
  readOrder,
  type RefusalKind,
  type SeenOrder,
} from "../core/failover/order.ts";
import { type Epoch, type Reign, readReign, reignKey, type SeenReign } from "../core/failover/reign.ts";
import type { RegionId } from "../core/failover/member.ts";
import { elapsed, instantMs, type Milliseconds } from "../core/units/units.ts";
import { within } from "../waiting/deadline.ts";
import { readSystemClock } from "./clocks.ts";

export type Wish = Pick<Order, "kind" | "to" | "by">;

/** What came of an order. */
export type OrderOutcome =
  /** `wanted`: who was asked for; `null`: nobody in particular. `took`: from when it was given until service was proven. */
  | {
      readonly kind: "served";
      readonly active: RegionId;
      readonly wanted: RegionId | null;
      readonly epoch: Epoch;
      readonly took: Milliseconds;
    }
  | { readonly kind: "refused"; readonly because: readonly string[]; readonly refusal: RefusalKind }
  | { readonly kind: "not-taken" }
  /** Nothing like it is begun in this phase of a failover. */
  | { readonly kind: "busy"; readonly phase: Reign["phase"] }
  /** Somebody else's order is open. */
  | { readonly kind: "another"; readonly by: string }
  | { readonly kind: "unreachable" }
  /** It is still under way when patience is over. */
  | { readonly kind: "unfinished"; readonly phase: Reign["phase"] };

/** A leader takes an order within a tick; one that nobody has taken by then is not taken later by surprise. */
const validMs = 5_000;
const lookEveryMs = 15;
const askMsMax = 2_000;

interface Present {
  readonly seen: SeenReign;
  readonly order: SeenOrder | null;
}

/** Asks the leading controller for something, and waits until it has come of it what will. @param patience after which it is no longer waited for */
export async function giveOrder(
  coordinator: Coordinator,
  wish: Wish,
  patience: AbortSignal,
): Promise<OrderOutcome> {
  const present = await look(coordinator, patience);
  if (present === null) return { kind: "unreachable" };
  const { epoch, phase } = present.seen.reign;
  if (!isTakenUnder(present.seen.reign, wish.kind)) return { kind: "busy", phase };
  const { now: givenAt, wall } = readSystemClock();
  if (present.order !== null && isOpen(present.order, present.seen, wall))
    return { kind: "another", by: present.order.order.by };
  const order: Order = {
    ...wish,
    id: randomUUID(),
    under: epoch,
    during: phase,
    validUntil: instantMs(wall + validMs),
    refusedBecause: null,
  };
  const expected = present.order?.revision ?? absent;
  const write = { key: orderKey, value: orderText(order), expected, lease: null };
  const written = await within({ signals: [patience], ms: askMsMax }, (signal) =>
    coordinator.compareAndSet(write, signal),
  );
  if (written.kind === "unreachable") return { kind: "unreachable" };
  if (written.value.kind === "refused") return { kind: "another", by: byOf(written.value.current) };
  const standing = await untilOver({ coordinator, order, given: present.seen }, patience);
  switch (standing.kind) {
    case "served":
      return { ...standing, wanted: order.to, took: elapsed(givenAt, readSystemClock().now) };
    case "under-way":
      return { kind: "unfinished", phase: standing.phase };
    case "open":
    case "not-taken":
      return { kind: "not-taken" };
    case "refused":
      return standing;
  }
}

interface Given {
  readonly coordinator: Coordinator;
  readonly order: Order;
  /** The reign that it was given for. */
  readonly given: SeenReign;
}

/** How the order stands when nothing more will come of it, or when patience is over. */
async function untilOver(
  { coordinator, order, given }: Given,
  patience: AbortSignal,
): Promise<OrderStanding> {
  let standing: OrderStanding = { kind: "open" };
  while (standing.kind === "open" || standing.kind === "under-way") {
    if (patience.aborted) return standing;
    await pause(lookEveryMs);
    const present = await look(coordinator, patience);
    // Who cannot be asked says nothing; what is under way goes on.
    if (present !== null)
      standing = orderStanding(order, given, { ...present, wall: readSystemClock().wall });
  }
  return standing;
}

async function look(coordinator: Coordinator, patience: AbortSignal): Promise<Present | null> {
  const ask = (key: string): ReturnType<Coordinator["get"]> =>
    within({ signals: [patience], ms: askMsMax }, (signal) => coordinator.get(key, signal));
  const [reign, order] = await Promise.all([ask(reignKey), ask(orderKey)]);
  if (reign.kind === "unreachable" || order.kind === "unreachable" || reign.value === null) return null;
  return {
    seen: readReign(reign.value.value, reign.value.revision),
    order: order.value === null ? null : readOrder(order.value.value, order.value.revision),
  };
}

function byOf(entry: { readonly value: string; readonly revision: SeenOrder["revision"] } | null): string {
  return entry === null ? "somebody" : readOrder(entry.value, entry.revision).order.by;
}
