import type { Agenda } from "./agenda.ts";
import {
  absent,
  type LeaseId,
  type Revision,
  type StoredEntry,
  type WatchEvent,
} from "../src/core/failover/coordinator.ts";

interface Lease {
  readonly ttlMs: number;
  endsAt: number;
}

export interface StoreWrite {
  readonly key: string;
  readonly value: string | null;
  readonly expected: Revision;
  readonly lease: LeaseId | null;
}

export type StoreWriteOutcome =
  | { readonly kind: "written"; readonly revision: Revision }
  | { readonly kind: "refused"; readonly current: StoredEntry | null };

/**
 * The coordination store of the simulated world, with the meaning of the `Coordinator` port: linearizable because it answers
 * at one instant, guarded writes, leases, watches. Being far away, slow or cut off is the network's part.
 */
export class SimulatedStore {
  readonly #agenda: Agenda;
  readonly #entries = new Map<string, StoredEntry & { readonly lease: LeaseId | null }>();
  readonly #leases = new Map<LeaseId, Lease>();
  readonly #watchers: ((event: WatchEvent) => void)[] = [];
  #revision = 0;
  #leaseCount = 0;

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  get(key: string): StoredEntry | null {
    this.#expire();
    return this.#entries.get(key) ?? null;
  }

  compareAndSet(write: StoreWrite): StoreWriteOutcome {
    this.#expire();
    const current = this.#entries.get(write.key) ?? null;
    const isLeaseGone = write.lease !== null && !this.#leases.has(write.lease);
    if ((current?.revision ?? absent) !== write.expected || isLeaseGone) return { kind: "refused", current };
    return { kind: "written", revision: this.#write(write) };
  }

  /** What no real code may have: kept for a planted bug that the simulation must find. */
  overwrite(write: StoreWrite): StoreWriteOutcome {
    this.#expire();
    return { kind: "written", revision: this.#write(write) };
  }

  grantLease(ttlMs: number): LeaseId {
    this.#expire();
    this.#leaseCount += 1;
    const id = `lease-${this.#leaseCount}` as LeaseId;
    this.#leases.set(id, { ttlMs, endsAt: this.#agenda.now + ttlMs });
    this.#agenda.after(ttlMs + 0.01, () => {
      this.#expire();
    });
    return id;
  }

  keepAlive(id: LeaseId): boolean {
    this.#expire();
    const lease = this.#leases.get(id);
    if (lease === undefined) return false;
    lease.endsAt = this.#agenda.now + lease.ttlMs;
    this.#agenda.after(lease.ttlMs + 0.01, () => {
      this.#expire();
    });
    return true;
  }

  revokeLease(id: LeaseId): void {
    const lease = this.#leases.get(id);
    if (lease !== undefined) lease.endsAt = Number.NEGATIVE_INFINITY;
    this.#expire();
  }

  watch(listener: (event: WatchEvent) => void): void {
    this.#watchers.push(listener);
  }

  #write({ key, value, lease }: StoreWrite): Revision {
    this.#revision += 1;
    const revision = this.#revision as Revision;
    if (value === null) {
      this.#entries.delete(key);
      this.#tell({ kind: "deleted", key, revision });
    } else {
      const entry = { key, value, revision, lease };
      this.#entries.set(key, entry);
      this.#tell({ kind: "changed", entry });
    }
    return revision;
  }

  #expire(): void {
    for (const [id, lease] of this.#leases) {
      if (lease.endsAt > this.#agenda.now) continue;
      this.#leases.delete(id);
      for (const entry of [...this.#entries.values()]) {
        if (entry.lease === id) this.#write({ key: entry.key, value: null, expected: absent, lease: null });
      }
    }
  }

  #tell(event: WatchEvent): void {
    for (const watcher of this.#watchers) watcher(event);
  }
}
