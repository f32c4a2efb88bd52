import type { Milliseconds, Quantity } from "../units/units.ts";

/** Names a region; one data member stands in each. */
export type RegionId = string;

/** Bytes of write-ahead log since the store began; compared within one timeline. */
export type Lsn = Quantity<"bytes of write-ahead log">;

/** How far a member's history reaches. A higher timeline is younger; within one, a higher `lsn` holds more. */
export interface Position {
  readonly timeline: number;
  readonly lsn: Lsn;
}

/** Commits are acknowledged once any `confirmations` of `members` have them on disk (`ANY k (…)` in PostgreSQL). */
export interface SyncSet {
  readonly members: readonly RegionId[];
  readonly confirmations: number;
}

export interface MemberAddress {
  readonly region: RegionId;
  readonly host: string;
  readonly port: number;
}

export interface StandbyView {
  readonly region: RegionId;
  readonly isStreaming: boolean;
  /** Whether its confirmations count towards the primary's sync set, as its own sender process sees it. */
  readonly isSynchronous: boolean;
  readonly flushed: Lsn;
}

/** What one member is, as seen from beside it. */
export type MemberStatus =
  /** No process listens. `holds` is what the data folder is: a primary's, a standby's, or none that could start. */
  | {
      readonly kind: "down";
      readonly holds: "primary" | "standby" | "nothing";
      /** Where a primary's last shutdown in order began, which is the last that it wrote; `null` when it did not end so, or holds none. */
      readonly closedAt: Position | null;
    }
  /** A process is there and takes no connections yet. */
  | { readonly kind: "starting" }
  /** A process is there and did not answer in time. */
  | { readonly kind: "silent" }
  | {
      readonly kind: "primary";
      readonly position: Position;
      readonly syncSet: SyncSet | null;
      readonly standbys: readonly StandbyView[];
    }
  | {
      readonly kind: "standby";
      /** Received and flushed, not merely replayed. */
      readonly position: Position;
      /** Whom it is set to follow; `null` after a far-side fence. */
      readonly upstream: RegionId | null;
      readonly receiver:
        | { readonly kind: "streaming"; readonly silentFor: Milliseconds }
        | { readonly kind: "stopped" };
    };

/** The answer of a deed on a member: its result, or why it could not be done. */
export type Deed<Value> =
  | { readonly kind: "done"; readonly value: Value }
  | { readonly kind: "failed"; readonly cause: string };

export type StartAs =
  | { readonly kind: "primary"; readonly syncSet: SyncSet | null }
  /** Of a primary that was shut down in order, too. */
  | { readonly kind: "standby"; readonly upstream: MemberAddress | null };

/**
 * One region's data member, driven by the agent beside it. Every deed may be repeated: done twice, it is done. Each ends by
 * itself, and soon, but for a reseed, which takes as long as its copy goes on.
 * The epoch is checked by the agent before it calls; the member itself knows none.
 */
export interface Member {
  status(signal: AbortSignal): Promise<MemberStatus>;
  /** Ends when connections are taken. Settings are on disk before the process starts. */
  start(as: StartAs, signal: AbortSignal): Promise<Deed<null>>;
  /**
   * Shuts a primary down in order: no session writes any more, and connected standbys are sent all that it holds. Ends when no
   * process of the member is left; called off, what runs goes on ending.
   */
  shutDown(signal: AbortSignal): Promise<Deed<null>>;
  /** Immediate stop, frozen processes included; ends when no process of the member is left. */
  stopNow(signal: AbortSignal): Promise<Deed<null>>;
  /** The far-side fence: ends the receiver, sees it ended, and tells what was flushed. Holds across a restart. */
  stopReceiving(signal: AbortSignal): Promise<Deed<Position>>;
  /** Ends as soon as local writes are taken, with `syncSet` in force from the first of them. */
  promote(syncSet: SyncSet, signal: AbortSignal): Promise<Deed<Position>>;
  /** Points a standby at another primary; its own history must be a prefix of that one's. */
  follow(upstream: MemberAddress, signal: AbortSignal): Promise<Deed<null>>;
  /**
   * Copies `upstream`'s data, puts them in the place of the member's own once they are whole, and starts as its standby. Until
   * then the member stays as it is: `upstream` may be gone, and what the member holds may be all that is left.
   */
  reseed(upstream: MemberAddress, signal: AbortSignal): Promise<Deed<null>>;
  /**
   * Changes who confirms commits. Ends when senders to members left out no longer count *and* enough of the new set have
   * flushed all that was written before: after that, whatever was acknowledged is held by the new set.
   */
  applySyncSet(syncSet: SyncSet, signal: AbortSignal): Promise<Deed<null>>;
  /** From its end on no commit is acknowledged that not all of `syncSet` hold, whether or not they hold what was written before. */
  holdCommits(syncSet: SyncSet, signal: AbortSignal): Promise<Deed<null>>;
}
