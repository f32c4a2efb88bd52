import { invariant } from "../problem/problem.ts";
import type { Bytes, InstantMs, Seconds } from "../units/units.ts";
import type { Revision } from "./coordinator.ts";
import type { Position, RegionId, SyncSet } from "./member.ts";

/** Number of a reign: the revision of the write that began it, so it rises by itself and is never given twice. */
export type Epoch = Revision;

/**
 * The one record that everybody obeys: who serves, under which epoch, and whose confirmations count. Every change is a
 * compare-and-set on its revision; agents bring their member into the state that the newest one asks for.
 */
export interface Reign {
  readonly epoch: Epoch;
  /**
   * - `steady`: `active` serves.
   * - `closing`: a switchover begins. Clients wait; `active` is shut down in order, so that its standbys get all that it holds.
   * - `fencing`: nobody serves; every member stops, or stops confirming. `active` is the one that was lost.
   * - `promoting`: `active` is to be made the primary; the others follow it.
   */
  readonly phase: "steady" | "closing" | "fencing" | "promoting";
  readonly active: RegionId;
  /**
   * Every sync set under which the present data may have been acknowledged; the last is the one to be in force. A failover
   * must satisfy each of them. More than one stands here only while a change of the set is on its way.
   */
  readonly guards: readonly [SyncSet, ...SyncSet[]];
  /** Where the reign's history leaves the one before: a standby beyond this point must be seeded anew. */
  readonly branch: Position | null;
  /**
   * How far the member that was chosen last reached: all that was acknowledged under earlier sync sets lies before it, so they
   * guard nothing more, and whoever is chosen in its place must reach as far. Where commits are asynchronous, how far whoever is
   * chosen must reach to lack no more than may be lost. `null` when `guards` alone say what must be kept.
   */
  readonly floor: Position | null;
  /** Whom a person wants to serve next; of those that hold as much it is chosen first. `null` while nobody has asked. */
  readonly wanted: RegionId | null;
  /** What `active` may lack of what the region before it had acknowledged, as the last failover left it; `null`: nothing. */
  readonly mayLack: MayLack | null;
  /** When the last failover ended, by the wall clock of the controller that ended it; `null`: there was none. */
  readonly settledAt: InstantMs | null;
  /** Whether a failover may begin without a person. */
  readonly automation: "armed" | "held";
  /** Until when it is armed, by the wall clock; `null`: without an end, or it is held. */
  readonly armedUntil: InstantMs | null;
}

/**
 * What may be lost where commits are asynchronous. `seconds`: at most so long before the last acknowledged write everything is
 * there. `bytes`: how much of the log was known to be missing; what nobody was told of comes on top.
 */
export type MayLack =
  | { readonly kind: "estimated"; readonly seconds: Seconds; readonly bytes: Bytes }
  | { readonly kind: "unknown" };

/** A reign as it stands in the store. */
export interface SeenReign {
  readonly reign: Reign;
  readonly revision: Revision;
}

export const reignKey = "reign";
export const leaderKey = "leader";

/** A reign that was written before there was a floor, a person could ask, arming had an end, or losses were told, has none of them. */
type StoredReign = Omit<Reign, "epoch" | "floor" | "wanted" | "armedUntil" | "mayLack"> & {
  readonly mayLack?: MayLack | null;
  readonly armedUntil?: InstantMs | null;
  readonly epoch: Epoch | "this-revision";
  readonly floor?: Position | null;
  readonly wanted?: RegionId | null;
};

/** The text of a reign that keeps its epoch. */
export function reignText(reign: Reign): string {
  return JSON.stringify(reign satisfies StoredReign);
}

/** The text of an intent: its epoch will be the revision that the store gives to this very write. */
export function intentText(reign: Omit<Reign, "epoch">): string {
  return JSON.stringify({ ...reign, epoch: "this-revision" } satisfies StoredReign);
}

/** @throws InvariantBroken when the text was not written by `reignText` or `intentText` */
export function readReign(text: string, revision: Revision): SeenReign {
  const stored = JSON.parse(text) as StoredReign;
  invariant(stored.guards.length > 0, "a reign names at least one sync set");
  return {
    revision,
    reign: {
      ...stored,
      floor: stored.floor ?? null,
      wanted: stored.wanted ?? null,
      mayLack: stored.mayLack ?? null,
      armedUntil: stored.armedUntil ?? null,
      epoch: stored.epoch === "this-revision" ? revision : stored.epoch,
    },
  };
}

/** The sync set that is to be in force. */
export function wantedSyncSet(reign: Reign): SyncSet {
  return reign.guards[reign.guards.length - 1] ?? reign.guards[0];
}

/** Whether present data may have been acknowledged by the region that serves alone. */
export function isAsynchronous({ guards }: Pick<Reign, "guards">): boolean {
  return guards.some(({ confirmations }) => confirmations === 0);
}

/** Whether whoever is chosen must hold something that nobody had to confirm: a person may give it up. */
export function isBounded(reign: Pick<Reign, "guards" | "floor">): boolean {
  return reign.floor !== null && isAsynchronous(reign);
}

export function sameSyncSet(a: SyncSet | null, b: SyncSet | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.confirmations === b.confirmations &&
    a.members.length === b.members.length &&
    a.members.every((member) => b.members.includes(member))
  );
}

/**
 * How many of a set must have stopped confirming so that no commit can be confirmed any more, and so that at least one of
 * them holds every confirmed commit: n − k + 1. With no confirmations asked (asynchronous), no number is enough: infinite.
 */
export function fencesNeeded(guard: SyncSet): number {
  return guard.confirmations === 0
    ? Number.POSITIVE_INFINITY
    : guard.members.length - guard.confirmations + 1;
}

export type FencedPositions = ReadonlyMap<RegionId, Position>;

/** Whether enough members of every guard have stopped confirming; `fenced` maps each that has to how far it reaches. */
export function areGuardsFenced(guards: readonly SyncSet[], fenced: FencedPositions): boolean {
  return guards.every(
    (guard) => guard.members.filter((member) => fenced.has(member)).length >= fencesNeeded(guard),
  );
}

/** Negative when `a` holds less history than `b`. */
export function comparePositions(a: Position, b: Position): number {
  return a.timeline === b.timeline ? a.lsn - b.lsn : a.timeline - b.timeline;
}

/** Whether a member at `position` holds all that was acknowledged before the last choice of a primary. */
export function reachesFloor(position: Position, { floor }: Pick<Reign, "floor">): boolean {
  return floor === null || comparePositions(position, floor) >= 0;
}

/** The fenced member that holds the most; of equals the first in `preference`. `null` when none is fenced. */
export function candidateOf(fenced: FencedPositions, preference: readonly RegionId[]): RegionId | null {
  let best: RegionId | null = null;
  for (const region of preference) {
    const position = fenced.get(region);
    const bestPosition = best === null ? undefined : fenced.get(best);
    if (position === undefined) continue;
    if (bestPosition === undefined || comparePositions(position, bestPosition) > 0) best = region;
  }
  return best;
}

/** Whether a member at `position` may follow a history that left its own at `branch` without being seeded anew. */
export function isPrefix(position: Position, branch: Position | null): boolean {
  return branch !== null && position.timeline === branch.timeline && position.lsn <= branch.lsn;
}
