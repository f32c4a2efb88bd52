import { elapsed, type MonotonicMs } from "../units/units.ts";
import {
  changed,
  type ControllerEffect,
  type ControllerState,
  type ControllerStep,
} from "./controller-state.ts";
import type { EdgeView } from "./detection.ts";
import { judged, probeSent, type Vantage, type Verdict } from "./vantage.ts";

/** What a controller looks at with a tick: the active region by a probe, and what the region's clients are shown. */
export function lookAround(state: ControllerState): ControllerStep {
  const { vantage, clock, settings, around } = state;
  if (vantage === null) return { state, effects: [] };
  const current = judged(vantage, clock.now, settings.timing);
  const isWanted = isEdgeWanted(state, current);
  const effects: ControllerEffect[] = isWanted ? [{ kind: "look-at-edge" }] : [];
  const asked = isWanted ? { ...around, edgeAskedAt: around.edgeAskedAt ?? clock.now } : around;
  if (current.isProbing) return { state: changed(state, { vantage: current, around: asked }), effects };
  effects.push({ kind: "probe", about: current.about, epoch: current.epoch });
  return { state: changed(state, { vantage: probeSent(current), around: asked }), effects };
}

/**
 * Whoever suspects the active region wants to know what its clients are shown, and so does whoever leads: at every tick while anything
 * is amiss or under way, and now and then while all is well.
 */
function isEdgeWanted(state: ControllerState, vantage: Vantage): boolean {
  if (isAmiss(vantage.verdict) || !isAnswering(vantage, state)) return true;
  if (state.leadership.kind !== "mine") return false;
  const { edge } = state.around;
  return edge === null || isAmiss(edge.told) || !isRecent(edge.at, state) || !isCalm(state, vantage.verdict);
}

function isAmiss(told: Verdict | EdgeView): boolean {
  return told === "refusing" || told === "silent";
}

function isCalm(state: ControllerState, verdict: Verdict): boolean {
  return state.seen?.reign.phase === "steady" && verdict === "answering";
}

/** Before it takes a region for lost a controller has asked the edge: it does from the first probes on that are not answered. */
function isAnswering({ answeredAt, startedAt }: Vantage, state: ControllerState): boolean {
  return isRecent(answeredAt ?? startedAt, state);
}

function isRecent(at: MonotonicMs, { clock, settings }: ControllerState): boolean {
  return elapsed(at, clock.now) < settings.timing.heartbeatMs;
}
