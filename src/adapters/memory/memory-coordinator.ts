import {
  type Change,
  type Decision,
  decideEnd,
  decideGrant,
  decideKeepAlive,
  decideWrite,
  entriesUnder,
  type Journal,
  type Kept,
  leasesDue,
  nextDeadline,
  nothingKept,
  tidingsOf,
  withChanges,
} from "../../core/failover/coordination.ts";
import type {
  Coordinator,
  GuardedWrite,
  LeaseId,
  Revision,
  StopWatching,
  StoreAnswer,
  StoredEntry,
  WatchEvent,
  WriteOutcome,
} from "../../core/failover/coordinator.ts";
import { elapsed, type Milliseconds, type MonotonicMs, milliseconds } from "../../core/units/units.ts";
import type { Clock } from "./clock.ts";

/** How soon leases that could not be ended, as on a full disk, are tried again. */
const expiryRetryMs = milliseconds(1_000);

interface Watcher {
  readonly prefix: string;
  readonly listener: (event: WatchEvent) => void;
}

/** Nothing survives the process: what tests and rehearsals need. */
const forgetful: Journal = {
  load: () => nothingKept,
  append: () => ({ kind: "answered", value: null }),
};

/**
 * A coordination store that answers from this process's memory. With a journal it survives the process too: a change is
 * in the journal before anybody is told of it. Linearizable because it is one process and each request is one step of it.
 */
export class MemoryCoordinator implements Coordinator {
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #watchers = new Set<Watcher>();
  #kept: Kept;
  #expiry: { readonly at: MonotonicMs; readonly cancel: () => void } | null = null;
  #isOpen = true;

  constructor({ clock, journal = forgetful }: { readonly clock: Clock; readonly journal?: Journal }) {
    this.#clock = clock;
    this.#journal = journal;
    this.#kept = journal.load(clock.now());
    this.#awaitExpiry();
  }

  get(key: string, signal: AbortSignal): Promise<StoreAnswer<StoredEntry | null>> {
    return this.#ask(signal, (kept) => ({ answer: kept.entries.get(key)?.entry ?? null, changes: [] }));
  }

  compareAndSet(write: GuardedWrite, signal: AbortSignal): Promise<StoreAnswer<WriteOutcome>> {
    return this.#ask(signal, (kept) => decideWrite(kept, write));
  }

  grantLease(ttl: Milliseconds, signal: AbortSignal): Promise<StoreAnswer<LeaseId>> {
    return this.#ask(signal, (kept) => decideGrant(kept, ttl));
  }

  keepAlive(lease: LeaseId, signal: AbortSignal): Promise<StoreAnswer<boolean>> {
    return this.#ask(signal, (kept) => decideKeepAlive(kept, lease));
  }

  revokeLease(lease: LeaseId, signal: AbortSignal): Promise<StoreAnswer<null>> {
    return this.#ask(signal, (kept) => decideEnd(kept, [lease]));
  }

  watch(prefix: string, listener: (event: WatchEvent) => void): StopWatching {
    const watcher = { prefix, listener };
    this.#watchers.add(watcher);
    for (const entry of entriesUnder(this.#kept, prefix)) this.#tell(watcher, { kind: "changed", entry });
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  /** What stands under `prefix` now, in order of revision, and the revision as of which it does. */
  present(prefix: string): { readonly revision: Revision; readonly entries: readonly StoredEntry[] } {
    return { revision: this.#kept.revision, entries: entriesUnder(this.#kept, prefix) };
  }

  /** Ends every watch and the wait for leases. Later requests find nobody to ask. */
  close(): void {
    this.#isOpen = false;
    this.#watchers.clear();
    this.#expiry?.cancel();
    this.#expiry = null;
  }

  #ask<Value>(signal: AbortSignal, decide: (kept: Kept) => Decision<Value>): Promise<StoreAnswer<Value>> {
    const cause: unknown = signal.aborted ? signal.reason : new Error("the store is closed");
    if (signal.aborted || !this.#isOpen) return Promise.resolve({ kind: "unreachable", cause });
    const { answer, changes } = decide(this.#kept);
    const made = this.#make(changes);
    return Promise.resolve(made.kind === "answered" ? { kind: "answered", value: answer } : made);
  }

  #make(changes: readonly Change[]): StoreAnswer<null> {
    const lasting = changes.filter(({ kind }) => kind !== "lease-renewed");
    const kept: StoreAnswer<null> =
      lasting.length === 0 ? { kind: "answered", value: null } : this.#journal.append(lasting);
    if (kept.kind === "unreachable") return kept;
    this.#kept = withChanges(this.#kept, changes, this.#clock.now());
    for (const change of lasting) this.#announce(change);
    this.#awaitExpiry();
    return kept;
  }

  #announce(change: Change): void {
    for (const watcher of this.#watchers) {
      const event = tidingsOf(change, watcher.prefix);
      if (event !== null) this.#tell(watcher, event);
    }
  }

  /**
   * Listeners are called later, in order: one that writes would otherwise have its own change told to the listeners after
   * it before the change that woke it. What a listener throws reaches the process, and no other listener.
   */
  #tell(watcher: Watcher, event: WatchEvent): void {
    queueMicrotask(() => {
      if (this.#watchers.has(watcher)) watcher.listener(event);
    });
  }

  #awaitExpiry(): void {
    const at = nextDeadline(this.#kept);
    if (at === null || (this.#expiry !== null && this.#expiry.at <= at)) return;
    this.#expireIn(elapsed(this.#clock.now(), at), at);
  }

  /** @param at the deadline that is waited for: an earlier one cuts the waiting short, a later one does not */
  #expireIn(span: Milliseconds, at: MonotonicMs): void {
    this.#expiry?.cancel();
    const cancel = this.#clock.after(span, () => {
      this.#expiry = null;
      this.#expire(at);
    });
    this.#expiry = { at, cancel };
  }

  #expire(at: MonotonicMs): void {
    const due = leasesDue(this.#kept, this.#clock.now());
    const made = this.#make(decideEnd(this.#kept, due).changes);
    if (made.kind === "unreachable") this.#expireIn(expiryRetryMs, at);
  }
}
