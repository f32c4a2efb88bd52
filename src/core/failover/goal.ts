import { unreachable } from "../problem/problem.ts";
import { elapsed } from "../units/units.ts";
import type { AgentState } from "./agent-state.ts";
import type { AgentDeed } from "./deed.ts";
import type { MemberStatus, Position, RegionId, SyncSet } from "./member.ts";
import { isPrefix, type Reign, sameSyncSet, wantedSyncSet } from "./reign.ts";

/** What the reign asks of one member. */
export type Goal =
  | { readonly kind: "none" }
  /** Neither serve nor confirm. */
  | { readonly kind: "fenced" }
  /** Shut down in order, with all that was acknowledged sent to the standbys. */
  | { readonly kind: "closed" }
  /** Chosen to serve, without a right to do so that is still valid: do not serve until it is renewed. */
  | { readonly kind: "yielded" }
  | { readonly kind: "primary"; readonly syncSet: SyncSet }
  | { readonly kind: "standby"; readonly upstream: RegionId };

export function goalOf(reign: Reign, self: RegionId): Goal {
  switch (reign.phase) {
    case "fencing":
      return { kind: "fenced" };
    case "closing":
      return reign.active === self ? { kind: "closed" } : { kind: "standby", upstream: reign.active };
    case "promoting":
    case "steady":
      return reign.active === self
        ? { kind: "primary", syncSet: wantedSyncSet(reign) }
        : { kind: "standby", upstream: reign.active };
    default:
      return unreachable(reign.phase);
  }
}

/** The next deed that brings the member nearer to its goal; `null` when it is there, or when only waiting helps. */
export function deedFor(goal: Goal, state: AgentState): AgentDeed | null {
  const { status } = state;
  switch (goal.kind) {
    case "none":
      return null;
    case "yielded":
      return towardsYield(state);
    case "fenced":
      return status === null ? null : towardsFence(status);
    case "closed":
      return towardsClosed(state);
    case "primary":
      return status === null ? null : towardsPrimary(status, goal.syncSet, state);
    case "standby":
      return status === null ? null : towardsStandby(status, goal.upstream, state);
    default:
      return unreachable(goal);
  }
}

/** A right that ran out stops a member at once; one that was asked for and not yet given, after a moment. */
function towardsYield(state: AgentState): AgentDeed | null {
  const { servesUntil, askedSince, clock, settings } = state;
  const hasRunOut = servesUntil !== null;
  const isRefused = elapsed(askedSince, clock.now) >= settings.timing.freshMs;
  const isOver =
    state.status?.kind === "primary" ? hasRunOut || isRefused : hasRunOut && mayServeUnseen(state);
  return isOver ? { kind: "stop" } : null;
}

/** Whether a member that does not show itself as the primary may acknowledge all the same. */
function mayServeUnseen({ status, confirmed, settings }: AgentState): boolean {
  switch (status?.kind) {
    case undefined:
      // Just awake from a pause: it has not been looked at, yet it was serving.
      return confirmed !== null;
    case "silent":
    case "starting":
      // A synchronous one is fenced by its standbys; nobody fences an asynchronous one from afar.
      return settings.confirmations === 0;
    case "primary":
      return true;
    case "standby":
    case "down":
      return false;
    default:
      return unreachable(status);
  }
}

/** One that takes longer than its right to serve lasts is stopped: nobody waits for it any more. */
function towardsClosed({ status, servesUntil, clock }: AgentState): AgentDeed | null {
  if (status?.kind !== "primary") return null;
  return { kind: servesUntil !== null && clock.now < servesUntil ? "shut-down" : "stop" };
}

function towardsFence(status: MemberStatus): AgentDeed | null {
  switch (status.kind) {
    case "primary":
    case "silent":
    case "starting":
      return { kind: "stop" };
    case "standby":
      return status.upstream === null && status.receiver.kind === "stopped"
        ? null
        : { kind: "stop-receiving" };
    case "down":
      return status.holds === "standby" ? { kind: "start", as: { kind: "standby", upstream: null } } : null;
    default:
      return unreachable(status);
  }
}

