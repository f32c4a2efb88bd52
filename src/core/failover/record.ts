import type { MonotonicMs } from "../units/units.ts";
import type { Revision } from "./coordinator.ts";
import type { DeedSeen } from "./deeds-seen.ts";
import type { LossEvidence } from "./detection.ts";
import type { Position, RegionId } from "./member.ts";
import type { NextReign } from "./next-reign.ts";
import type { Order } from "./order.ts";

export type FailoverPhase = "detect" | "decide" | "fence" | "promote" | "route" | "verify";

export interface Milestone {
  readonly phase: FailoverPhase;
  /** A reading of this machine's monotonic clock, in milliseconds. */
  readonly atMonotonicMs: MonotonicMs;
}

/**
 * What a controller writes down, synced, before it changes the reign: what it saw, and what it is about to write. Replaying
 * the observations through the same rules gives the same decision.
 */
export interface RecordBody {
  /** When each phase of the failover was over, by the writer's own clock; those before it took over are missing. */
  readonly milestones: readonly Milestone[];
  /** What agents have done in this failover, as far as the writer was told. It justifies nothing. */
  readonly deeds: readonly DeedSeen[];
  readonly kind:
    | "failover-intent"
    | "switchover-intent"
    | "switchover-closed"
    | "failover-fenced"
    | "failover-reinstated"
    | "failover-complete"
    | "sync-set-change"
    | "sync-set-settled";
  readonly by: RegionId;
  /** The reign that the decision was taken under. */
  readonly under: { readonly epoch: number; readonly revision: Revision };
  /** The reign that is to be written; the epoch of an intent is the revision of its write. */
  readonly next: NextReign;
  readonly evidence: LossEvidence | null;
  /** The order that is carried out; `null`: nobody has asked. */
  readonly order: Order | null;
  readonly fenced: readonly { readonly region: RegionId; readonly position: Position }[];
  readonly because: string;
}
