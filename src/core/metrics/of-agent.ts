import type { AgentState } from "../failover/agent-state.ts";
import type { MemberStatus } from "../failover/member.ts";
import { inSeconds, milliseconds, type MonotonicMs } from "../units/units.ts";
import { agentMetrics, reignMetrics } from "./exported.ts";
import { type Sample, sampleOf, stateSamples } from "./metrics.ts";

const memberStates = ["primary", "standby", "starting", "silent", "down", "unknown"] as const;

/** What an agent knows at `now`, read off its state. */
export function agentSamples(state: AgentState, now: MonotonicMs): readonly Sample[] {
  const { seen, status, servesUntil } = state;
  return [
    ...(seen === null ? [] : [sampleOf(reignMetrics.epoch, {}, seen.reign.epoch)]),
    ...stateSamples(agentMetrics.state, memberStates, {
      is: status?.kind ?? "unknown",
      labelled: (each) => ({ state: each }),
    }),
    ...(status === null ? [] : memberSamples(status)),
    ...(servesUntil === null
      ? []
      : [sampleOf(agentMetrics.right, {}, inSeconds(milliseconds(Math.max(0, servesUntil - now))))]),
  ];
}

function memberSamples(status: MemberStatus): readonly Sample[] {
  const { position, timeline, lag, silent } = agentMetrics;
  if (status.kind !== "primary" && status.kind !== "standby") return [];
  const reached = [
    sampleOf(position, {}, status.position.lsn),
    sampleOf(timeline, {}, status.position.timeline),
  ];
  if (status.kind === "standby") {
    const { receiver } = status;
    return receiver.kind === "streaming"
      ? [...reached, sampleOf(silent, {}, inSeconds(receiver.silentFor))]
      : reached;
  }
  // A standby may have flushed more than its primary had when it was looked at.
  const behind = status.standbys.map(({ region, flushed }) =>
    sampleOf(lag, { region }, Math.max(0, status.position.lsn - flushed)),
  );
  return [...reached, ...behind];
}
