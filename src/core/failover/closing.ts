import { unreachable } from "../problem/problem.ts";
import { elapsed } from "../units/units.ts";
import { changed, type ControllerStep } from "./controller-state.ts";
import { type Case, commit, stay } from "./leading.ts";
import type { MemberStatus, Position, RegionId } from "./member.ts";
import { closedAfter, reinstatedAfter } from "./next-reign.ts";
import type { Order, SeenOrder } from "./order.ts";
import { misnamed, openOrder, refuse } from "./ordered.ts";

/** Waits until the region that serves has been shut down in order; when it takes too long, or is lost meanwhile, it is fenced as it is. */
export function completeClosing(at: Case): ControllerStep {
  const { state, now } = at;
  const order = openOrder(at);
  if (order !== null) return takeMidway(at, order);
  if (!state.progress.isHeld) return holdGently(at);
  const status = statusUnder(at);
  if (status?.kind === "down") return toFence(at, status.closedAt);
  const isInTime = elapsed(state.progress.since, now) < state.settings.timing.candidateLostAfterMs;
  return isInTime ? stay(state) : toFence(at, null);
}

/** What a person asks for while the region that serves is being shut down. */
function takeMidway(at: Case, seen: SeenOrder): ControllerStep {
  const { order } = seen;
  switch (order.kind) {
    case "abort":
      return callOff(at, order);
    case "failover": {
      const refusal = misnamed(at, order.to);
      return refusal === null ? goOnWithoutWaiting(at, order) : refuse(at, seen, refusal);
    }
    case "switchover":
      return refuse(at, seen, { kind: "obstacle", because: ["a switchover is under way"] });
    default:
      return unreachable(order.kind);
  }
}

function goOnWithoutWaiting(at: Case, order: Order): ControllerStep {
  const { reign } = at;
  return commit(at, {
    kind: "switchover-closed",
    next: closedAfter(reign, { end: null, wanted: order.to ?? reign.wanted }),
    order,
    because: `${order.by} waits no longer for ${reign.active} to end in order, and it is fenced as it is`,
  });
}

/** @param end `null`: it has not ended in order */
function toFence(at: Case, end: Position | null): ControllerStep {
  const { active, wanted } = at.reign;
  return commit(at, {
    kind: "switchover-closed",
    next: closedAfter(at.reign, { end, wanted }),
    fenced: end === null ? new Map() : new Map([[active, end]]),
    because: `${active} has ${end === null ? "not ended in order, and is fenced as it is" : "ended in order"}`,
  });
}

function callOff(at: Case, order: Order): ControllerStep {
  const end = endOf(at);
  return commit(at, {
    kind: "failover-reinstated",
    next: reinstatedAfter(at.reign, end),
    fenced: end,
    order,
    because: `${order.by} has called the switchover off`,
  });
}

/** How the region that serves stands, by its own agent that obeys this reign; `null` while that is not known. */
function statusUnder({ state, seen, reign }: Case): MemberStatus | null {
  const told = state.around.reports.get(reign.active)?.told;
  return told === undefined || told.seen < seen.revision ? null : told.status;
}

/** How far the region that serves reaches, as far as that is known. */
function endOf(at: Case): ReadonlyMap<RegionId, Position> {
  const status = statusUnder(at);
  const position =
    status?.kind === "primary" ? status.position : status?.kind === "down" ? status.closedAt : null;
  return position === null ? new Map() : new Map([[at.reign.active, position]]);
}

/** New statements wait; answers of models that are on their way finish. */
function holdGently({ state, seen, reign }: Case): ControllerStep {
  return {
    state: changed(state, { progress: { ...state.progress, isHeld: true } }),
    effects: [
      { kind: "hold-edge", epoch: reign.epoch, streams: "drain" },
      { kind: "tell-agents", message: { kind: "reign-news", seen } },
    ],
  };
}
