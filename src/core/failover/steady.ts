import { changed, type ControllerStep } from "./controller-state.ts";
import { hasCooledDown } from "./cool-down.ts";
import { judgeLoss } from "./detection.ts";
import { fenceObstacles, presentStandbys } from "./fencing.ts";
import { type Case, intend, route, stay, unblocked } from "./leading.ts";
import { reached } from "./milestones.ts";
import { between } from "../units/units.ts";
import { endedTrail, floorWithin, isWithin, lossObstacle, mayLackOf, unheardObstacle } from "./may-lack.ts";
import { chosenAfter } from "./next-reign.ts";
import { isAsynchronous } from "./reign.ts";
import { openOrder, takeOrder } from "./ordered.ts";
import { changeSyncSet, settleSyncSet } from "./sync-set.ts";

/** Watches over the region that serves; while it is there, keeps the edge pointed and the sync set true. */
export function watchOver(at: Case): ControllerStep {
  const { state, seen, reign, now } = at;
  const order = openOrder(at);
  const taken = order === null ? null : takeOrder(at, order);
  if (taken !== null) return taken;
  const judgement = judgeLoss(seen, state.around, { settings: state.settings, now });
  if (judgement.kind === "not-lost") return tend({ state: unblocked(state), seen, reign, now });
  const blockedBy = obstaclesOf(at);
  if (blockedBy.length > 0) return stay(changed(state, { blockedBy }));
  const noticed = reached(changed(state, { milestones: [] }), "detect");
  return intend(
    { ...at, state: noticed },
    {
      evidence: judgement.evidence,
      floor: isAsynchronous(reign) ? floorWithin(endedTrail(state), state.settings) : reign.floor,
      because: "a quorum of vantage points has lost the active region",
    },
  );
}

/** Why a failover may not begin now. A fence that cannot be completed is not begun: it would only stop what may return. */
function obstaclesOf(at: Case): readonly string[] {
  const { reign } = at;
  const { settings } = at.state;
  const obstacles: string[] = [];
  if (reign.automation !== "armed") obstacles.push("automatic failover is not armed");
  else if (isOutdated(at))
    obstacles.push("what proves the plan is too old, so that automatic failover is not armed");
  if (!hasCooledDown(at.state)) obstacles.push("the last failover ended less than one cool-down ago");
  if (isAsynchronous(reign)) {
    if (settings.lossyFailover === "ask") obstacles.push("replication is asynchronous: a person must decide");
    else obstacles.push(...lossObstacles(at));
  }
  return [...obstacles, ...fenceObstacles(at)];
}

/** Why whoever would be chosen may lack more than may be lost without a person. */
function lossObstacles(at: Case): readonly string[] {
  const { state, reign } = at;
  const { lossMax, timing } = state.settings;
  const next = chosenAfter(reign, presentStandbys(at), state.settings);
  if (lossMax === null || next === null) return [];
  const { active, branch } = next;
  if (branch === null) return [];
  const asHeard = mayLackOf(branch, state.trail, timing);
  if (!isWithin(asHeard, lossMax)) return [lossObstacle(active, asHeard, lossMax)];
  const atMost = mayLackOf(branch, endedTrail(state), timing);
  return isWithin(atMost, lossMax) ? [] : [unheardObstacle(active, lossMax)];
}

/**
 * Whoever keeps it armed takes it back in time, while the platform is well. Where they are lost, age does; not before this hour is over, so
 * that an outage which began while it was armed is not left to itself in its midst.
 */
const armedLongerMs = 3_600_000;

function isOutdated({ state, reign: { armedUntil } }: Case): boolean {
  return armedUntil !== null && between(armedUntil, state.clock.wall) > armedLongerMs;
}

function tend(at: Case): ControllerStep {
  const { state, reign } = at;
  if (state.edgeEpoch !== null && state.edgeEpoch !== reign.epoch) return route(at);
  return reign.guards.length > 1 ? settleSyncSet(at) : changeSyncSet(at);
}
