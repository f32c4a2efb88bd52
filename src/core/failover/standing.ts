import type { ControllerState } from "./controller-state.ts";
import { judgeLoss } from "./detection.ts";

/** One line for whoever asks at night why nothing happens, or what does: how this controller sees the region that serves. */
export function standingOf(state: ControllerState): string {
  const { seen, leadership, vantage, clock, settings, blockedBy } = state;
  if (seen === null || vantage === null) return "has not read the reign yet";
  const { reign } = seen;
  const leads = leadership.kind === "other" ? `${leadership.holder} leads` : `leadership ${leadership.kind}`;
  const head = `epoch ${reign.epoch}, ${reign.phase} ${reign.active}, ${leads}; from here it is ${vantage.verdict}`;
  if (reign.phase !== "steady") {
    if (blockedBy.length > 0) return `${head}; nobody else is chosen: ${blockedBy.join("; ")}`;
    return state.awaited === null ? head : `${head}; a deed is on its way`;
  }
  if (vantage.verdict === "answering") return head;
  const judgement = judgeLoss(seen, state.around, { settings, now: clock.now });
  if (judgement.kind === "not-lost") return `${head}; not taken for lost: ${judgement.because}`;
  return blockedBy.length === 0
    ? `${head}; lost`
    : `${head}; lost, and no failover begins: ${blockedBy.join("; ")}`;
}
