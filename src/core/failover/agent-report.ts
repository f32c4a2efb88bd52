import { unreachable } from "../problem/problem.ts";
import { elapsed } from "../units/units.ts";
import { type AgentState, type AgentStep, changed } from "./agent-state.ts";
import type { Revision } from "./coordinator.ts";
import { isStreamLost } from "./detection.ts";
import type { MemberStatus, StandbyView, SyncSet } from "./member.ts";
import type { DeedReport, MemberReport } from "./message.ts";
import { sameSyncSet } from "./reign.ts";
import type { FailoverTiming } from "./settings.ts";

/** What the agent tells the controllers of its member: at once what they wait for, the rest with a heartbeat. */
export function report(state: AgentState): AgentStep {
  const { status, told, clock, settings } = state;
  if (status === null) return { state, effects: [] };
  const sequence = state.sequence + 1;
  const message: MemberReport = {
    kind: "member-report",
    from: state.self,
    status: withConfirmed(status, state.confirmed),
    seen: state.memory.seen,
    fencedUnder: fencedUnderOf(state),
    lastDeed: deedReport(state),
    sequence,
    incarnation: state.incarnation,
  };
  const isDue = told === null || elapsed(told.at, clock.now) >= settings.timing.heartbeatMs;
  if (!isDue && !mustBeTold(message, told.message, settings.timing)) return { state, effects: [] };
  return {
    state: changed(state, { sequence, told: { at: clock.now, message } }),
    effects: [{ kind: "tell-controllers", message }],
  };
}

function deedReport({ lastDeed, clock }: AgentState): DeedReport | null {
  if (lastDeed === null) return null;
  const { deed, under, ticket, isDone, since, until } = lastDeed;
  return { deed, under, ticket, isDone, took: elapsed(since, until), age: elapsed(until, clock.now) };
}

/** A primary is told with the sync set that holds all that was acknowledged, which the member itself does not know. */
function withConfirmed(status: MemberStatus, confirmed: SyncSet | null): MemberStatus {
  if (status.kind !== "primary") return status;
  const { kind, position, standbys } = status;
  return { kind, position, syncSet: confirmed, standbys };
}

/** The reign under which the member neither serves nor confirms, once that is on disk and so holds across a restart. */
function fencedUnderOf({ seen, memory, status, ongoing }: AgentState): Revision | null {
  if (seen?.reign.phase !== "fencing" || memory.seen !== seen.revision || ongoing !== null) return null;
  switch (status?.kind) {
    case "standby":
      return status.upstream === null && status.receiver.kind === "stopped" ? seen.revision : null;
    case "down":
      return seen.revision;
    case "primary":
    case "starting":
    case "silent":
    case undefined:
      return null;
    default:
      return unreachable(status);
  }
}

/** Whether a report differs from the one before in what must be told at once; the rest waits for the next heartbeat. */
function mustBeTold(report: MemberReport, before: MemberReport, timing: FailoverTiming): boolean {
  return (
    report.seen !== before.seen ||
    report.fencedUnder !== before.fencedUnder ||
    !showsTheSame(report.status, before.status, timing)
  );
}

function showsTheSame(one: MemberStatus, other: MemberStatus, timing: FailoverTiming): boolean {
  switch (one.kind) {
    case "primary":
      return (
        other.kind === "primary" &&
        sameSyncSet(one.syncSet, other.syncSet) &&
        sameStandbys(one.standbys, other.standbys)
      );
    case "standby":
      return (
        other.kind === "standby" &&
        one.upstream === other.upstream &&
        isStreamLost(one, timing) === isStreamLost(other, timing)
      );
    case "down":
    case "starting":
    case "silent":
      return one.kind === other.kind;
    default:
      return unreachable(one);
  }
}

function sameStandbys(some: readonly StandbyView[], others: readonly StandbyView[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ region, isStreaming }, index) => {
      const other = others[index];
      return region === other?.region && isStreaming === other.isStreaming;
    })
  );
}
