import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  anyOf,
  exampleSettings,
  observationOf,
  primary,
  reignOf,
  reportOf,
  revision,
  streamless,
} from "../../test/example-reigns.ts";
import { MemoryCoordinator } from "../adapters/memory/memory-coordinator.ts";
import { systemClock } from "../adapters/memory/clock.ts";
import { absent, type StoredEntry } from "../core/failover/coordinator.ts";
import type { Message } from "../core/failover/message.ts";
import type { EdgeControl } from "../core/failover/ports.ts";
import type { RecordBody } from "../core/failover/record.ts";
import { intentText, leaderKey, readReign, reignKey, type SeenReign } from "../core/failover/reign.ts";
import type { ProbeOutcome } from "../core/failover/vantage.ts";
import { type ControllerParts, runController, type RunningController } from "./controller.ts";

const patience = new AbortController().signal;
const { timing } = exampleSettings;

/** A controller on a real store in memory; around it, ports that do as a test says. Time is the test's. */
class Stage {
  readonly store = new MemoryCoordinator({ clock: systemClock });
  readonly records: RecordBody[] = [];
  readonly told: Message[] = [];
  readonly edgeDid: string[] = [];
  readonly failures: string[] = [];
  probes: ProbeOutcome = "answered";
  isDiskThere = true;
  readonly #life = new AbortController();
  #routed = revision(1);
  controller: RunningController | null = null;

  async found(): Promise<SeenReign> {
    const text = intentText(reignOf());
    await this.store.compareAndSet({ key: reignKey, value: text, expected: absent, lease: null }, patience);
    return this.reign();
  }

