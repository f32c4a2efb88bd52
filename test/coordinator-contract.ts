import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  absent,
  type Coordinator,
  type GuardedWrite,
  type LeaseId,
  type Revision,
  type StoreAnswer,
  type WatchEvent,
  type WriteOutcome,
} from "../src/core/failover/coordinator.ts";
import { type Milliseconds, milliseconds } from "../src/core/units/units.ts";

/** A fresh store, seen by two of its clients, whose time the test moves. */
export interface CoordinatorUnderTest {
  readonly one: Coordinator;
  readonly other: Coordinator;
  /** Moves the store's time; leases that run out meanwhile have ended when it answers. */
  advance(span: Milliseconds): Promise<void>;
  close(): Promise<void>;
}

export const patience = (): AbortSignal => AbortSignal.timeout(5_000);
const leaseTtl = milliseconds(2_000);

/** The value of an answer; fails the test when nobody could be asked. */
export function answered<Value>(answer: StoreAnswer<Value>): Value {
  if (answer.kind === "unreachable") throw new Error("the store was unreachable", { cause: answer.cause });
  return answer.value;
}

/** Why nobody could be asked; fails the test when somebody was. */
export function whyUnreachable(answer: StoreAnswer<unknown>): string {
  if (answer.kind === "answered") throw new Error("the store answered");
  return answer.cause instanceof Error ? answer.cause.message : String(answer.cause);
}

/** A write that creates `key` unless told otherwise. */
export function writeOf(key: string, value: string | null, more: Partial<GuardedWrite> = {}): GuardedWrite {
  return { key, value, expected: absent, lease: null, ...more };
}

export async function revisionOf(outcome: Promise<StoreAnswer<WriteOutcome>>): Promise<Revision> {
  const value = answered(await outcome);
  if (value.kind !== "written") throw new Error(`the write was refused: ${JSON.stringify(value.current)}`);
  return value.revision;
}

/** What a watch told, and a way to wait until it has told of a certain value or deletion. */
export class Recorder {
  readonly events: WatchEvent[] = [];
  #check: () => void = () => undefined;

  readonly listener = (event: WatchEvent): void => {
    this.events.push(event);
    this.#check();
  };

  /** As `key=value` and `-key`. */
  get told(): readonly string[] {
    return this.events.map(tidings);
  }

  async until(tiding: string): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#check = (): void => {
        if (this.told.includes(tiding)) resolve();
      };
      this.#check();
    });
  }
}

function tidings(event: WatchEvent): string {
  return event.kind === "changed" ? `${event.entry.key}=${event.entry.value}` : `-${event.key}`;
}

function revisionsOf(events: readonly WatchEvent[]): readonly Revision[] {
  return events.map((event) => (event.kind === "changed" ? event.entry.revision : event.revision));
}

