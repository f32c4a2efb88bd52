import type { Milliseconds, Quantity } from "../units/units.ts";

/** Position of a write in the coordination store: rises with every write to any key. */
export type Revision = Quantity<"revision">;
/** The revision that says "this key does not exist": expected by a write that creates it. */
export const absent = 0 as Revision;
/** Names a lease of the coordination store; keys written under it vanish when it runs out. */
export type LeaseId = string & { readonly lease: unique symbol };

export interface StoredEntry {
  readonly key: string;
  readonly value: string;
  /** The write that gave the key this value; what a later compare-and-set must expect. */
  readonly revision: Revision;
}

/** What a store answers: the value, or that nobody could be asked. Unreachable says nothing about whether a write happened. */
export type StoreAnswer<Value> =
  | { readonly kind: "answered"; readonly value: Value }
  | { readonly kind: "unreachable"; readonly cause: unknown };

export interface GuardedWrite {
  readonly key: string;
  /** The new value, or `null` to delete the key. */
  readonly value: string | null;
  /** The revision that the key must have now; `absent` when it must not exist. */
  readonly expected: Revision;
  /** The key vanishes with this lease; `null` for one that stays. */
  readonly lease: LeaseId | null;
}

export type WriteOutcome =
  | { readonly kind: "written"; readonly revision: Revision }
  /** Somebody else wrote in between (`current` is theirs), or the lease named in the write has run out. */
  | { readonly kind: "refused"; readonly current: StoredEntry | null };

export type WatchEvent =
  | { readonly kind: "changed"; readonly entry: StoredEntry }
  | { readonly kind: "deleted"; readonly key: string; readonly revision: Revision };

export type StopWatching = () => void;

/**
 * The one place that everybody agrees on: linearizable reads, writes guarded by revision, leases, watches.
 * It has no unguarded write. etcd fits it as it is: Range, Txn comparing MOD_REVISION, Lease, Watch.
 */
export interface Coordinator {
  /** The newest value: a linearizable read. */
  get(key: string, signal: AbortSignal): Promise<StoreAnswer<StoredEntry | null>>;
  compareAndSet(write: GuardedWrite, signal: AbortSignal): Promise<StoreAnswer<WriteOutcome>>;
  /** A lease that runs out `ttl` after the store received this request, unless kept alive. */
  grantLease(ttl: Milliseconds, signal: AbortSignal): Promise<StoreAnswer<LeaseId>>;
  /** Starts the lease's time again. `false`: it had already run out, and its keys are gone. */
  keepAlive(lease: LeaseId, signal: AbortSignal): Promise<StoreAnswer<boolean>>;
  /** Ends the lease now; its keys vanish. A lease that is gone already is no failure. */
  revokeLease(lease: LeaseId, signal: AbortSignal): Promise<StoreAnswer<null>>;
  /**
   * Tells every later change of keys that begin with `prefix`, in order of revision, each once, until stopped. The present
   * values are told first as `changed`. After a lost connection it resumes by itself and tells the values of then: changes in
   * between may be told as one. Exceptions of `listener` are its own.
   */
  watch(prefix: string, listener: (event: WatchEvent) => void): StopWatching;
}
