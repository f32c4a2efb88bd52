import type { MonotonicMs } from "../units/units.ts";
import type { ClockReading } from "./clock-reading.ts";
import { absent, type Revision } from "./coordinator.ts";
import type { AgentDeed } from "./deed.ts";
import type { MemberStatus, RegionId, SyncSet } from "./member.ts";
import type { MemberReport } from "./message.ts";
import type { Epoch, SeenReign } from "./reign.ts";
import type { FailoverSettings } from "./settings.ts";

/** What an agent keeps on disk, synced before it acts on it. */
export interface AgentMemory {
  /** The newest reign that the agent has seen; it obeys no older one, whoever sends it, also after a restart. */
  readonly seen: Revision;
  /** The epoch whose history the member's data belongs to; `null` when it has none. */
  readonly lineage: Epoch | null;
}

export const emptyMemory: AgentMemory = { seen: absent, lineage: null };

/** A deed on its way. */
export interface Ongoing {
  readonly ticket: number;
  readonly deed: AgentDeed;
  /** The reign that it was begun under. */
  readonly under: Revision;
  readonly epoch: Epoch;
  readonly since: MonotonicMs;
  readonly isAborted: boolean;
}

/** A deed that is over. */
export interface EndedDeed extends Pick<Ongoing, "ticket" | "under" | "since"> {
  readonly deed: AgentDeed["kind"];
  readonly until: MonotonicMs;
  readonly isDone: boolean;
}

export interface AgentState {
  readonly self: RegionId;
  readonly settings: FailoverSettings;
  readonly incarnation: number;
  readonly sequence: number;
  readonly clock: ClockReading;
  readonly memory: AgentMemory;
  /** What is being written to disk; `null` when nothing is. */
  readonly remembering: AgentMemory | null;
  readonly seen: SeenReign | null;
  readonly status: MemberStatus | null;
  readonly statusAt: MonotonicMs;
  /** The sync set that is in force and holds all that was acknowledged; `null` while that is not known. */
  readonly confirmed: SyncSet | null;
  /** Where commits are asynchronous: the set that all of them wait for now; `null`: they wait for nobody. */
  readonly held: SyncSet | null;
  /** Until when the member may serve as primary, on this machine's own clock; `null`: it may not. */
  readonly servesUntil: MonotonicMs | null;
  /** Since when the agent has had to ask for the right to serve. */
  readonly askedSince: MonotonicMs;
  readonly readAt: MonotonicMs;
  /** Since when a standby that should follow has had no stream. */
  readonly streamlessSince: MonotonicMs | null;
  /** So many looks in a row have found it with a stream. */
  readonly streamingLooks: number;
  readonly ongoing: Ongoing | null;
  /** The last that ended; `null` before the first. */
  readonly lastDeed: EndedDeed | null;
  readonly notBefore: MonotonicMs;
  /** How many starts in a row have failed under the reign that is seen. */
  readonly startsFailed: number;
  readonly ticket: number;
  /** The last report, and when it was told; `null` before the first. */
  readonly told: { readonly at: MonotonicMs; readonly message: MemberReport } | null;
}

/**
 * The state with `changes`. Every state after the first is put together here, field by field: an engine gives a copy by spread
 * a layout of its own, and code that meets many layouts is several times as slow.
 */
export function changed(state: AgentState, changes: Partial<AgentState>): AgentState {
  return {
    self: state.self,
    settings: state.settings,
    incarnation: state.incarnation,
    sequence: state.sequence,
    clock: state.clock,
    memory: state.memory,
    remembering: state.remembering,
    seen: state.seen,
    status: state.status,
    statusAt: state.statusAt,
    confirmed: state.confirmed,
    held: state.held,
    servesUntil: state.servesUntil,
    askedSince: state.askedSince,
    readAt: state.readAt,
    streamlessSince: state.streamlessSince,
    streamingLooks: state.streamingLooks,
    ongoing: state.ongoing,
    lastDeed: state.lastDeed,
    notBefore: state.notBefore,
    startsFailed: state.startsFailed,
    ticket: state.ticket,
    told: state.told,
    ...changes,
  };
}

export type AgentEvent =
  | { readonly kind: "tick" }
  /** A newer reign, by watch or by message. */
  | { readonly kind: "reign-seen"; readonly seen: SeenReign }
  /** A linearizable reading of the reign, asked for at `sentAt`: the one thing that renews the right to serve. */
  | { readonly kind: "reign-read"; readonly seen: SeenReign; readonly sentAt: MonotonicMs }
  | { readonly kind: "status-seen"; readonly status: MemberStatus }
  | { readonly kind: "remembered"; readonly memory: AgentMemory }
  | { readonly kind: "deed-ended"; readonly ticket: number; readonly isDone: boolean };

export type AgentEffect =
  | { readonly kind: "look-at-member" }
  | { readonly kind: "read-reign" }
  | { readonly kind: "remember"; readonly memory: AgentMemory }
  | { readonly kind: "do"; readonly ticket: number; readonly deed: AgentDeed }
  | { readonly kind: "abort"; readonly ticket: number }
  | { readonly kind: "tell-controllers"; readonly message: MemberReport };

export interface AgentStep {
  readonly state: AgentState;
  readonly effects: readonly AgentEffect[];
}
