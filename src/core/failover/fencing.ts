import { elapsed } from "../units/units.ts";
import { changed, type ControllerState, type ControllerStep } from "./controller-state.ts";
import { isFresh } from "./detection.ts";
import { type Case, commit, stay } from "./leading.ts";
import type { Position, RegionId } from "./member.ts";
import { reached } from "./milestones.ts";
import { isWithin, lossObstacle, mayLackOf, mayLackText } from "./may-lack.ts";
import { chosenAfter, lackingAfter, type NextReign, reinstatedAfter } from "./next-reign.ts";
import { isOpen, type Order } from "./order.ts";
import {
  areGuardsFenced,
  type FencedPositions,
  fencesNeeded,
  comparePositions,
  isAsynchronous,
  isBounded,
  type MayLack,
  reachesFloor,
  type Reign,
} from "./reign.ts";
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
  return stay(withLossTold(at, fenced));
}

/** The word of a person who gives up what whoever is chosen does not hold; `null`: nobody has given it. */
function acceptance({ state: { order, clock }, seen, reign }: Case): Order | null {
  if (order?.order.kind !== "failover" || !isBounded(reign)) return null;
  return isOpen(order, seen, clock.wall) ? order.order : null;
}

/** Says why none of those that were fenced is chosen, where each of them lacks too much. */
function withLossTold({ state, reign }: Case, fenced: FencedPositions): ControllerState {
  const { lossMax, timing } = state.settings;
  if (lossMax === null || !isBounded(reign) || reachesAny(reign, fenced)) return state;
  const next = chosenAfter(reign, fenced, state.settings);
  if (next === null) return state;
  const { active, branch } = next;
  if (branch === null) return state;
  const mayLack = mayLackOf(branch, state.trail, timing);
  return changed(state, { blockedBy: [lossObstacle(active, mayLack, lossMax)] });
}

function reachesAny(reign: Reign, fenced: FencedPositions): boolean {
  return [...fenced.values()].some((position) => reachesFloor(position, reign));
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
  const reaches = reachesAny(reign, fenced);
  if (confirmed.length === reign.guards.length) return reaches;
  if (!reaches && acceptance(at) === null && !mayDoWithout(at, fenced)) return false;
  // Asynchronous: nobody but the old primary itself, or the end of its lease, can say that it acknowledges nothing more.
  const hasLeaseRunOut = elapsed(state.progress.since, now) >= leaseWithDrift(state.settings.timing);
  return fenced.size > 0 && (isOldStopped(at) || hasLeaseRunOut);
}

/** Whether what a region that was shut down in order held alone is given up, for it does not come back, and it is no more than may be lost. */
function mayDoWithout(at: Case, fenced: FencedPositions): boolean {
  const { settings, trail, progress } = at.state;
  const { timing, lossyFailover, lossMax } = settings;
  const isOver = elapsed(progress.since, at.now) >= timing.fenceLimitMs;
  if (!isOver || lossyFailover !== "automatic" || isOldStopped(at)) return false;
  return [...fenced.values()].some((position) => isWithin(mayLackOf(position, trail, timing), lossMax));
}

function isOldStopped({ state, seen, reign }: Case): boolean {
  const report = state.around.reports.get(reign.active);
  return report?.told.fencedUnder === seen.revision && report.told.status.kind !== "primary";
}

function choose(at: Case, next: NextReign, fenced: FencedPositions): ControllerStep {
  const chosen = `${next.active} holds the most of ${[...fenced.keys()].join(", ")}`;
  const mayLack = lackedBy(at, next);
  return commit(
    { ...at, state: reached(at.state, "fence") },
    {
      kind: "failover-fenced",
      next: lackingAfter(next, mayLack),
      fenced,
      order: acceptance(at),
      because:
        mayLack === null
          ? `${chosen}, and no commit can be confirmed without them`
          : `${chosen}; ${mayLackText(next.active, mayLack)}`,
    },
  );
}

/** What is lost with the old active region; `null`: nothing, for others confirmed it, or that region ended in order and was sent on. */
function lackedBy({ state, reign }: Case, { branch }: NextReign): MayLack | null {
  if (!isAsynchronous(reign) || branch === null) return null;
  const old = state.around.reports.get(reign.active)?.told.status;
  const end = old?.kind === "down" ? old.closedAt : null;
  if (end !== null && comparePositions(branch, end) >= 0) return null;
  return mayLackOf(branch, state.trail, state.settings.timing);
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
export function fenceObstacles(at: Case): readonly string[] {
  const { reign } = at;
  const standbys = presentStandbys(at);
  const able = [...standbys.keys()];
  const unfenced = reign.guards.flatMap((guard) => {
    const present = guard.members.filter((member) => able.includes(member)).length;
    if (guard.confirmations === 0 || present >= fencesNeeded(guard)) return [];
    return [
      `${present} of ${guard.members.join(", ")} can be fenced, ${fencesNeeded(guard)} are needed to lose nothing`,
    ];
  });
  if (unfenced.length > 0) return unfenced;
  if (able.length === 0) return ["no standby is there to take over"];
  if (reachesAny(reign, standbys)) return [];
  return [`no standby holds all that ${reign.active} held when it was chosen`];
}

/** Who could take over, as far as its agent was heard a moment ago, and how far each reaches. */
export function presentStandbys({ state, reign, now }: Case): Map<RegionId, Position> {
  const standbys = new Map<RegionId, Position>();
  for (const region of state.settings.regions) {
    const report = state.around.reports.get(region);
    if (region === reign.active || !isFresh(report, { timing: state.settings.timing, now })) continue;
    const { status } = report.told;
    if (status.kind === "standby") standbys.set(region, status.position);
  }
  return standbys;
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
