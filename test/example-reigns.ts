import type { Revision } from "../src/core/failover/coordinator.ts";
import type { Lsn, MemberStatus, Position, RegionId, SyncSet } from "../src/core/failover/member.ts";
import type { MemberReport, Observation } from "../src/core/failover/message.ts";
import type { Reign, SeenReign } from "../src/core/failover/reign.ts";
import { defaultTiming, type FailoverSettings, failoverSettings } from "../src/core/failover/settings.ts";
import { type Milliseconds, milliseconds } from "../src/core/units/units.ts";

/** Three regions, any 1 of 2 standbys confirms: what most platforms begin with. */
export const exampleSettings: FailoverSettings = failoverSettings({
  regions: ["east", "west", "central"],
  confirmations: 1,
  lossyFailover: "ask",
  lossMax: null,
  timing: defaultTiming,
});

export const asynchronousSettings: FailoverSettings = { ...exampleSettings, confirmations: 0 };

export function revision(number: number): Revision {
  return number as Revision;
}

export function position(lsn: number, timeline = 1): Position {
  return { timeline, lsn: lsn as Lsn };
}

export function anyOf(confirmations: number, ...members: readonly RegionId[]): SyncSet {
  return { members, confirmations };
}

/** East serves since revision 10, confirmed by any 1 of the other two; unless told otherwise. */
export function reignOf(more: Partial<Reign> = {}): Reign {
  return {
    epoch: revision(10),
    phase: "steady",
    active: "east",
    guards: [anyOf(1, "west", "central")],
    branch: null,
    floor: null,
    wanted: null,
    mayLack: null,
    settledAt: null,
    automation: "armed",
    armedUntil: null,
    ...more,
  };
}

export function seenAt(at: number, more: Partial<Reign> = {}): SeenReign {
  return { revision: revision(at), reign: reignOf(more) };
}

/** A standby that streams from `upstream` and heard it just now. */
export function streaming(upstream: RegionId, at: Position = position(100)): MemberStatus {
  return standby(upstream, { at, silentFor: milliseconds(0) });
}

/** A standby set to follow `upstream`, and without a stream. */
export function streamless(upstream: RegionId | null, at: Position = position(100)): MemberStatus {
  return standby(upstream, { at, silentFor: null });
}

/** A standby whose stream has been quiet for a while; `null`: it has none. */
export function standby(
  upstream: RegionId | null,
  stream: { readonly at: Position; readonly silentFor: Milliseconds | null },
): MemberStatus {
  const receiver: Extract<MemberStatus, { kind: "standby" }>["receiver"] =
    stream.silentFor === null ? { kind: "stopped" } : { kind: "streaming", silentFor: stream.silentFor };
  return { kind: "standby", position: stream.at, upstream, receiver };
}

/** A primary whose every other region streams from it and counts towards `syncSet`. */
export function primary(
  syncSet: SyncSet | null,
  standbys: readonly RegionId[] = syncSet?.members ?? [],
): MemberStatus {
  return {
    kind: "primary",
    position: position(100),
    syncSet,
    standbys: standbys.map((region) => ({
      region,
      isStreaming: true,
      isSynchronous: syncSet?.members.includes(region) ?? false,
      flushed: position(100).lsn,
    })),
  };
}

let sequence = 0;

/** Each newer than those made before it. */
export function observationOf(
  from: RegionId,
  verdict: Observation["verdict"],
  more: Partial<Observation> = {},
): Observation {
  sequence += 1;
  return {
    kind: "observation",
    from,
    about: "east",
    epoch: revision(10),
    verdict,
    age: milliseconds(0),
    sequence,
    incarnation: 1,
    ...more,
  };
}

export function reportOf(
  from: RegionId,
  status: MemberStatus,
  more: Partial<MemberReport> = {},
): MemberReport {
  sequence += 1;
  return {
    kind: "member-report",
    from,
    status,
    seen: revision(10),
    fencedUnder: null,
    lastDeed: null,
    sequence,
    incarnation: 1,
    ...more,
  };
}

/** A standby that has stopped confirming under the intent at revision `under`. */
export function fenced(from: RegionId, lsn: number, under = 20): MemberReport {
  return reportOf(from, streamless(null, position(lsn)), {
    fencedUnder: revision(under),
    seen: revision(under),
  });
}
