import { elapsed } from "../units/units.ts";
import { changed, type ControllerStep } from "./controller-state.ts";
import { isFresh } from "./detection.ts";
import { fenceObstacles } from "./fencing.ts";
import { awaiting, type Case, commit, intend, route, servesWith, stay, unblocked } from "./leading.ts";
import { endedTrail, floorForAnother } from "./may-lack.ts";
import type { Position } from "./member.ts";
import { reached } from "./milestones.ts";
import { steadyAfter } from "./next-reign.ts";
import { wantedSyncSet } from "./reign.ts";

/** Waits for the region that was chosen, until a real write and a real inference have passed through the edge. */
export function completePromotion(at: Case): ControllerStep {
  const because = givenUpBecause(at);
  if (because === null) return goOn({ ...at, state: unblocked(at.state) });
  const { state, reign } = at;
  const floor = floorForAnother(reign, endedTrail(state), state.settings);
  const blockedBy =
    floor === "unknown"
      ? [`what others may lack of what ${reign.active} has acknowledged cannot be told`]
      : fenceObstacles({ ...at, reign: { ...reign, floor } });
  return floor !== "unknown" && blockedBy.length === 0
    ? chooseAgain(at, floor, because)
    : goOn({ ...at, state: changed(state, { blockedBy }) });
}

function goOn(at: Case): ControllerStep {
  const { state, reign } = at;
  const { progress } = state;
  if (!servesWith(at, wantedSyncSet(reign))) return stay(state);
  if (!progress.isRouted) return route({ ...at, state: reached(state, "promote") });
  if (!progress.isVerified) {
    return awaiting(state, (ticket) => ({
      kind: "verify",
      ticket,
      epoch: reign.epoch,
      active: reign.active,
    }));
  }
  return commit(at, {
    kind: "failover-complete",
    next: steadyAfter(reign, state.clock.wall),
    because: `a write and an inference have passed through the edge to ${reign.active}`,
  });
}

/** Why the region that was chosen is not waited for any longer; `null` while it is. */
function givenUpBecause(at: Case): string | null {
  const { state, reign, now } = at;
  if (state.progress.isVerified) return null;
  const { timing } = state.settings;
  const waited = elapsed(state.progress.since, now);
  if (!servesWith(at, wantedSyncSet(reign))) {
    const isHeard = isFresh(state.around.reports.get(reign.active), { timing, now });
    const isDue = waited >= (isHeard ? timing.fenceLimitMs : timing.candidateLostAfterMs);
    return isDue ? `${reign.active} was chosen and tells nothing of having taken over` : null;
  }
  if (waited < timing.fenceLimitMs || !isFresh(state.around.edge, { timing, now })) return null;
  const edge = state.around.edge.told;
  const isReached = edge === "answering" || edge === "idle";
  return isReached ? null : `${reign.active} serves and is ${edge} to the edge, so that no client reaches it`;
}

/** The quorum that lost the old active region stands; only who takes over is chosen again, among those that hold as much. */
function chooseAgain(at: Case, floor: Position | null, because: string): ControllerStep {
  // The phases after the decision count until the choice that holds.
  const milestones = at.state.milestones.filter(({ phase }) => phase === "detect" || phase === "decide");
  return intend({ ...at, state: changed(at.state, { milestones }) }, { evidence: null, floor, because });
}
