import type { MonotonicMs } from "../units/units.ts";
import type { ClockReading } from "./clock-reading.ts";
import type { Revision } from "./coordinator.ts";
import type { DeedSeen } from "./deeds-seen.ts";
import type { EdgeView, Surroundings } from "./detection.ts";
import type { RegionId } from "./member.ts";
import type { Message } from "./message.ts";
import type { Order, SeenOrder } from "./order.ts";
import type { Milestone, RecordBody } from "./record.ts";
import type { Epoch, SeenReign } from "./reign.ts";
import type { FailoverSettings } from "./settings.ts";
import type { Trail } from "./trail.ts";
import type { ProbeOutcome, Vantage } from "./vantage.ts";

export type Leadership =
  | { readonly kind: "unknown" }
  | { readonly kind: "vacant" }
  | { readonly kind: "other"; readonly holder: RegionId; readonly revision: Revision }
  | { readonly kind: "mine"; readonly renewedAt: MonotonicMs };

/** How far the leading controller has come under one revision of the reign; begins anew with the next. */
export interface Progress {
  readonly since: MonotonicMs;
  readonly isHeld: boolean;
  readonly isRouted: boolean;
  readonly isVerified: boolean;
  /** Nothing that failed is tried again before this instant. */
  readonly notBefore: MonotonicMs;
}

export interface ControllerState {
  readonly self: RegionId;
  readonly settings: FailoverSettings;
  /** Differs between two lives of the same controller, so that old messages are told from new ones. */
  readonly incarnation: number;
  readonly sequence: number;
  readonly clock: ClockReading;
  readonly seen: SeenReign | null;
  /** The newest that a person gave; `null` while none is known. */
  readonly order: SeenOrder | null;
  readonly leadership: Leadership;
  readonly progress: Progress;
  /** Before this instant no failover begins by itself; `null`: there was none yet. */
  readonly cooledAt: MonotonicMs | null;
  readonly vantage: Vantage | null;
  readonly toldAt: MonotonicMs;
  readonly around: Surroundings;
  /** The epoch that the edge routes by; `absent` when it has no route, `null` when it was not looked at since the last. */
  readonly edgeEpoch: Epoch | null;
  /** What may be lost with the region that serves, where commits are asynchronous. */
  readonly trail: Trail;
  /** When each standby was last seen streaming, told by the primary. */
  readonly streamedAt: ReadonlyMap<RegionId, MonotonicMs>;
  /** The one deed that is on its way and whose answer is waited for; `null` when none is. */
  readonly awaited: number | null;
  readonly ticket: number;
  /** How far the failover that this controller leads has come, and when. */
  readonly milestones: readonly Milestone[];
  /** What agents have done since the last reign that was steady ended. */
  readonly deeds: readonly DeedSeen[];
  /** Why no failover begins although the region looks lost; empty when nothing is in the way. */
  readonly blockedBy: readonly string[];
  /** Records in a row that could not be written. */
  readonly recordsFailed: number;
}

/**
 * The state with `changes`. Every state after the first is put together here, field by field: an engine gives a copy by spread
 * a layout of its own, and code that meets many layouts is several times as slow.
 */
export function changed(state: ControllerState, changes: Partial<ControllerState>): ControllerState {
  return {
    self: state.self,
    settings: state.settings,
    incarnation: state.incarnation,
    sequence: state.sequence,
    clock: state.clock,
    seen: state.seen,
    order: state.order,
    leadership: state.leadership,
    progress: state.progress,
    cooledAt: state.cooledAt,
    vantage: state.vantage,
    toldAt: state.toldAt,
    around: state.around,
    edgeEpoch: state.edgeEpoch,
    trail: state.trail,
    streamedAt: state.streamedAt,
    awaited: state.awaited,
    ticket: state.ticket,
    milestones: state.milestones,
    deeds: state.deeds,
    blockedBy: state.blockedBy,
    recordsFailed: state.recordsFailed,
    ...changes,
  };
}

export type ControllerEvent =
  | { readonly kind: "tick" }
  | { readonly kind: "reign-seen"; readonly seen: SeenReign }
  | { readonly kind: "order-seen"; readonly seen: SeenOrder }
  | { readonly kind: "leader-seen"; readonly holder: RegionId | null; readonly revision: Revision }
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "edge-seen"; readonly view: EdgeView; readonly epoch: Epoch | null }
  | {
      readonly kind: "probe-ended";
      readonly about: RegionId;
      readonly epoch: Epoch;
      readonly outcome: ProbeOutcome;
    }
  /** `leasedAt`: when the lease that was won was asked for; `null`: the claim came to nothing. */
  | { readonly kind: "claim-ended"; readonly ticket: number; readonly leasedAt: MonotonicMs | null }
  | { readonly kind: "renewed"; readonly sentAt: MonotonicMs }
  | { readonly kind: "leadership-lost" }
  | { readonly kind: "deed-ended"; readonly ticket: number; readonly deed: DeedOutcome };

export type DeedOutcome =
  | { readonly kind: "committed"; readonly seen: SeenReign }
  | { readonly kind: "answered" }
  /** Somebody else changed the reign first, or nobody could be asked, or the record could not be written. */
  | { readonly kind: "not-committed"; readonly because: "refused" | "unreachable" | "record-failed" }
  | { readonly kind: "routed" }
  | { readonly kind: "verified" }
  | { readonly kind: "failed"; readonly because: string };

export type ControllerEffect =
  | { readonly kind: "probe"; readonly about: RegionId; readonly epoch: Epoch }
  | { readonly kind: "tell-controllers"; readonly message: Message }
  | { readonly kind: "tell-agents"; readonly message: Message }
  | { readonly kind: "look-at-edge" }
  | { readonly kind: "claim-leadership"; readonly ticket: number; readonly expected: Revision }
  | { readonly kind: "renew-leadership" }
  /** Gives it back at once, so that nobody has to wait until it runs out. */
  | { readonly kind: "resign-leadership" }
  /** First the record, synced; then the compare-and-set. */
  | {
      readonly kind: "commit";
      readonly ticket: number;
      readonly record: RecordBody;
      readonly text: string;
      readonly expected: Revision;
    }
  /** Says why an order is not carried out, in its place in the store. */
  | {
      readonly kind: "answer-order";
      readonly ticket: number;
      readonly order: Order;
      readonly expected: Revision;
    }
  /** The path of clients to the old active region is closed; new ones wait. Its streams are cut, or finish. */
  | { readonly kind: "hold-edge"; readonly epoch: Epoch; readonly streams: "cut" | "drain" }
  | {
      readonly kind: "route-edge";
      readonly ticket: number;
      readonly epoch: Epoch;
      readonly active: RegionId;
    }
  /** A real write and a real inference through the edge. */
  | { readonly kind: "verify"; readonly ticket: number; readonly epoch: Epoch; readonly active: RegionId };

export interface ControllerStep {
  readonly state: ControllerState;
  readonly effects: readonly ControllerEffect[];
}