  start(parts: Partial<ControllerParts> = {}): RunningController {
    const done = { kind: "done" } as const;
    const edge: EdgeControl = {
      look: () => Promise.resolve({ kind: "answered", value: { view: "refusing", epoch: this.#routed } }),
      hold: (epoch) => {
        this.edgeDid.push(`hold ${epoch}`);
        return Promise.resolve(done);
      },
      route: ({ epoch, active }) => {
        this.#routed = epoch;
        this.edgeDid.push(`route ${active} ${epoch}`);
        return Promise.resolve(done);
      },
    };
    this.controller = runController(
      {
        self: "west",
        settings: exampleSettings,
        coordinator: this.store,
        post: {
          toControllers: (message) => this.told.push(message),
          toAgents: (message) => this.told.push(message),
        },
        prober: { probe: () => Promise.resolve(this.probes) },
        edge,
        proof: { prove: () => Promise.resolve(done) },
        recorder: {
          record: (body) => {
            if (!this.isDiskThere) return Promise.resolve({ kind: "failed", because: "no space is left" });
            this.records.push(body);
            return Promise.resolve({ kind: "recorded" });
          },
        },
        onRecordFailed: (because) => this.failures.push(because),
        onStanding: () => undefined,
        ...parts,
      },
      this.#life.signal,
    );
    return this.controller;
  }

  /** Time passes; what witnesses say is repeated with every tick. */
  async pass(ms: number, ...witnesses: readonly (() => Message)[]): Promise<void> {
    for (let passed = 0; passed < ms; passed += timing.tickMs) {
      for (const say of witnesses) this.controller?.receive(say());
      await vi.advanceTimersByTimeAsync(timing.tickMs);
    }
  }

  async entry(key: string): Promise<StoredEntry | null> {
    const answer = await this.store.get(key, patience);
    return answer.kind === "answered" ? answer.value : null;
  }

  async reign(): Promise<SeenReign> {
    const entry = await this.entry(reignKey);
    return entry === null ? expect.fail("there is no reign") : readReign(entry.value, entry.revision);
  }

  stop(): void {
    this.#life.abort();
  }

  end(): void {
    this.stop();
    this.store.close();
  }
}

const eastIsGone = [
  (): Message => observationOf("central", "refusing", { epoch: revision(1) }),
  (): Message => reportOf("west", streamless("east")),
  (): Message => reportOf("central", streamless("east")),
] as const;

describe("a running controller", () => {
  let stage: Stage;
  beforeEach(() => {
    vi.useFakeTimers();
    stage = new Stage();
  });
  afterEach(() => {
    stage.end();
    vi.useRealTimers();
  });

  it("takes the leadership when nobody has it, and keeps it past the end of its lease", async () => {
    await stage.found();
    stage.start();
    await stage.pass(3 * timing.leaderLeaseMs);
    expect((await stage.entry(leaderKey))?.value).toBe("west");
    expect(stage.controller?.state().leadership.kind).toBe("mine");
  });

  it("ends with its signal: it hears nothing more, no timer is left, and the leadership runs out for another", async () => {
    const { revision: first } = await stage.found();
    stage.start();
    await stage.pass(1_000);
    stage.stop();
    const next = { key: reignKey, value: intentText(reignOf()), expected: first, lease: null };
    await stage.store.compareAndSet(next, patience);
    await stage.pass(2 * timing.leaderLeaseMs);
    expect(await stage.entry(leaderKey)).toBeNull();
    expect(stage.controller?.state().seen?.revision).toBe(first);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("finds out who leads when its claim is refused, though no watch tells of it", async () => {
    const { store } = stage;
    stage.start({
      coordinator: {
        get: (key, signal) => store.get(key, signal),
        compareAndSet: (write, signal) => store.compareAndSet(write, signal),
        keepAlive: (lease, signal) => store.keepAlive(lease, signal),
        revokeLease: (lease, signal) => store.revokeLease(lease, signal),
        watch: () => () => undefined,
        grantLease: async (ttl, signal) => {
          // Somebody else is quicker.
          await store.compareAndSet(
            { key: leaderKey, value: "central", expected: absent, lease: null },
            patience,
          );
          return store.grantLease(ttl, signal);
        },
      },
    });
    await stage.pass(500);
    expect(stage.controller?.state().leadership).toMatchObject({ kind: "other", holder: "central" });
  });

  it("carries a failover through: record before reign, fence, promotion, route, proof", async () => {
    await stage.found();
    stage.start();
    stage.probes = "refused";
    await stage.pass(1_000, ...eastIsGone);
    const intent = await stage.reign();
    expect(intent.reign).toMatchObject({ phase: "fencing", active: "east" });
    expect(stage.edgeDid).toEqual([`hold ${intent.reign.epoch}`]);
    const fenced = (from: string) => (): Message =>
      reportOf(from, streamless(null), { fencedUnder: intent.revision, seen: intent.revision });
    await stage.pass(300, fenced("west"), fenced("central"));
    const chosen = await stage.reign();
    expect(chosen.reign).toMatchObject({ phase: "promoting", active: "west", epoch: intent.reign.epoch });
    stage.probes = "answered";
    await stage.pass(500, () => reportOf("west", primary(anyOf(1, "central")), { seen: chosen.revision }));
    expect((await stage.reign()).reign).toMatchObject({
      phase: "steady",
      active: "west",
      epoch: intent.reign.epoch,
    });
    expect(stage.edgeDid).toEqual([`hold ${intent.reign.epoch}`, `route west ${intent.reign.epoch}`]);
    expect(stage.records.map(({ kind }) => kind)).toEqual([
      "failover-intent",
      "failover-fenced",
      "failover-complete",
    ]);
  });

  it("changes nothing while its record cannot be written, and goes on when it can", async () => {
    const before = await stage.found();
    stage.start();
    stage.probes = "refused";
    stage.isDiskThere = false;
    await stage.pass(3_000, ...eastIsGone);
    expect(await stage.reign()).toEqual(before);
    expect(stage.edgeDid).toEqual([]);
    expect(stage.failures).toContain("no space is left");
    stage.isDiskThere = true;
    await stage.pass(timing.leaderLeaseMs, ...eastIsGone);
    expect((await stage.reign()).reign.phase).toBe("fencing");
  });

  it("gives its lead back at once when it cannot write down what it decides, by a disk that never answers too", async () => {
    await stage.found();
    const hung = stage.start({ recorder: { record: () => new Promise(() => undefined) } });
    stage.probes = "refused";
    await stage.pass(1_000, ...eastIsGone);
    expect(hung.state().leadership.kind).toBe("mine");
    await stage.pass(6_500, ...eastIsGone);
    expect(await stage.entry(leaderKey)).toBeNull();
    expect(stage.failures).toEqual(Array.from({ length: 3 }, () => "Error: no answer within 2000 ms"));
  });

  it("gives up on a proof that never ends, and asks for it again", async () => {
    const settled = reignOf({ phase: "promoting", active: "west", guards: [anyOf(1, "central")] });
    await stage.store.compareAndSet(
      { key: reignKey, value: intentText(settled), expected: absent, lease: null },
      patience,
    );
    let proofs = 0;
    stage.start({
      proof: {
        prove: (_, signal) => {
          proofs += 1;
          return new Promise((resolve) => {
            signal.addEventListener("abort", () => {
              resolve({ kind: "failed", because: String(signal.reason) });
            });
          });
        },
      },
    });
    const { revision: seen } = await stage.reign();
    await stage.pass(12_000, () => reportOf("west", primary(anyOf(1, "central")), { seen }));
    expect(proofs).toBeGreaterThanOrEqual(2);
    expect((await stage.reign()).reign.phase).toBe("promoting");
  });
});
