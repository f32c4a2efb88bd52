import type { RegionId } from "../../core/failover/member.ts";
import type { Epoch } from "../../core/failover/reign.ts";
import { unreachable } from "../../core/problem/problem.ts";

/** Where the edge sends clients, and under whose word. */
export type Routing =
  /** Nobody has said anything yet. */
  | { readonly kind: "unrouted" }
  /** SQL goes nowhere until the next route; `previous` is the region that was left. */
  | { readonly kind: "held"; readonly epoch: Epoch; readonly previous: RegionId | null }
  | { readonly kind: "routed"; readonly epoch: Epoch; readonly active: RegionId };

export type Order =
  | { readonly kind: "hold"; readonly epoch: Epoch }
  | { readonly kind: "route"; readonly epoch: Epoch; readonly active: RegionId };

export type Ruling =
  | { readonly kind: "applied"; readonly routing: Routing }
  /** It stands like this already, or a hold came after the route of its own epoch. */
  | { readonly kind: "unchanged"; readonly routing: Routing }
  /** A higher epoch has been seen. */
  | { readonly kind: "stale"; readonly seen: Epoch }
  /** This epoch has chosen another region; an epoch has one ruler. */
  | { readonly kind: "contradicts"; readonly seen: Epoch; readonly active: RegionId };

/** Decides; does nothing. Within one epoch a hold may be followed by one route, and by nothing else. */
export function rule(routing: Routing, order: Order): Ruling {
  if (routing.kind !== "unrouted" && order.epoch < routing.epoch) {
    return { kind: "stale", seen: routing.epoch };
  }
  const isNewEpoch = routing.kind === "unrouted" || order.epoch > routing.epoch;
  switch (order.kind) {
    case "hold":
      if (!isNewEpoch) return { kind: "unchanged", routing };
      return { kind: "applied", routing: { kind: "held", epoch: order.epoch, previous: leftBy(routing) } };
    case "route": {
      if (isNewEpoch || routing.kind === "held") {
        return {
          kind: "applied",
          routing: { kind: "routed", epoch: order.epoch, active: order.active },
        };
      }
      if (routing.active === order.active) return { kind: "unchanged", routing };
      return { kind: "contradicts", seen: routing.epoch, active: routing.active };
    }
    default:
      return unreachable(order);
  }
}

function leftBy(routing: Routing): RegionId | null {
  switch (routing.kind) {
    case "unrouted":
      return null;
    case "held":
      return routing.previous;
    case "routed":
      return routing.active;
    default:
      return unreachable(routing);
  }
}

/** Who serves models now, best first. While SQL is held the region that was left comes last: it may be gone. */
export function modelOrder(routing: Routing, regions: readonly RegionId[]): readonly RegionId[] {
  switch (routing.kind) {
    case "unrouted":
      return [];
    case "held": {
      const { previous } = routing;
      return [...regions.filter((region) => region !== previous), ...(previous === null ? [] : [previous])];
    }
    case "routed":
      return [routing.active, ...regions.filter((region) => region !== routing.active)];
    default:
      return unreachable(routing);
  }
}
