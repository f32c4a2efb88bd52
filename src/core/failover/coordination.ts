import { invariant, unreachable } from "../problem/problem.ts";
import { later, type Milliseconds, type MonotonicMs } from "../units/units.ts";
import {
  absent,
  type GuardedWrite,
  type LeaseId,
  type Revision,
  type StoreAnswer,
  type StoredEntry,
  type WatchEvent,
  type WriteOutcome,
} from "./coordinator.ts";

/** Bounds of what may be asked, the same in every store, so that none accepts what another must refuse. */
export const keyCharactersMax = 512;
export const valueCharactersMax = 65_536;
export const leaseMsMax = 86_400_000;

/** One change of what a store keeps. The first two are what a watcher is told. */
export type Change =
  | { readonly kind: "changed"; readonly entry: StoredEntry; readonly lease: LeaseId | null }
  | { readonly kind: "deleted"; readonly key: string; readonly revision: Revision }
  | { readonly kind: "lease-granted"; readonly lease: LeaseId; readonly ttl: Milliseconds }
  | { readonly kind: "lease-renewed"; readonly lease: LeaseId }
  | { readonly kind: "lease-ended"; readonly lease: LeaseId };

export interface KeptEntry {
  readonly entry: StoredEntry;
  readonly lease: LeaseId | null;
}

export interface KeptLease {
  readonly ttl: Milliseconds;
  readonly deadline: MonotonicMs;
}

/** All that a coordination store keeps. */
export interface Kept {
  /** Of the newest write; deletions count. */
  readonly revision: Revision;
  /** How many leases were ever granted: no name is given twice. */
  readonly leasesGranted: number;
  readonly entries: ReadonlyMap<string, KeptEntry>;
  readonly leases: ReadonlyMap<LeaseId, KeptLease>;
}

export const nothingKept: Kept = {
  revision: absent,
  leasesGranted: 0,
  entries: new Map(),
  leases: new Map(),
};

/** Where changes are made to last before anybody is told of them. */
export interface Journal {
  /** What was kept when the journal was opened. The time of its leases starts again at `now`. */
  load(now: MonotonicMs): Kept;
  /** All of `changes` or none: `unreachable` when they could not be made to last. */
  append(changes: readonly Change[]): StoreAnswer<null>;
}

/** What a request is answered once its changes are made; no changes, no waiting for a disk. */
export interface Decision<Answer> {
  readonly answer: Answer;
  readonly changes: readonly Change[];
}

/** Refused unless the key stands at the expected revision and the lease, when one is named, is alive. */
export function decideWrite(kept: Kept, write: GuardedWrite): Decision<WriteOutcome> {
  assertWithinBounds(write);
  const current = kept.entries.get(write.key)?.entry ?? null;
  const isLeaseAlive = write.lease === null || kept.leases.has(write.lease);
  if (!isLeaseAlive || (current?.revision ?? absent) !== write.expected) {
    return { answer: { kind: "refused", current }, changes: [] };
  }
  if (write.value === null && current === null) {
    return { answer: { kind: "written", revision: kept.revision }, changes: [] };
  }
  const revision = next(kept.revision);
  return { answer: { kind: "written", revision }, changes: [changeBy(write, revision)] };
}

/** @throws InvariantBroken unless `ttl` lies in (0, `leaseMsMax`] */
export function decideGrant(kept: Kept, ttl: Milliseconds): Decision<LeaseId> {
  invariant(ttl > 0 && ttl <= leaseMsMax, `a lease lasts above 0 and up to ${leaseMsMax} ms, got ${ttl}`);
  // The cast names the lease: the count of grants is what makes it one.
  const lease = `lease-${kept.leasesGranted + 1}` as LeaseId;
  return { answer: lease, changes: [{ kind: "lease-granted", lease, ttl }] };
}

/** `false` for a lease that has ended. One whose time is up and that has not been ended yet is still alive. */
export function decideKeepAlive(kept: Kept, lease: LeaseId): Decision<boolean> {
  return kept.leases.has(lease)
    ? { answer: true, changes: [{ kind: "lease-renewed", lease }] }
    : { answer: false, changes: [] };
}

