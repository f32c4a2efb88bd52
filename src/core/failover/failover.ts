import { invariant, unreachable } from "../problem/problem.ts";
import { between, elapsed, type MonotonicMs } from "../units/units.ts";
import type { ControllerEffect, ControllerState, ControllerStep } from "./controller-state.ts";
import { absent } from "./coordinator.ts";
import { isFresh, judgeLoss, type LossEvidence } from "./detection.ts";
import type { Position, RegionId, SyncSet } from "./member.ts";
import type { MemberReport } from "./message.ts";
import { reached } from "./milestones.ts";
import type { RecordBody } from "./record.ts";
import {
  areGuardsFenced,
  candidateOf,
  comparePositions,
  fencesNeeded,
  intentText,
  type Reign,
  reignText,
  sameSyncSet,
  type SeenReign,
  wantedSyncSet,
} from "./reign.ts";
import { leaseWithDrift } from "./settings.ts";

/** A leader with the reign before it: what every rule below starts from. */
interface Case {
  readonly state: ControllerState;
  readonly seen: SeenReign;
  readonly reign: Reign;
  readonly now: MonotonicMs;
}

/** What the leading controller does next under the present reign. */
export function decideAsLeader(state: ControllerState): ControllerStep {
  const { seen, clock, progress } = state;
  if (seen === null || clock.now < progress.notBefore) return stay(state);
  const at: Case = { state, seen, reign: seen.reign, now: clock.now };
  switch (seen.reign.phase) {
    case "steady":
      return watchOver(at);
    case "fencing":
      return completeFence(at);
    case "promoting":
      return completePromotion(at);
    default:
      return unreachable(seen.reign.phase);
  }
}

/** Others lead; unless nobody does, or the one that does stands in the region that is lost. */
export function decideAsFollower(state: ControllerState): ControllerStep {
  const { leadership, seen, clock, settings, progress } = state;
  switch (leadership.kind) {
    case "mine":
    case "unknown":
      return stay(state);
    case "vacant":
      if (clock.now < progress.notBefore) return stay(state);
      return awaiting(state, (ticket) => ({ kind: "claim-leadership", ticket, expected: absent }));
    case "other": {
      if (leadership.holder !== seen?.reign.active) return stay(state);
      const judgement = judgeLoss(seen, state.around, { settings, now: clock.now });
      if (judgement.kind === "not-lost") return stay(state);
      return awaiting(state, (ticket) => ({
        kind: "claim-leadership",
        ticket,
        expected: leadership.revision,
      }));
    }
    default:
      return unreachable(leadership);
  }
}

// --- steady: watch over the one that serves ---

function watchOver(at: Case): ControllerStep {
  const { state, seen, now } = at;
  const judgement = judgeLoss(seen, state.around, { settings: state.settings, now });
  if (judgement.kind === "not-lost") return tend({ ...at, state: unblocked(state) });
  const blockedBy = obstaclesOf(at);
  if (blockedBy.length > 0) return stay({ ...state, blockedBy });
  return intend(at, judgement.evidence, "a quorum of vantage points has lost the active region");
}

function unblocked(state: ControllerState): ControllerState {
  return state.blockedBy.length === 0 ? state : { ...state, blockedBy: [] };
}

/** Why a failover may not begin now. A fence that cannot be completed is not begun: it would only stop what may return. */
function obstaclesOf({ state, reign, now }: Case): readonly string[] {
  const { settings, clock, around } = state;
  const obstacles: string[] = [];
  if (reign.automation !== "armed") obstacles.push("automatic failover is not armed");
  if (reign.settledAt !== null && between(reign.settledAt, clock.wall) < settings.timing.coolDownMs) {
    obstacles.push("the last failover ended less than one cool-down ago");
  }
  const able = settings.regions.filter(
    (region) => region !== reign.active && canBeFenced(around.reports.get(region), state, now),
  );
  for (const guard of reign.guards) {
    const present = guard.members.filter((member) => able.includes(member)).length;
    if (guard.confirmations > 0 && present < fencesNeeded(guard)) {
      obstacles.push(
        `${present} of ${guard.members.join(", ")} can be fenced, ${fencesNeeded(guard)} are needed to lose nothing`,
      );
    }
  }
  if (reign.guards.some((guard) => guard.confirmations === 0)) {
    if (settings.lossyFailover === "ask") obstacles.push("replication is asynchronous: a person must decide");
    if (able.length === 0) obstacles.push("no standby is there to take over");
  }
  return obstacles;
}

function canBeFenced(
  received: { readonly told: MemberReport; readonly at: MonotonicMs } | undefined,
  state: ControllerState,
  now: MonotonicMs,
): boolean {
  return isFresh(received, { timing: state.settings.timing, now }) && received.told.status.kind === "standby";
}

function intend(at: Case, evidence: LossEvidence | null, because: string): ControllerStep {
  const { reign } = at;
  const state = reached({ ...at.state, milestones: [] }, "detect");
  const next = { ...withoutEpoch(reign), phase: "fencing", branch: null } as const;
  return commit({ ...at, state }, { kind: "failover-intent", next, evidence, because });
}

