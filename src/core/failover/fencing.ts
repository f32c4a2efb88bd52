import { elapsed } from "../units/units.ts";
import { changed, type ControllerStep } from "./controller-state.ts";
import { isFresh } from "./detection.ts";
import { type Case, commit, stay } from "./leading.ts";
import type { Position, RegionId } from "./member.ts";
import { reached } from "./milestones.ts";
import { chosenAfter, type NextReign, reinstatedAfter } from "./next-reign.ts";
import { areGuardsFenced, type FencedPositions, fencesNeeded, reachesFloor } from "./reign.ts";
import { leaseWithDrift } from "./settings.ts";

/** Waits until nobody can acknowledge any more, then chooses who is to serve. */
export function completeFence(at: Case): ControllerStep {
  const { state, reign, now } = at;
  if (!state.progress.isHeld) return hold(at);
  const fenced = fencedStandbys(at);
  if (isFenced(at, fenced)) {
    const next = chosenAfter(reign, fenced, state.settings);
    const report = next === null ? null : state.around.reports.get(next.active);
    if (next !== null && isFresh(report, { timing: state.settings.timing, now }))
      return choose(at, next, fenced);
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

function isFenced(at: Case, fenced: FencedPositions): boolean {
  const { state, reign, now } = at;
  const confirmed = reign.guards.filter((guard) => guard.confirmations > 0);
  if (!areGuardsFenced(confirmed, fenced)) return false;
  const reaches = [...fenced.values()].some((position) => reachesFloor(position, reign));
  if (confirmed.length === reign.guards.length) return reaches;
  if (!reaches && !mayDoWithout(at)) return false;
  // Asynchronous: nobody but the old primary itself, or the end of its lease, can say that it acknowledges nothing more.
  const hasLeaseRunOut = elapsed(state.progress.since, now) >= leaseWithDrift(state.settings.timing);
  return fenced.size > 0 && (isOldStopped(at) || hasLeaseRunOut);
}

/** Whether what a region that was shut down in order held alone is given up, for it does not come back. */
function mayDoWithout(at: Case): boolean {
  const { timing, lossyFailover } = at.state.settings;
  const isOver = elapsed(at.state.progress.since, at.now) >= timing.fenceLimitMs;
  return isOver && lossyFailover === "automatic" && !isOldStopped(at);
}

function isOldStopped({ state, seen, reign }: Case): boolean {
  const report = state.around.reports.get(reign.active);
  return report?.told.fencedUnder === seen.revision && report.told.status.kind !== "primary";
}

function choose(at: Case, next: NextReign, fenced: FencedPositions): ControllerStep {
  return commit(
    { ...at, state: reached(at.state, "fence") },
    {
      kind: "failover-fenced",
      next,
      fenced,
      because: `${next.active} holds the most of ${[...fenced.keys()].join(", ")}, and no commit can be confirmed without them`,
    },
  );
}

/** The fence could not be completed, and the old active region is there and has stopped: it alone holds everything. */
function reinstate(at: Case, fenced: FencedPositions): ControllerStep {
  const { reign } = at;
  return commit(at, {
    kind: "failover-reinstated",
    next: reinstatedAfter(reign, fenced),
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
    state: changed(state, { progress: { ...state.progress, isHeld: true } }),
    effects: [
      { kind: "hold-edge", epoch: reign.epoch, streams: "cut" },
      { kind: "tell-agents", message: { kind: "reign-news", seen } },
    ],
  };
}