function towardsPrimary(status: MemberStatus, wanted: SyncSet, state: AgentState): AgentDeed | null {
  const isHeld = mustHold(state);
  const syncSet = isHeld ? everyOther(state) : wanted;
  switch (status.kind) {
    case "primary":
      if (isHeld) return state.held === null ? { kind: "hold-commits", syncSet } : null;
      return sameSyncSet(state.confirmed, syncSet) ? null : { kind: "apply-sync-set", syncSet };
    case "standby":
      return { kind: "promote", syncSet };
    case "down":
      return startTowardsPrimary(status.holds, syncSet);
    case "starting":
    case "silent":
      return null;
    default:
      return unreachable(status);
  }
}

/**
 * Whether commits that nobody confirms must wait: the reign has not been read for a while, and another region may have been chosen by now.
 * What is acknowledged here alone from then on would be lost, beyond what those who choose reckon with.
 */
function mustHold({ settings, servesUntil, clock }: AgentState): boolean {
  const { servingLeaseMs, freshMs } = settings.timing;
  if (settings.confirmations > 0 || servesUntil === null) return false;
  return elapsed(clock.now, servesUntil) <= servingLeaseMs - freshMs;
}

/** All of them: whichever is chosen has stopped receiving before, so that no commit can end any more. */
function everyOther({ settings, self }: AgentState): SyncSet {
  const members = settings.regions.filter((region) => region !== self);
  return { members, confirmations: members.length };
}

function startTowardsPrimary(holds: "primary" | "standby" | "nothing", syncSet: SyncSet): AgentDeed | null {
  switch (holds) {
    case "primary":
      return { kind: "start", as: { kind: "primary", syncSet } };
    case "standby":
      return { kind: "start", as: { kind: "standby", upstream: null } };
    case "nothing":
      return null;
    default:
      return unreachable(holds);
  }
}

function towardsStandby(status: MemberStatus, upstream: RegionId, state: AgentState): AgentDeed | null {
  switch (status.kind) {
    case "primary":
      return { kind: "stop" };
    case "starting":
    case "silent":
      return null;
    case "down":
      if (status.holds === "standby")
        return { kind: "start", as: { kind: "standby", upstream: belongs(state) ? upstream : null } };
      return hasClosedBefore(status, state) ? startClosed(state) : reseedFrom(upstream, state);
    case "standby":
      if (status.upstream === upstream) return isLeftBehind(state) ? reseedFrom(upstream, state) : null;
      return mayFollow(status.position, state) ? { kind: "follow", upstream } : reseedFrom(upstream, state);
    default:
      return unreachable(status);
  }
}

/** Whether the member's data is of the present epoch: it served or followed under it before. */
function belongs({ seen, memory }: AgentState): boolean {
  return seen !== null && memory.lineage === seen.reign.epoch;
}

/**
 * Whether what a primary held when it was shut down in order is a prefix of the present history. It is started as a standby of nobody
 * then, which knows its end, and by that follows or is seeded anew.
 */
function hasClosedBefore({ closedAt }: MemberStatus & { kind: "down" }, { seen }: AgentState): boolean {
  return closedAt !== null && isPrefix(closedAt, seen?.reign.branch ?? null);
}

function mayFollow(position: Position, state: AgentState): boolean {
  return belongs(state) || isPrefix(position, state.seen?.reign.branch ?? null);
}

function startClosed(state: AgentState): AgentDeed | null {
  return mayComeBack(state) ? { kind: "start", as: { kind: "standby", upstream: null } } : null;
}

function reseedFrom(upstream: RegionId, state: AgentState): AgentDeed | null {
  return mayComeBack(state) ? { kind: "reseed", upstream } : null;
}

/** Whoever comes back waits until the new primary serves, so as not to slow it down; unless writes wait for this very member. */
function mayComeBack({ seen, self }: AgentState): boolean {
  return seen !== null && (seen.reign.phase === "steady" || wantedSyncSet(seen.reign).members.includes(self));
}

/** It is set to follow and finds no way: the primary's log no longer reaches back to it, or their histories have parted. */
function isLeftBehind({ streamlessSince, streamingLooks, clock, settings, seen }: AgentState): boolean {
  if (streamlessSince === null || streamingLooks > 0 || seen?.reign.phase !== "steady") return false;
  return elapsed(streamlessSince, clock.now) >= settings.timing.reseedAfterMs;
}
