import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  anyOf,
  exampleSettings,
  position,
  primary,
  reignOf,
  streaming,
  streamless,
} from "../../test/example-reigns.ts";
import { systemClock } from "../adapters/memory/clock.ts";
import { MemoryCoordinator } from "../adapters/memory/memory-coordinator.ts";
import { type AgentMemory, emptyMemory } from "../core/failover/agent-state.ts";
import { absent, type Revision } from "../core/failover/coordinator.ts";
import type { Deed, Member, MemberStatus } from "../core/failover/member.ts";
import type { Message } from "../core/failover/message.ts";
import { intentText, type Reign, reignKey } from "../core/failover/reign.ts";
import { type AgentParts, runAgent } from "./agent.ts";

const patience = new AbortController().signal;
const { timing } = exampleSettings;

/** A member that becomes at once what it is told to be, unless a test holds a deed back. */
class ObedientMember implements Member {
  readonly did: string[] = [];
  isStuck = false;
  looks = 0;

  now: MemberStatus;

  constructor(now: MemberStatus) {
    this.now = now;
  }

  status(): Promise<MemberStatus> {
    this.looks += 1;
    return Promise.resolve(this.now);
  }
  start(): Promise<Deed<null>> {
    return this.#become("start", streamless(null));
  }
  shutDown(): Promise<Deed<null>> {
    return this.#become("shut-down", { kind: "down", holds: "primary", closedAt: position(1_000) });
  }
  stopNow(): Promise<Deed<null>> {
    return this.#become("stop", { kind: "down", holds: "primary", closedAt: null });
  }
  async stopReceiving(): ReturnType<Member["stopReceiving"]> {
    await this.#become("stop-receiving", streamless(null));
    return { kind: "failed", cause: "nobody asks" };
  }
  async promote(): ReturnType<Member["promote"]> {
    await this.#become("promote", primary(anyOf(1, "central")));
    return { kind: "failed", cause: "nobody asks" };
  }
  follow(
    upstream: { readonly region: string; readonly port: number },
    signal: AbortSignal,
  ): Promise<Deed<null>> {
    if (!this.isStuck)
      return this.#become(`follow ${upstream.region} at ${upstream.port}`, streaming(upstream.region));
    this.did.push("follow");
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => {
        resolve({ kind: "failed", cause: String(signal.reason) });
      });
    });
  }
  reseed(): Promise<Deed<null>> {
    return this.#become("reseed", streaming("east"));
  }
  applySyncSet(): Promise<Deed<null>> {
    return this.#become("apply-sync-set", this.now);
  }
  holdCommits(): Promise<Deed<null>> {
    return this.#become("hold-commits", this.now);
  }

  #become(deed: string, status: MemberStatus): Promise<Deed<null>> {
    this.did.push(deed);
    this.now = status;
    return Promise.resolve({ kind: "done", value: null });
  }
}

