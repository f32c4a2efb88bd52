import { changed, type ControllerState } from "./controller-state.ts";
import type { Revision } from "./coordinator.ts";
import type { RegionId } from "./member.ts";

// Who leads, as a controller hears it.

export function withLeader(
  state: ControllerState,
  holder: RegionId | null,
  revision: Revision,
): ControllerState {
  if (holder === null) {
    return state.leadership.kind === "mine" ? state : changed(state, { leadership: { kind: "vacant" } });
  }
  if (holder === state.self) return state;
  return changed(state, { leadership: { kind: "other", holder, revision }, awaited: null });
}

/**
 * Whoever lost it asks for it again: the end of its own lease may have been told while it still believed in it. What another
 * has taken meanwhile the store will say.
 */
export function withoutLeadership(state: ControllerState): ControllerState {
  return changed(state, { leadership: { kind: "vacant" }, awaited: null });
}
