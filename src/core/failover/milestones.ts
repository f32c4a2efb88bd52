import { changed, type ControllerState } from "./controller-state.ts";
import type { FailoverPhase } from "./record.ts";

/** The phase is over now, unless it was before: a route that had to be repeated counts from the first time. */
export function reached(state: ControllerState, phase: FailoverPhase): ControllerState {
  if (state.milestones.some((milestone) => milestone.phase === phase)) return state;
  return changed(state, { milestones: [...state.milestones, { phase, atMonotonicMs: state.clock.now }] });
}
