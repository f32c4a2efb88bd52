import { elapsed } from "../units/units.ts";
import { unreachable } from "../problem/problem.ts";
import { isFresh, isStreamLost, judgeLoss } from "./detection.ts";
import { fenceObstacles } from "./fencing.ts";
import { awaiting, type Case, commit } from "./leading.ts";
import { changed, type ControllerStep } from "./controller-state.ts";
import { closingAfter, fencingAfter } from "./next-reign.ts";
import { isOpen, type OrderKind, type Refusal, type SeenOrder } from "./order.ts";
import { wantedSyncSet } from "./reign.ts";

/** An order for the present reign that is still to be begun or refused; `null` when there is none. */
export function openOrder({ state, seen }: Case): SeenOrder | null {
  const { order, clock } = state;
  return order !== null && isOpen(order, seen, clock.wall) ? order : null;
}

/** Begins what a person has asked for while a region serves, or says why not; `null` while too little is known to say. */
export function takeOrder(at: Case, seen: SeenOrder): ControllerStep | null {
  const { order } = seen;
  const { state, now } = at;
  const refusal = refusalOf(order.kind, at, order.to);
  // Whoever has just begun to lead, or to obey this reign, has not heard from everybody.
  const isNew = elapsed(state.progress.since, now) < state.settings.timing.freshMs;
  if (refusal !== null) return isNew ? null : refuse(at, seen, refusal);
  const begun = { ...at, state: changed(at.state, { milestones: [] }) };
  const because = `${order.by} asks for ${order.to ?? "another region"} to serve`;
  return order.kind === "switchover"
    ? commit(begun, { kind: "switchover-intent", next: closingAfter(at.reign, order.to), order, because })
    : commit(begun, { kind: "failover-intent", next: fencingAfter(at.reign, order.to), order, because });
}

export function refuse({ state }: Case, seen: SeenOrder, { kind, because }: Refusal): ControllerStep {
  const order = { ...seen.order, refusedBecause: because, refusedFor: kind };
  return awaiting(changed(state, { order: { ...seen, order } }), (ticket) => ({
    kind: "answer-order",
    ticket,
    order,
    expected: seen.revision,
  }));
}

/** What is in the way of an order. A person may overrule the cool-down, what is armed and what may be lost; never the fence. */
function refusalOf(kind: OrderKind, at: Case, to: string | null): Refusal | null {
  switch (kind) {
    case "abort":
      return { kind: "obstacle", because: ["no switchover is under way"] };
    case "failover":
      return misnamed(at, to) ?? obstructed(fenceObstacles(at));
    case "switchover":
      return (
        misnamed(at, to) ??
        unserved(at) ??
        obstructed([...obstaclesToHandover(at, to), ...fenceObstacles(at)])
      );
    default:
      return unreachable(kind);
  }
}

function obstructed(because: readonly string[]): Refusal | null {
  return because.length === 0 ? null : { kind: "obstacle", because };
}

/** Of a name that nothing can be done for nothing else is told. */
export function misnamed({ state, reign }: Case, to: string | null): Refusal | null {
  if (to === reign.active) return { kind: "serves", because: [`${to} serves already`] };
  if (to === null || state.settings.regions.includes(to)) return null;
  return { kind: "name", because: [`there is no region ${to}: ${state.settings.regions.join(", ")}`] };
}

function unserved(at: Case): Refusal | null {
  if (isKnownToServe(at)) return null;
  const because = `${at.reign.active} is not known to serve, so that nothing can be handed over in order`;
  return { kind: "lost", because: [because, ...fenceObstacles(at)] };
}

/** Whoever is to serve must follow now, and be one whose confirmations count: it holds what was acknowledged, or will in a moment. */
function obstaclesToHandover(at: Case, to: string | null): readonly string[] {
  const { reign } = at;
  if (reign.guards.length > 1) return ["who confirms commits is being changed: ask again in a few seconds"];
  if (to === null) return [];
  if (!isFollowing(at, to)) return [`${to} does not follow ${reign.active} now`];
  const { members, confirmations } = wantedSyncSet(reign);
  return confirmations === 0 || members.includes(to) ? [] : [`${to} is not yet among those who confirm`];
}

/** What it told last outlives it for a while: it serves no more once it is lost. */
function isKnownToServe({ state, seen, reign, now }: Case): boolean {
  const { settings, around } = state;
  const own = around.reports.get(reign.active);
  if (!isFresh(own, { timing: settings.timing, now }) || own.told.status.kind !== "primary") return false;
  return judgeLoss(seen, around, { settings, now }).kind === "not-lost";
}

function isFollowing({ state, reign, now }: Case, region: string): boolean {
  const { timing } = state.settings;
  const report = state.around.reports.get(region);
  if (!isFresh(report, { timing, now })) return false;
  const { status } = report.told;
  return status.kind === "standby" && status.upstream === reign.active && !isStreamLost(status, timing);
}
