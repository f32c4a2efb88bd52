import type { ControllerState } from "./controller-state.ts";
import { type EdgeView, isFresh, type Received } from "./detection.ts";
import { endedTrail } from "./may-lack.ts";
import type { MemberReport } from "./message.ts";
import { isAsynchronous, type Reign } from "./reign.ts";
import { noTrail, type Trail, withPosition, withSign } from "./trail.ts";
import type { ProbeOutcome } from "./vantage.ts";

// What each thing that a controller hears adds to the trail of the region that serves.

/** Nothing is followed where nothing can be lost, nor once nobody is to serve: what is answered then is answered after the loss. */
function followed({ seen }: ControllerState): Reign | null {
  const reign = seen?.reign;
  return reign === undefined || reign.phase === "fencing" || !isAsynchronous(reign) ? null : reign;
}

/** @param state before it has obeyed `reign` */
export function trailUnder(state: ControllerState, reign: Reign): Trail {
  const before = state.seen?.reign;
  if (before?.active !== reign.active) return noTrail;
  return reign.phase === "fencing" && before.phase !== "fencing" ? endedTrail(state) : state.trail;
}

export function trailAfterReport(state: ControllerState, { told, at }: Received<MemberReport>): Trail {
  const { from, status } = told;
  if (status.kind !== "primary" || followed(state)?.active !== from) return state.trail;
  return withPosition(state.trail, { position: status.position, at }, state.settings.timing.tickMs);
}

export function trailAfterProbe(state: ControllerState, outcome: ProbeOutcome): Trail {
  if (outcome !== "answered" || followed(state) === null) return state.trail;
  return withSign(state.trail, state.clock.now);
}

/** Until the first look that shows no client answered, after one that did or after a while without a look, somebody may have been. */
export function trailAfterLook(state: ControllerState, view: EdgeView): Trail {
  const { around, clock, settings } = state;
  if (followed(state) === null) return state.trail;
  const isQuiet = view !== "answering" && around.edge?.told !== "answering";
  const isWatched = isFresh(around.edge, { timing: settings.timing, now: clock.now });
  return isQuiet && isWatched ? state.trail : withSign(state.trail, clock.now);
}