/** Nothing is lost: keep the edge pointed and the sync set true. */
function tend(at: Case): ControllerStep {
  const { state, reign } = at;
  if (state.edgeEpoch !== null && state.edgeEpoch !== reign.epoch) return route(at);
  return reign.guards.length > 1 ? settleSyncSet(at) : changeSyncSet(at);
}

/** A change of the sync set is over when the primary says that the new one is in force and holds all that was acknowledged. */
function settleSyncSet(at: Case): ControllerStep {
  const { reign } = at;
  const wanted = wantedSyncSet(reign);
  if (!servesWith(at, wanted)) return changeSyncSet(at);
  const next: Omit<Reign, "epoch"> = { ...withoutEpoch(reign), guards: [wanted] };
  return commit(at, {
    kind: "sync-set-settled",
    next,
    because: `commits are confirmed by ${describe(wanted)} alone`,
  });
}

const guardsMax = 4;

function changeSyncSet(at: Case): ControllerStep {
  const { state, reign } = at;
  const current = wantedSyncSet(reign);
  const wanted = presentSyncSet(at, current);
  if (wanted === null || sameSyncSet(current, wanted) || reign.guards.length >= guardsMax) return stay(state);
  const next: Omit<Reign, "epoch"> = { ...withoutEpoch(reign), guards: [...reign.guards, wanted] };
  return commit(at, {
    kind: "sync-set-change",
    next,
    because: `standbys that stream, or did a moment ago: ${wanted.members.join(", ")}`,
  });
}

/** Who should confirm: who streams now, and who is missing for no longer than is allowed. `null`: too few to say. */
function presentSyncSet({ state, reign, now }: Case, current: SyncSet): SyncSet | null {
  const { settings, streamedAt, around, progress } = state;
  const { timing } = settings;
  const report = around.reports.get(reign.active);
  if (!isFresh(report, { timing, now }) || report.told.status.kind !== "primary") return null;
  const { standbys } = report.told.status;
  const members = settings.regions.filter((region) => {
    if (region === reign.active) return false;
    if (standbys.some((standby) => standby.region === region && standby.isStreaming)) return true;
    const lastSeen = Math.max(streamedAt.get(region) ?? progress.since, progress.since) as MonotonicMs;
    return current.members.includes(region) && elapsed(lastSeen, now) < timing.standbyAbsentAfterMs;
  });
  const confirmations = Math.min(settings.confirmations, members.length);
  return confirmations < settings.confirmations ? null : { members, confirmations };
}

// --- fencing: until nobody can acknowledge any more ---

function completeFence(at: Case): ControllerStep {
  const { state, now } = at;
  if (!state.progress.isHeld) return hold(at);
  const fenced = fencedStandbys(at);
  if (isFenced(at, fenced)) {
    const candidate = candidateOf(fenced, state.settings.regions);
    const isHere =
      candidate !== null &&
      isFresh(state.around.reports.get(candidate), { timing: state.settings.timing, now });
    if (candidate !== null && isHere) return choose(at, candidate, fenced);
  }
  if (elapsed(state.progress.since, now) >= state.settings.timing.fenceLimitMs && isOldStopped(at)) {
    return reinstate(at, fenced);
  }
  return stay(state);
}

function fencedStandbys({ state, seen }: Case): Map<RegionId, Position> {
  const fenced = new Map<RegionId, Position>();
  for (const [region, { told }] of state.around.reports) {
    if (told.fencedUnder !== seen.revision || told.status.kind !== "standby") continue;
    fenced.set(region, told.status.position);
  }
  return fenced;
}

function isFenced(at: Case, fenced: ReadonlyMap<RegionId, Position>): boolean {
  const { state, reign, now } = at;
  const confirmed = reign.guards.filter((guard) => guard.confirmations > 0);
  if (!areGuardsFenced(confirmed, fenced)) return false;
  if (confirmed.length === reign.guards.length) return true;
  // Asynchronous: nobody but the old primary itself, or the end of its lease, can say that it acknowledges nothing more.
  const hasLeaseRunOut = elapsed(state.progress.since, now) >= leaseWithDrift(state.settings.timing);
  return fenced.size > 0 && (isOldStopped(at) || hasLeaseRunOut);
}

function isOldStopped({ state, seen, reign }: Case): boolean {
  const report = state.around.reports.get(reign.active);
  return report?.told.fencedUnder === seen.revision && report.told.status.kind !== "primary";
}

function choose(at: Case, candidate: RegionId, fenced: ReadonlyMap<RegionId, Position>): ControllerStep {
  const { state, reign } = at;
  const branch = fenced.get(candidate);
  invariant(branch !== undefined, `the candidate ${candidate} is not among the fenced`);
  const { confirmations, regions } = state.settings;
  const others = [...fenced.keys()].filter((region) => region !== candidate);
  const members = others.length >= confirmations ? others : regions.filter((region) => region !== candidate);
  const next: Omit<Reign, "epoch"> = {
    ...withoutEpoch(reign),
    phase: "promoting",
    active: candidate,
    branch,
    guards: [...reign.guards, { members, confirmations }],
  };
  return commit(
    { ...at, state: reached(state, "fence") },
    {
      kind: "failover-fenced",
      next,
      fenced,
      because: `${candidate} holds the most of ${[...fenced.keys()].join(", ")}, and no commit can be confirmed without them`,
    },
  );
}

