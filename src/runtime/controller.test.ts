import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ControllerStage, eastIsGone } from "../../test/controller-stage.ts";
import { anyOf, exampleSettings, primary, reignOf, reportOf, streamless } from "../../test/example-reigns.ts";
import { absent } from "../core/failover/coordinator.ts";
import type { Message } from "../core/failover/message.ts";
import { intentText, leaderKey, reignKey } from "../core/failover/reign.ts";

const patience = new AbortController().signal;
const { timing } = exampleSettings;

describe("a running controller", () => {
  let stage: ControllerStage;
  beforeEach(() => {
    vi.useFakeTimers();
    stage = new ControllerStage();
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
    expect(stage.failures).toEqual(Array.from({ length: 3 }, () => "Error: no answer within 2 s"));
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
