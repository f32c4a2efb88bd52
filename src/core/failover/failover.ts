import { unreachable } from "../problem/problem.ts";
import type { ControllerState, ControllerStep } from "./controller-state.ts";
import { absent } from "./coordinator.ts";
import { judgeLoss } from "./detection.ts";
import { completeClosing } from "./closing.ts";
import { completeFence } from "./fencing.ts";
import { awaiting, type Case, stay } from "./leading.ts";
import { completePromotion } from "./promoting.ts";
import { watchOver } from "./steady.ts";

/** What the leading controller does next under the present reign. */
export function decideAsLeader(state: ControllerState): ControllerStep {
  const { seen, clock, progress } = state;
  if (seen === null || clock.now < progress.notBefore) return stay(state);
  const at: Case = { state, seen, reign: seen.reign, now: clock.now };
  switch (seen.reign.phase) {
    case "steady":
      return watchOver(at);
    case "closing":
      return completeClosing(at);
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
