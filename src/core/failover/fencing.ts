import { invariant } from "../problem/problem.ts";
import { elapsed } from "../units/units.ts";
import type { ControllerStep } from "./controller-state.ts";
import { isFresh } from "./detection.ts";
import { type Case, commit, stay, withoutEpoch } from "./leading.ts";
import type { Position, RegionId } from "./member.ts";
import { reached } from "./milestones.ts";
import {
  areGuardsFenced,
  candidateOf,
  comparePositions,
  fencesNeeded,
  reachesFloor,
  type Reign,
} from "./reign.ts";
import { leaseWithDrift } from "./settings.ts";

/** Waits until nobody can acknowledge any more, then chooses who is to serve. */
export function completeFence(at: Case): ControllerStep {
  const { state, now } = at;
  if (!state.progress.isHeld) return hold(at);
  const fenced = fencedStandbys(at);
  if (isFenced(at, fenced)) {
    const candidate = candidateOf(fenced, preferenceOf(at));
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

/** Of those that hold as much, rather another than the one that was lost, or was chosen before and did not come to serve. */
function preferenceOf({ state, reign }: Case): readonly RegionId[] {
  const { regions } = state.settings;
  return [...regions.filter((region) => region !== reign.active), reign.active];
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
  if (![...fenced.values()].some((position) => reachesFloor(position, reign))) return false;
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
    guards: [{ members, confirmations }],
    floor: confirmations > 0 ? branch : null,
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

/** Why a fence could not be completed now, or would leave nobody to choose. */
export function fenceObstacles({ state, reign, now }: Case): readonly string[] {
  const standbys = state.settings.regions.flatMap((region) => {
    const report = state.around.reports.get(region);
    if (region === reign.active || !isFresh(report, { timing: state.settings.timing, now })) return [];
    const { status } = report.told;
    return status.kind === "standby" ? [{ region, position: status.position }] : [];
  });
  const able = standbys.map(({ region }) => region);
  const unfenced = reign.guards.flatMap((guard) => {
    const present = guard.members.filter((member) => able.includes(member)).length;
    if (guard.confirmations === 0 || present >= fencesNeeded(guard)) return [];
    return [
      `${present} of ${guard.members.join(", ")} can be fenced, ${fencesNeeded(guard)} are needed to lose nothing`,
    ];
  });
  if (unfenced.length > 0) return unfenced;
  if (able.length === 0) return ["no standby is there to take over"];
  if (standbys.some(({ position }) => reachesFloor(position, reign))) return [];
  return [`no standby holds all that ${reign.active} held when it was chosen`];
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
