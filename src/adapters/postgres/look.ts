import type { Lsn, MemberStatus, Position, RegionId, StandbyView } from "../../core/failover/member.ts";
import { invariant } from "../../core/problem/problem.ts";
import { milliseconds } from "../../core/units/units.ts";
import { readSyncSet } from "./settings.ts";

/**
 * One row that says all about a running server, and costs it well under a millisecond. Its columns are read in their order:
 * whether a receiver is there comes before the position, or a receiver that flushed and ended in between would make the
 * position too small for a standby that says it has stopped.
 */
export const lookStatement = `
select
  (select pid from pg_stat_activity where backend_type = 'walreceiver') as "receiverPid",
  pg_is_in_recovery() as "isStandby",
  case when pg_is_in_recovery() then greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
       else pg_current_wal_flush_lsn() end::text as lsn,
  case when pg_is_in_recovery() then (select max(left(name, 8)) from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$')
       else left(pg_walfile_name(pg_current_wal_flush_lsn()), 8) end as timeline,
  current_setting('synchronous_standby_names') as "syncSet",
  current_setting('holdfast.upstream', true) as upstream,
  pg_last_wal_receive_lsn() is not null as "hasReceived",
  (select wait_event from pg_stat_activity where backend_type = 'startup') as "recoveryWaitsFor",
  (select (1000 * extract(epoch from clock_timestamp() - last_msg_receipt_time))::float8
     from pg_stat_wal_receiver where status = 'streaming') as "silentForMs",
  (select coalesce(json_agg(json_build_object('region', application_name, 'state', state,
       'priority', sync_priority, 'flushed', flush_lsn::text)), '[]'::json)
     from pg_stat_replication) as standbys`;

export interface StandbyRow {
  readonly region: RegionId;
  readonly state: string;
  readonly priority: number;
  /** `null` for one that only copies. */
  readonly flushed: string | null;
}

export interface LookRow {
  readonly isStandby: boolean;
  readonly lsn: string | null;
  readonly timeline: string | null;
  readonly syncSet: string;
  readonly upstream: string | null;
  readonly hasReceived: boolean;
  /** The receiver's process, also while it is still connecting. */
  readonly receiverPid: number | null;
  readonly recoveryWaitsFor: string | null;
  readonly silentForMs: number | null;
  readonly standbys: readonly StandbyRow[];
}

/** What a standby that has replayed all that it holds waits for (PostgreSQL manual, "Wait Events"). */
const waitsAtTheEnd: readonly string[] = ["RecoveryRetrieveRetryInterval", "RecoveryWalStream"];

/**
 * Whether the row's position is the end of what the standby holds. Just after a start it may still be reading its own log,
 * and what it says of its position is then too little to choose a primary by.
 */
export function knowsItsEnd(row: LookRow): boolean {
  return row.hasReceived || waitsAtTheEnd.includes(row.recoveryWaitsFor ?? "");
}

/** @returns a status of kind `primary` or `standby`, or `starting` while a standby does not know its end */
export function statusOf(row: LookRow): MemberStatus {
  if (!row.isStandby) {
    return {
      kind: "primary",
      position: positionOf(row),
      syncSet: readSyncSet(row.syncSet),
      standbys: row.standbys.map(standbyView),
    };
  }
  if (!knowsItsEnd(row)) return { kind: "starting" };
  const upstream = row.upstream === "" ? null : row.upstream;
  return { kind: "standby", position: positionOf(row), upstream, receiver: receiverOf(row, upstream) };
}

function receiverOf(
  { silentForMs, receiverPid }: LookRow,
  upstream: RegionId | null,
): Extract<MemberStatus, { kind: "standby" }>["receiver"] {
  if (silentForMs !== null) return { kind: "streaming", silentFor: milliseconds(Math.max(0, silentForMs)) };
  // After a fence a receiver that is still there, in whatever state, might yet confirm a write.
  return upstream === null && receiverPid !== null
    ? { kind: "streaming", silentFor: milliseconds(0) }
    : { kind: "stopped" };
}

/** One standby as its sender process sees it; one that only copies has flushed nothing. */
export function standbyView({ region, state, priority, flushed }: StandbyRow): StandbyView {
  return {
    region,
    isStreaming: state === "streaming",
    isSynchronous: priority > 0 && flushed !== null,
    flushed: flushed === null ? (0 as Lsn) : readLsn(flushed),
  };
}

export function positionOf({ lsn, timeline }: LookRow): Position {
  invariant(lsn !== null && timeline !== null, "a server that takes connections has a position");
  return { timeline: Number.parseInt(timeline, 16), lsn: readLsn(lsn) };
}

/** Reads `16/B374D848`: two halves of 32 bits, in hexadecimal. */
export function readLsn(text: string): Lsn {
  const [high, low] = text.split("/");
  invariant(high !== undefined && low !== undefined, `a position is two numbers with a slash, got "${text}"`);
  return (Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16)) as Lsn;
}