/** Ends the leases that are still there, each with its keys; every deletion is a write of its own. */
export function decideEnd(kept: Kept, leases: readonly LeaseId[]): Decision<null> {
  const ended = leases.filter((lease) => kept.leases.has(lease));
  if (ended.length === 0) return { answer: null, changes: [] };
  const keys = [...kept.entries.values()].filter(({ lease }) => lease !== null && ended.includes(lease));
  const deletions = keys.map(({ entry }, index): Change => {
    return { kind: "deleted", key: entry.key, revision: next(kept.revision, index + 1) };
  });
  return {
    answer: null,
    changes: [...deletions, ...ended.map((lease): Change => ({ kind: "lease-ended", lease }))],
  };
}

export function leasesDue(kept: Kept, now: MonotonicMs): readonly LeaseId[] {
  return [...kept.leases].filter(([, { deadline }]) => deadline <= now).map(([lease]) => lease);
}

/** When the first lease runs out; `null` when there is none. */
export function nextDeadline(kept: Kept): MonotonicMs | null {
  const deadlines = [...kept.leases.values()].map(({ deadline }) => deadline);
  return deadlines.reduce<MonotonicMs | null>(
    (first, deadline) => (first === null || deadline < first ? deadline : first),
    null,
  );
}

/** Entries whose keys begin with `prefix`, in order of revision. */
export function entriesUnder(kept: Kept, prefix: string): readonly StoredEntry[] {
  return [...kept.entries.values()]
    .map(({ entry }) => entry)
    .filter(({ key }) => key.startsWith(prefix))
    .sort((one, other) => one.revision - other.revision);
}

/** What a watcher of `prefix` is told of a change; `null` when it is none of its business. */
export function tidingsOf(change: Change, prefix: string): WatchEvent | null {
  switch (change.kind) {
    case "changed":
      return change.entry.key.startsWith(prefix) ? { kind: "changed", entry: change.entry } : null;
    case "deleted":
      return change.key.startsWith(prefix) ? change : null;
    case "lease-granted":
    case "lease-renewed":
    case "lease-ended":
      return null;
    default:
      return unreachable(change);
  }
}

/** What is kept after `changes`, decided on `kept` and made at `now`. */
export function withChanges(kept: Kept, changes: readonly Change[], now: MonotonicMs): Kept {
  if (changes.length === 0) return kept;
  const entries = new Map(kept.entries);
  const leases = new Map(kept.leases);
  let { revision, leasesGranted } = kept;
  for (const change of changes) {
    switch (change.kind) {
      case "changed":
        revision = change.entry.revision;
        entries.set(change.entry.key, { entry: change.entry, lease: change.lease });
        break;
      case "deleted":
        revision = change.revision;
        entries.delete(change.key);
        break;
      case "lease-granted":
        leasesGranted += 1;
        leases.set(change.lease, { ttl: change.ttl, deadline: later(now, change.ttl) });
        break;
      case "lease-renewed":
        renew(leases, change.lease, now);
        break;
      case "lease-ended":
        leases.delete(change.lease);
        break;
      default:
        unreachable(change);
    }
  }
  return { revision, leasesGranted, entries, leases };
}

function renew(leases: Map<LeaseId, KeptLease>, lease: LeaseId, now: MonotonicMs): void {
  const held = leases.get(lease);
  invariant(held !== undefined, `${lease} was renewed after it had ended`);
  leases.set(lease, { ttl: held.ttl, deadline: later(now, held.ttl) });
}

function changeBy({ key, value, lease }: GuardedWrite, revision: Revision): Change {
  return value === null
    ? { kind: "deleted", key, revision }
    : { kind: "changed", entry: { key, value, revision }, lease };
}

/** @throws InvariantBroken when a key or value is larger than every store takes */
export function assertWithinBounds({ key, value }: GuardedWrite): void {
  invariant(
    key.length > 0 && key.length <= keyCharactersMax,
    `a key has 1 to ${keyCharactersMax} characters, got ${key.length}`,
  );
  invariant(
    value === null || value.length <= valueCharactersMax,
    `the value of ${key} has ${value?.length ?? 0} characters, above ${valueCharactersMax}`,
  );
}

/** The cast is where revisions are made: each is the one before it, risen. */
function next(revision: Revision, by = 1): Revision {
  return (revision + by) as Revision;
}