describe("a running agent", () => {
  const store = (): MemoryCoordinator => new MemoryCoordinator({ clock: systemClock });
  let life: AbortController;
  let coordinator: MemoryCoordinator;
  let told: Message[];
  let failures: string[];
  let kept: AgentMemory[];

  beforeEach(() => {
    vi.useFakeTimers();
    life = new AbortController();
    coordinator = store();
    told = [];
    failures = [];
    kept = [];
  });
  afterEach(() => {
    life.abort();
    coordinator.close();
    vi.useRealTimers();
  });

  async function reigns(reign: Partial<Reign>, expected: number = absent): Promise<Revision> {
    const outcome = await coordinator.compareAndSet(
      { key: reignKey, value: intentText(reignOf(reign)), expected: expected as Revision, lease: null },
      patience,
    );
    if (outcome.kind !== "answered" || outcome.value.kind !== "written")
      return expect.fail("it was not written");
    return outcome.value.revision;
  }

  function guard(member: Member, more: Partial<AgentParts> = {}): ReturnType<typeof runAgent> {
    return runAgent(
      {
        self: "west",
        settings: exampleSettings,
        member,
        coordinator,
        post: { toControllers: (message) => told.push(message), toAgents: () => undefined },
        memoryFile: {
          keep: (memory) => {
            kept.push(memory);
            return Promise.resolve({ kind: "kept" });
          },
        },
        memory: emptyMemory,
        addressOf: (region) => ({ region, host: "127.0.0.1", port: 5_432 }),
        onDeedEnded: ({ deed, outcome }) => {
          if (outcome.kind === "failed") failures.push(`${deed.kind}: ${outcome.cause}`);
        },
        onMemoryFailed: (because) => failures.push(because),
        ...more,
      },
      life.signal,
    );
  }

  const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

  it("brings its member to where the reign wants it, and tells of it", async () => {
    const member = new ObedientMember(streamless(null));
    const seen = await reigns({});
    guard(member, { memory: { seen, lineage: seen } });
    await pass(500);
    expect(member.did).toEqual(["follow east at 5432"]);
    expect(told.at(-1)).toMatchObject({ kind: "member-report", from: "west", status: { upstream: "east" } });
  });

  it("keeps a reign on disk before it fences under it", async () => {
    const member = new ObedientMember(streaming("east"));
    const first = await reigns({});
    guard(member, { memory: { seen: first, lineage: first } });
    await pass(300);
    const intent = await reigns({ phase: "fencing" }, first);
    await pass(300);
    expect(member.did).toEqual(["stop-receiving"]);
    expect(kept.map(({ seen }) => seen)).toContain(intent);
  });

  it("calls a deed off when a newer reign asks for something else", async () => {
    const member = new ObedientMember(streamless(null));
    member.isStuck = true;
    const first = await reigns({});
    guard(member, { memory: { seen: first, lineage: first } });
    await pass(300);
    expect(member.did).toEqual(["follow"]);
    await reigns({ phase: "fencing" }, first);
    await pass(300);
    expect(failures).toEqual(["follow: Error: a newer reign asks for something else"]);
  });

  it("lets a copy go on for an hour, and calls it off when it ends itself", async () => {
    const member = new ObedientMember({ kind: "down", holds: "nothing", closedAt: null });
    member.reseed = (_upstream?: unknown, signal?: AbortSignal): Promise<Deed<null>> => {
      member.did.push("reseed");
      return new Promise((resolve) => {
        signal?.addEventListener("abort", () => {
          resolve({ kind: "failed", cause: "called off" });
        });
      });
    };
    await reigns({});
    guard(member);
    await pass(3_600_000);
    expect([member.did, failures]).toEqual([["reseed"], []]);
    life.abort();
    await pass(1);
    expect(failures).toEqual(["reseed: called off"]);
  });

  it("outlives a full disk: it does nothing but stop under a reign it cannot keep, and goes on when it can", async () => {
    const member = new ObedientMember(streaming("east"));
    let isFull = false;
    const first = await reigns({});
    guard(member, {
      memory: { seen: first, lineage: first },
      memoryFile: {
        keep: () =>
          Promise.resolve(isFull ? { kind: "failed", because: "no space is left" } : { kind: "kept" }),
      },
    });
    await pass(300);
    isFull = true;
    await reigns({ phase: "fencing" }, first);
    await pass(2_000);
    expect(member.did).toEqual([]);
    expect(failures).toContain("no space is left");
    isFull = false;
    await pass(1_000);
    expect(member.did).toEqual(["stop-receiving"]);
  });

  it("stops a primary whose right to serve ran out because the store does not answer", async () => {
    const member = new ObedientMember(primary(anyOf(1, "west", "central"), []));
    const seen = await reigns({ active: "west", guards: [anyOf(1, "east", "central")] });
    guard(member, { memory: { seen, lineage: seen } });
    await pass(1_000);
    expect(member.did).toEqual(["apply-sync-set"]);
    coordinator.close();
    await pass(timing.servingLeaseMs);
    expect(member.did).toEqual(["apply-sync-set", "stop"]);
  });

  it("looks once at a time at a member that does not answer, and gives up on the look in time", async () => {
    const member = new ObedientMember(streamless(null));
    let looks = 0;
    member.status = (signal?: AbortSignal): Promise<MemberStatus> => {
      looks += 1;
      return new Promise((resolve) => {
        signal?.addEventListener("abort", () => {
          resolve({ kind: "silent" });
        });
      });
    };
    await reigns({});
    guard(member);
    await pass(900);
    expect(looks).toBe(1);
    await pass(600);
    expect(looks).toBe(2);
    expect(told.at(-1)).toMatchObject({ status: { kind: "silent" } });
  });

  it("believes no look that began before a deed ended, and looks again at once", async () => {
    const member = new ObedientMember(streaming("east"));
    const first = await reigns({});
    guard(member, { memory: { seen: first, lineage: first } });
    await pass(300);
    let isSlow = true;
    member.status = (): Promise<MemberStatus> => {
      const asItIs = member.now;
      if (!isSlow) return Promise.resolve(asItIs);
      isSlow = false;
      return new Promise((resolve) => setTimeout(resolve, 150, asItIs));
    };
    member.stopReceiving = () => {
      member.did.push("stop-receiving");
      member.now = streamless(null);
      return Promise.resolve({ kind: "done", value: position(100) });
    };
    await pass(timing.tickMs);
    await reigns({ phase: "fencing" }, first);
    await pass(500);
    // A member that seemed to stream still would have been told to stop again.
    expect(member.did).toEqual(["stop-receiving"]);
    expect(told.at(-1)).toMatchObject({ status: { upstream: null } });
  });

  it("leaves keys alone that only begin like the reign's", async () => {
    const member = new ObedientMember(streamless(null));
    await coordinator.compareAndSet(
      { key: `${reignKey}-notes`, value: "no reign", expected: absent, lease: null },
      patience,
    );
    guard(member);
    await pass(500);
    expect(member.did).toEqual([]);
  });

  it("ends with its signal: no look, no deed and no timer afterwards", async () => {
    const member = new ObedientMember(streamless(null));
    await reigns({});
    guard(member);
    await pass(300);
    life.abort();
    const { looks } = member;
    await pass(2_000);
    expect(member.looks).toBe(looks);
    expect(vi.getTimerCount()).toBe(0);
  });
});