/** The fence could not be completed, and the old active region is there and has stopped: it alone holds everything. */
function reinstate(at: Case, fenced: ReadonlyMap<RegionId, Position>): ControllerStep {
  const { reign } = at;
  const furthest = [...fenced.values()].sort(comparePositions).at(-1) ?? null;
  const branch = furthest === null ? null : { ...furthest, lsn: Number.MAX_SAFE_INTEGER as Position["lsn"] };
  const next: Omit<Reign, "epoch"> = { ...withoutEpoch(reign), phase: "promoting", branch };
  return commit(at, {
    kind: "failover-reinstated",
    next,
    fenced,
    because: `too few standbys could be fenced; ${reign.active} has stopped and holds all that it acknowledged`,
  });
}

// --- promoting: until a real write and a real inference have passed through the edge ---

function completePromotion(at: Case): ControllerStep {
  const { state, reign } = at;
  const { progress } = state;
  if (!servesWith(at, wantedSyncSet(reign))) {
    return isGivenUp(at)
      ? intend(at, null, `${reign.active} was chosen and tells nothing of having taken over`)
      : stay(state);
  }
  if (!progress.isRouted) return route({ ...at, state: reached(state, "promote") });
  if (!progress.isVerified) {
    return awaiting(state, (ticket) => ({
      kind: "verify",
      ticket,
      epoch: reign.epoch,
      active: reign.active,
    }));
  }
  const next: Omit<Reign, "epoch"> = {
    ...withoutEpoch(reign),
    phase: "steady",
    guards: [wantedSyncSet(reign)],
    settledAt: state.clock.wall,
  };
  return commit(at, {
    kind: "failover-complete",
    next,
    because: `a write and an inference have passed through the edge to ${reign.active}`,
  });
}

function isGivenUp({ state, reign, now }: Case): boolean {
  const { timing } = state.settings;
  const waited = elapsed(state.progress.since, now);
  const report = state.around.reports.get(reign.active);
  const isHeard = isFresh(report, { timing, now });
  return waited >= (isHeard ? timing.fenceLimitMs : timing.candidateLostAfterMs);
}

/** Whether the active region's own agent says that it serves under this very reign with `syncSet` in force. */
function servesWith({ state, seen, reign, now }: Case, syncSet: SyncSet): boolean {
  const report = state.around.reports.get(reign.active);
  if (!isFresh(report, { timing: state.settings.timing, now })) return false;
  const { status, seen: obeyed } = report.told;
  return obeyed >= seen.revision && status.kind === "primary" && sameSyncSet(status.syncSet, syncSet);
}

// --- the deeds ---

function stay(state: ControllerState): ControllerStep {
  return { state, effects: [] };
}

/** Sends the one deed whose answer is waited for before anything else is decided. */
function awaiting(state: ControllerState, effect: (ticket: number) => ControllerEffect): ControllerStep {
  const ticket = state.ticket + 1;
  return { state: { ...state, ticket, awaited: ticket }, effects: [effect(ticket)] };
}

function hold({ state, seen, reign }: Case): ControllerStep {
  return {
    state: { ...state, progress: { ...state.progress, isHeld: true } },
    effects: [
      { kind: "hold-edge", epoch: reign.epoch },
      { kind: "tell-agents", message: { kind: "reign-news", seen } },
    ],
  };
}

function route({ state, reign }: Case): ControllerStep {
  return awaiting(state, (ticket) => ({
    kind: "route-edge",
    ticket,
    epoch: reign.epoch,
    active: reign.active,
  }));
}

interface Change {
  readonly kind: RecordBody["kind"];
  readonly next: Omit<Reign, "epoch">;
  readonly because: string;
  readonly evidence?: LossEvidence | null;
  readonly fenced?: ReadonlyMap<RegionId, Position>;
}

function commit({ state, seen, reign }: Case, change: Change): ControllerStep {
  const record: RecordBody = {
    kind: change.kind,
    by: state.self,
    under: { epoch: reign.epoch, revision: seen.revision },
    next: change.next,
    evidence: change.evidence ?? null,
    milestones: state.milestones,
    fenced: [...(change.fenced ?? [])].map(([region, position]) => ({ region, position })),
    because: change.because,
  };
  const text =
    change.kind === "failover-intent"
      ? intentText(change.next)
      : reignText({ ...change.next, epoch: reign.epoch });
  return awaiting(state, (ticket) => ({ kind: "commit", ticket, record, text, expected: seen.revision }));
}

/** What a change keeps of a reign; the epoch is written beside it, or given by the store. */
function withoutEpoch({ phase, active, guards, branch, settledAt, automation }: Reign): Omit<Reign, "epoch"> {
  return { phase, active, guards, branch, settledAt, automation };
}

function describe(set: SyncSet): string {
  return `any ${set.confirmations} of ${set.members.join(", ")}`;
}
