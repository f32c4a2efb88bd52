import { describe, expect, it } from "vitest";
import {
  answered,
  coordinatorContract,
  patience,
  Recorder,
  revisionOf,
  writeOf,
} from "../../../test/coordinator-contract.ts";
import { ManualClock } from "../../../test/manual-clock.ts";
import { type Change, type Journal, nothingKept } from "../../core/failover/coordination.ts";
import { milliseconds } from "../../core/units/units.ts";
import { systemClock } from "./clock.ts";
import { MemoryCoordinator } from "./memory-coordinator.ts";

coordinatorContract("memory", () => {
  const clock = new ManualClock();
  const store = new MemoryCoordinator({ clock });
  return Promise.resolve({
    one: store,
    other: store,
    advance: (span) => {
      clock.advance(span);
      return Promise.resolve();
    },
    close: () => {
      store.close();
      return Promise.resolve();
    },
  });
});

/** A journal whose disk can be filled and freed. */
class FickleJournal implements Journal {
  isFull = false;
  readonly written: Change[] = [];

  load(): typeof nothingKept {
    return nothingKept;
  }

  append(changes: readonly Change[]): ReturnType<Journal["append"]> {
    if (this.isFull) return { kind: "unreachable", cause: new Error("no space is left") };
    this.written.push(...changes);
    return { kind: "answered", value: null };
  }
}

describe("a memory coordinator with a journal", () => {
  const clock = new ManualClock();

  it("changes nothing and tells nobody while the journal takes nothing", async () => {
    const journal = new FickleJournal();
    const store = new MemoryCoordinator({ clock, journal });
    const recorder = new Recorder();
    store.watch("", recorder.listener);
    journal.isFull = true;
    expect((await store.compareAndSet(writeOf("a", "1"), patience())).kind).toBe("unreachable");
    expect(answered(await store.get("a", patience()))).toBeNull();
    journal.isFull = false;
    await revisionOf(store.compareAndSet(writeOf("a", "2"), patience()));
    await recorder.until("a=2");
    expect(recorder.told).toEqual(["a=2"]);
  });

  it("ends a lease once the journal takes its end, and not before", async () => {
    const journal = new FickleJournal();
    const store = new MemoryCoordinator({ clock, journal });
    const lease = answered(await store.grantLease(milliseconds(1_000), patience()));
    await revisionOf(store.compareAndSet(writeOf("leader", "east", { lease }), patience()));
    journal.isFull = true;
    clock.advance(milliseconds(1_500));
    expect(store.present("").entries).toHaveLength(1);
    journal.isFull = false;
    clock.advance(milliseconds(1_000));
    expect(store.present("").entries).toEqual([]);
  });

  it("writes nothing to keep a lease alive", async () => {
    const journal = new FickleJournal();
    const store = new MemoryCoordinator({ clock, journal });
    const lease = answered(await store.grantLease(milliseconds(1_000), patience()));
    await store.keepAlive(lease, patience());
    expect(journal.written.map(({ kind }) => kind)).toEqual(["lease-granted"]);
  });
});

describe("a memory coordinator", () => {
  it("refuses to be asked for a lease that never runs out", () => {
    const store = new MemoryCoordinator({ clock: systemClock });
    expect(() => store.grantLease(milliseconds(1e12), patience())).toThrow(/a lease lasts above 0/);
  });

  it("refuses a value larger than any store takes", () => {
    const store = new MemoryCoordinator({ clock: systemClock });
    expect(() => store.compareAndSet(writeOf("a", "x".repeat(65_537)), patience())).toThrow(/above 65536/);
  });

  it("finds nobody to ask once it is closed", async () => {
    const store = new MemoryCoordinator({ clock: systemClock });
    store.close();
    expect((await store.get("a", patience())).kind).toBe("unreachable");
  });

  it("ends leases by this machine's clock", async () => {
    const store = new MemoryCoordinator({ clock: systemClock });
    const recorder = new Recorder();
    store.watch("leader", recorder.listener);
    const lease = answered(await store.grantLease(milliseconds(20), patience()));
    await revisionOf(store.compareAndSet(writeOf("leader", "east", { lease }), patience()));
    const kept = setInterval(() => undefined, 1_000);
    await recorder.until("-leader");
    clearInterval(kept);
  });
});
