import {
  type Change,
  type Decision,
  decideEnd,
  decideGrant,
  decideKeepAlive,
  decideWrite,
  entriesUnder,
  type Kept,
  leasesDue,
  nothingKept,
  tidingsOf,
  withChanges,
} from "../src/core/failover/coordination.ts";
import {
  absent,
  type GuardedWrite,
  type LeaseId,
  type StopWatching,
  type StoredEntry,
  type WatchEvent,
  type WriteOutcome,
} from "../src/core/failover/coordinator.ts";
import { type Milliseconds, monotonicMs } from "../src/core/units/units.ts";
import type { Agenda } from "./agenda.ts";

interface Watcher {
  readonly prefix: string;
  readonly listener: (event: WatchEvent) => void;
}

/**
 * The coordination store of the simulated world: the rules of every store, at one instant of the agenda and without a disk.
 * Being far away, slow or cut off is the network's part.
 */
export class SimulatedStore {
  readonly #agenda: Agenda;
  readonly #watchers = new Set<Watcher>();
  readonly #untold: Change[] = [];
  #kept: Kept = nothingKept;
  #isTelling = false;

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  get(key: string): StoredEntry | null {
    return this.#kept.entries.get(key)?.entry ?? null;
  }

  compareAndSet(write: GuardedWrite): WriteOutcome {
    return this.#decided(decideWrite(this.#kept, write));
  }

  /** What no real code may have: kept for a planted bug that the simulation must find. */
  overwrite(write: GuardedWrite): WriteOutcome {
    const expected = this.get(write.key)?.revision ?? absent;
    return this.compareAndSet({ ...write, expected });
  }

  grantLease(ttl: Milliseconds): LeaseId {
    return this.#decided(decideGrant(this.#kept, ttl));
  }

  /** Answers whether the lease was still alive. */
  keepAlive(lease: LeaseId): boolean {
    return this.#decided(decideKeepAlive(this.#kept, lease));
  }

  revokeLease(lease: LeaseId): void {
    this.#decided(decideEnd(this.#kept, [lease]));
  }

  /** The present values first, then every change, each at the instant at which it is made. */
  watch(prefix: string, listener: (event: WatchEvent) => void): StopWatching {
    const watcher = { prefix, listener };
    this.#watchers.add(watcher);
    for (const entry of entriesUnder(this.#kept, prefix)) listener({ kind: "changed", entry });
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  #decided<Answer>({ answer, changes }: Decision<Answer>): Answer {
    this.#make(changes);
    return answer;
  }

  #make(changes: readonly Change[]): void {
    this.#kept = withChanges(this.#kept, changes, monotonicMs(this.#agenda.now));
    for (const change of changes) {
      if (change.kind === "lease-granted" || change.kind === "lease-renewed") this.#awaitEnd(change.lease);
    }
    this.#untold.push(...changes);
    this.#tell();
  }

  /** A listener that writes is heard after all have been told what woke it. */
  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (let change = this.#untold.shift(); change !== undefined; change = this.#untold.shift()) {
      for (const { prefix, listener } of this.#watchers) {
        const event = tidingsOf(change, prefix);
        if (event !== null) listener(event);
      }
    }
    this.#isTelling = false;
  }

  /** Ends what is due then: nothing, when the lease has been kept alive meanwhile. */
  #awaitEnd(lease: LeaseId): void {
    this.#agenda.after(this.#kept.leases.get(lease)?.ttl ?? 0, () => {
      const now = monotonicMs(this.#agenda.now);
      this.#make(decideEnd(this.#kept, leasesDue(this.#kept, now)).changes);
    });
  }
}
