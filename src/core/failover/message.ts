import type { Milliseconds } from "../units/units.ts";
import type { Revision } from "./coordinator.ts";
import type { AgentDeed } from "./deed.ts";
import type { MemberStatus, RegionId } from "./member.ts";
import type { Epoch, SeenReign } from "./reign.ts";
import type { Verdict } from "./vantage.ts";

/** What one controller sees of the active region, from where it stands. */
export interface Observation {
  readonly kind: "observation";
  /** The region that the vantage point stands in. */
  readonly from: RegionId;
  readonly about: RegionId;
  readonly epoch: Epoch;
  readonly verdict: Verdict;
  /** Since when, as an age: clocks of two machines are not compared. */
  readonly age: Milliseconds;
  /** Rises with each message of this sender since it started; a late one is thrown away. */
  readonly sequence: number;
  /** Told apart by receivers when a sender starts again and counts from 0. */
  readonly incarnation: number;
}

/** The deed that an agent has ended last. It decides nothing: it is written down for those who ask where the time went. */
export interface DeedReport {
  readonly deed: AgentDeed["kind"];
  /** The reign that it was begun under. */
  readonly under: Revision;
  /** Tells it from the other deeds of the same life of its agent. */
  readonly ticket: number;
  readonly isDone: boolean;
  readonly took: Milliseconds;
  /** How long ago it ended: clocks of two machines are not compared. */
  readonly age: Milliseconds;
}

/** What an agent tells of the member that it guards. */
export interface MemberReport {
  readonly kind: "member-report";
  readonly from: RegionId;
  readonly status: MemberStatus;
  /** The newest reign that the agent has on disk; it acts on no older one. */
  readonly seen: Revision;
  /** The reign under which the member has stopped, or has stopped confirming; `null` when it has not. */
  readonly fencedUnder: Revision | null;
  /** `null`: none has ended since the agent started. */
  readonly lastDeed: DeedReport | null;
  readonly sequence: number;
  readonly incarnation: number;
}

/** The newest reign, passed on by whoever knows it, so that a slow watch delays nobody. */
export interface ReignNews {
  readonly kind: "reign-news";
  readonly seen: SeenReign;
}

export type Message = Observation | MemberReport | ReignNews;