/** What every coordination store promises, whatever keeps it. */
export function coordinatorContract(name: string, create: () => Promise<CoordinatorUnderTest>): void {
  describe(`${name} as a coordination store`, () => {
    let store: CoordinatorUnderTest;
    const write = (write: GuardedWrite): Promise<Revision> =>
      revisionOf(store.one.compareAndSet(write, patience()));
    const read = async (key: string): Promise<string | null> =>
      answered(await store.one.get(key, patience()))?.value ?? null;
    const refusal = async (attempt: GuardedWrite): Promise<WriteOutcome> =>
      answered(await store.one.compareAndSet(attempt, patience()));
    const grant = async (): Promise<LeaseId> => answered(await store.one.grantLease(leaseTtl, patience()));

    beforeEach(async () => {
      store = await create();
    });
    afterEach(() => store.close());

    describe("reads and guarded writes", () => {
      it("answers null for a key that was never written", async () => {
        expect(answered(await store.one.get("reign", patience()))).toBeNull();
      });

      it("gives back what was written, with the revision of the write", async () => {
        const revision = await write(writeOf("reign", "east · 东"));
        expect(answered(await store.one.get("reign", patience()))).toEqual({
          key: "reign",
          value: "east · 东",
          revision,
        });
      });

      it("shows a write to another client at once", async () => {
        const revision = await write(writeOf("reign", "east"));
        expect(answered(await store.other.get("reign", patience()))?.revision).toBe(revision);
      });

      it("refuses to create a key that exists, and shows who was first", async () => {
        const revision = await write(writeOf("leader", "east"));
        expect(await refusal(writeOf("leader", "west"))).toEqual({
          kind: "refused",
          current: { key: "leader", value: "east", revision },
        });
        expect(await read("leader")).toBe("east");
      });

      it("updates a key whose revision is the expected one, and refuses the same update again", async () => {
        const first = await write(writeOf("reign", "east"));
        const second = await write(writeOf("reign", "west", { expected: first }));
        expect(await refusal(writeOf("reign", "central", { expected: first }))).toEqual({
          kind: "refused",
          current: { key: "reign", value: "west", revision: second },
        });
      });

      it("deletes a key whose revision is the expected one alone", async () => {
        const first = await write(writeOf("reign", "east"));
        const second = await write(writeOf("reign", "west", { expected: first }));
        expect((await refusal(writeOf("reign", null, { expected: first }))).kind).toBe("refused");
        expect(await read("reign")).toBe("west");
        await write(writeOf("reign", null, { expected: second }));
        expect(await read("reign")).toBeNull();
      });

      it("refuses an update of a key that was deleted, and says that nothing is there", async () => {
        const first = await write(writeOf("reign", "east"));
        await write(writeOf("reign", null, { expected: first }));
        expect(await refusal(writeOf("reign", "west", { expected: first }))).toEqual({
          kind: "refused",
          current: null,
        });
      });

      it("raises the revision with every write, across keys and deletions", async () => {
        const revisions: Revision[] = [];
        for (const key of ["a", "b", "a/b"]) revisions.push(await write(writeOf(key, "1")));
        revisions.push(await write(writeOf("a", "2", { expected: revisions[0] ?? absent })));
        revisions.push(await write(writeOf("b", null, { expected: revisions[1] ?? absent })));
        revisions.push(await write(writeOf("b", "again")));
        expect(revisions).toEqual([...new Set(revisions)].sort((one, other) => one - other));
        expect(revisions[0]).toBeGreaterThan(absent);
      });

      it("lets one of two racers win, and shows the other the winner", async () => {
        for (const key of Array.from({ length: 20 }, (_, index) => `race-${index}`)) {
          const outcomes = await Promise.all([
            store.one.compareAndSet(writeOf(key, "one"), patience()),
            store.other.compareAndSet(writeOf(key, "other"), patience()),
          ]);
          const values = outcomes.map(answered);
          const winner = values.findIndex(({ kind }) => kind === "written") === 0 ? "one" : "other";
          expect(values.map(({ kind }) => kind).sort()).toEqual(["refused", "written"]);
          expect(values.find(({ kind }) => kind === "refused")).toMatchObject({ current: { value: winner } });
          expect(await read(key)).toBe(winner);
        }
      });

      it("does nothing for a caller that has already given up", async () => {
        const answer = await store.one.compareAndSet(
          writeOf("reign", "east"),
          AbortSignal.abort(new Error("enough")),
        );
        expect(answer).toMatchObject({ kind: "unreachable", cause: { message: "enough" } });
        expect(await read("reign")).toBeNull();
      });
    });

    describe("leases", () => {
      it("keeps a lease's keys while it lives, and lets them vanish with it", async () => {
        const lease = await grant();
        await write(writeOf("leader", "east", { lease }));
        await write(writeOf("reign", "east"));
        await store.advance(milliseconds(1_900));
        expect(await read("leader")).toBe("east");
        await store.advance(milliseconds(200));
        expect(await read("leader")).toBeNull();
        expect(await read("reign")).toBe("east");
      });

      it("starts a lease's time again when it is kept alive", async () => {
        const lease = await grant();
        await write(writeOf("leader", "east", { lease }));
        await store.advance(milliseconds(1_500));
        expect(answered(await store.one.keepAlive(lease, patience()))).toBe(true);
        await store.advance(milliseconds(1_500));
        expect(await read("leader")).toBe("east");
      });

      it("says that a lease which ran out cannot be kept alive", async () => {
        const lease = await grant();
        await store.advance(milliseconds(2_100));
        expect(answered(await store.one.keepAlive(lease, patience()))).toBe(false);
      });

      it("refuses a write under a lease that ran out", async () => {
        const lease = await grant();
        await store.advance(milliseconds(2_100));
        expect(await refusal(writeOf("leader", "east", { lease }))).toEqual({
          kind: "refused",
          current: null,
        });
        expect(await read("leader")).toBeNull();
      });

      it("ends a revoked lease at once, with its keys, and takes a second revocation for done", async () => {
        const lease = await grant();
        await write(writeOf("leader", "east", { lease }));
        expect(answered(await store.other.revokeLease(lease, patience()))).toBeNull();
        expect(await read("leader")).toBeNull();
        expect(answered(await store.one.revokeLease(lease, patience()))).toBeNull();
        expect(answered(await store.one.keepAlive(lease, patience()))).toBe(false);
      });

      it("gives every lease a name of its own", async () => {
        const first = await grant();
        await store.one.revokeLease(first, patience());
        expect(await grant()).not.toBe(first);
      });

      it("lets a key outlive the lease under which it was written once it is written without", async () => {
        const lease = await grant();
        const first = await write(writeOf("leader", "east", { lease }));
        await write(writeOf("leader", "west", { expected: first }));
        await store.advance(milliseconds(2_100));
        expect(await read("leader")).toBe("west");
      });

      it("raises the revision when a key vanishes with its lease", async () => {
        const lease = await grant();
        const before = await write(writeOf("leader", "east", { lease }));
        await store.advance(milliseconds(2_100));
        expect(await write(writeOf("leader", "west"))).toBeGreaterThan(before + 1);
      });
    });

    describe("watches", () => {
      it("tells the present values first and every later change once, in order of revision", async () => {
        const recorder = new Recorder();
        const first = await write(writeOf("node/a", "1"));
        await write(writeOf("node/b", "1"));
        const second = await write(writeOf("node/a", "2", { expected: first }));
        const stop = store.other.watch("node/", recorder.listener);
        await recorder.until("node/a=2");
        const third = await write(writeOf("node/a", "3", { expected: second }));
        await write(writeOf("node/c", "1"));
        await write(writeOf("node/a", null, { expected: third }));
        await recorder.until("-node/a");
        stop();
        expect(recorder.told).toEqual(["node/b=1", "node/a=2", "node/a=3", "node/c=1", "-node/a"]);
        const revisions = revisionsOf(recorder.events);
        expect(revisions).toEqual([...revisions].sort((one, other) => one - other));
      });

      it("tells of keys under its prefix alone", async () => {
        const recorder = new Recorder();
        await write(writeOf("nodes", "other"));
        const stop = store.one.watch("node/", recorder.listener);
        await write(writeOf("leader", "east"));
        await write(writeOf("node/a", "1"));
        await recorder.until("node/a=1");
        stop();
        expect(recorder.told).toEqual(["node/a=1"]);
      });

      it("tells of keys that vanish with their lease", async () => {
        const recorder = new Recorder();
        const lease = await grant();
        await write(writeOf("leader", "east", { lease }));
        const stop = store.other.watch("leader", recorder.listener);
        await recorder.until("leader=east");
        await store.advance(milliseconds(2_100));
        await recorder.until("-leader");
        stop();
        expect(recorder.told).toEqual(["leader=east", "-leader"]);
      });

      it("tells nothing after it was stopped, not even what was already on its way", async () => {
        const [stopped, running] = [new Recorder(), new Recorder()];
        await write(writeOf("a", "1"));
        const stop = store.one.watch("a", stopped.listener);
        stop();
        store.one.watch("a", running.listener);
        await write(writeOf("a/b", "2"));
        await running.until("a/b=2");
        expect(stopped.told).toEqual([]);
      });

      it("lets a listener write, and tells everybody of both changes in the same order", async () => {
        const [writer, reader] = [new Recorder(), new Recorder()];
        store.one.watch("", (event) => {
          writer.listener(event);
          if (tidings(event) === "a=1") void store.one.compareAndSet(writeOf("b", "2"), patience());
        });
        store.one.watch("", reader.listener);
        await write(writeOf("a", "1"));
        await Promise.all([writer.until("b=2"), reader.until("b=2")]);
        expect(writer.told).toEqual(["a=1", "b=2"]);
        expect(reader.told).toEqual(["a=1", "b=2"]);
      });
    });
  });
}
