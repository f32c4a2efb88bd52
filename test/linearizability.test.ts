import { describe, expect, it } from "vitest";
import { Random } from "../sim/random.ts";
import { MemoryCoordinator } from "../src/adapters/memory/memory-coordinator.ts";
import type { Coordinator, Revision } from "../src/core/failover/coordinator.ts";
import { ManualClock } from "./manual-clock.ts";
import { firstNotLinearizable } from "./linearizability.ts";
import { recordedHistory, registerModel, type StoreOperation, type StoreReply } from "./store-history.ts";

const never = Number.POSITIVE_INFINITY;
const revision = (value: number): Revision => value as Revision;
const entry = (value: string, at: number): StoreReply => ({ key: "k", value, revision: revision(at) });
const nothing: StoreReply = { kind: "nothing" };

function get(began: number, ended: number, answer: StoreReply | null): StoreOperation {
  return { call: { kind: "get" }, answer, began, ended };
}

/** @param answer the revision of the write, what stood instead, or that nobody knows */
function write(
  [began, ended]: readonly [number, number],
  [expected, value]: readonly [number, string | null],
  answer: number | StoreReply | null,
): StoreOperation {
  const reply: StoreReply | null =
    typeof answer === "number" ? { kind: "written", revision: revision(answer) } : answer;
  return {
    call: { kind: "write", write: { expected: revision(expected), value } },
    answer: reply,
    began,
    ended,
  };
}

const refusedBy = (value: string, at: number): StoreReply => ({
  kind: "refused",
  current: { key: "k", value, revision: revision(at) },
});

/** Histories that no store of one key could have, by what is wrong with them. */
const wrong: Readonly<Record<string, readonly StoreOperation[]>> = {
  "a read that forgets a write": [write([1, 2], [0, "a"], 5), get(3, 4, nothing)],
  "a read of what was never written": [get(1, 2, entry("a", 5))],
  "a read of a revision that is another's": [write([1, 2], [0, "a"], 5), get(3, 4, entry("a", 6))],
  "a read that goes back": [
    write([1, 2], [0, "a"], 5),
    write([3, 8], [5, "b"], 6),
    get(4, 5, entry("b", 6)),
    get(6, 7, entry("a", 5)),
  ],
  "two writes that expected the same": [write([1, 4], [0, "a"], 5), write([2, 3], [0, "b"], 6)],
  "a revision that falls": [write([1, 2], [0, "a"], 5), write([3, 4], [5, "b"], 4)],
  "a refusal without a reason": [write([1, 2], [0, "a"], 5), write([3, 4], [5, "b"], refusedBy("a", 5))],
  "a refusal that shows what was not there": [
    write([1, 2], [0, "a"], 5),
    write([3, 4], [0, "b"], refusedBy("c", 6)),
  ],
  "a write that came back after it was seen gone": [
    write([1, never], [0, "a"], null),
    get(2, 3, entry("a", 5)),
    write([4, 5], [5, null], 6),
    get(6, 7, entry("a", 5)),
  ],
  "a deletion that was not": [
    write([1, 2], [0, "a"], 5),
    write([3, 4], [5, null], 6),
    get(5, 6, entry("a", 5)),
  ],
};

const right: Readonly<Record<string, readonly StoreOperation[]>> = {
  "nothing at all": [],
  "calls one after the other": [
    get(1, 2, nothing),
    write([3, 4], [0, "a"], 5),
    get(5, 6, entry("a", 5)),
    write([7, 8], [0, "b"], refusedBy("a", 5)),
    write([9, 10], [5, null], 7),
    get(11, 12, nothing),
    write([13, 14], [0, "c"], 8),
  ],
  "a read beside a write that sees it or not": [
    write([1, 6], [0, "a"], 5),
    get(2, 3, nothing),
    get(4, 5, entry("a", 5)),
  ],
  "an unknown write that was done late": [
    write([1, never], [0, "a"], null),
    get(2, 3, nothing),
    get(4, 5, entry("a", 5)),
  ],
  "an unknown write that was never done": [write([1, never], [0, "a"], null), write([2, 3], [0, "b"], 5)],
};

describe("what is linearizable", () => {
  it.each(Object.entries(right))("is %s", (_what, history) => {
    expect(firstNotLinearizable(history, registerModel)).toBeNull();
  });

  it.each(Object.entries(wrong))("is not %s", (_what, history) => {
    expect(firstNotLinearizable(history, registerModel)).not.toBeNull();
  });

  it("names the operation at which every order fails", () => {
    const history = [write([1, 2], [0, "a"], 5), get(3, 4, nothing), get(5, 6, entry("a", 5))];
    expect(firstNotLinearizable(history, registerModel)).toBe(history[1]);
  });
});

/** A store that answers reads with what it had a while ago. */
function stale(store: Coordinator): Coordinator {
  const before: Awaited<ReturnType<Coordinator["get"]>>[] = [];
  return {
    get: async (key, signal) => {
      before.push(await store.get(key, signal));
      return before[Math.max(0, before.length - 3)] ?? before[0] ?? store.get(key, signal);
    },
    compareAndSet: (write, signal) => store.compareAndSet(write, signal),
    grantLease: (ttl, signal) => store.grantLease(ttl, signal),
    keepAlive: (lease, signal) => store.keepAlive(lease, signal),
    revokeLease: (lease, signal) => store.revokeLease(lease, signal),
    watch: (prefix, listener) => store.watch(prefix, listener),
  };
}

describe("the history of a store", () => {
  const random = new Random(5);
  const plan = { key: "k", calls: 100, callMs: 1_000, chance: () => random.share() };

  it("is linearizable where it is one process", async () => {
    const store = new MemoryCoordinator({ clock: new ManualClock() });
    const history = await recordedHistory({ ...plan, clients: [store, store, store, store] });
    expect(history).toHaveLength(400);
    expect(firstNotLinearizable(history, registerModel)).toBeNull();
    store.close();
  });

  it("is not where reads are stale", async () => {
    const store = new MemoryCoordinator({ clock: new ManualClock() });
    const history = await recordedHistory({ ...plan, clients: [store, stale(store)] });
    expect(firstNotLinearizable(history, registerModel)).not.toBeNull();
    store.close();
  });
});
