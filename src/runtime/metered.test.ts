import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ControllerStage, eastIsGone } from "../../test/controller-stage.ts";
import { anyOf, primary, reignOf, reportOf, revision, streamless } from "../../test/example-reigns.ts";
import type { Coordinator } from "../core/failover/coordinator.ts";
import type { Deed, Member } from "../core/failover/member.ts";
import type { Message } from "../core/failover/message.ts";
import { leaderKey, reignKey, reignText } from "../core/failover/reign.ts";
import type { ProbeOutcome } from "../core/failover/vantage.ts";
import { metricsText } from "../core/metrics/exposition.ts";
import type { Sample } from "../core/metrics/metrics.ts";
import { Tally } from "../core/metrics/tally.ts";
import { monotonicMs } from "../core/units/units.ts";
import type { ControllerParts } from "./controller.ts";
import { FailoverMeter } from "./failover-meter.ts";
import { meteredCoordinator, meteredMember, meteredProber, meteredRecorder } from "./metered.ts";

const patience = new AbortController().signal;

/** Series that are not 0. */
function told(samples: readonly Sample[]): readonly string[] {
  return metricsText(samples)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#") && !line.endsWith(" 0"));
}

/** A controller whose ports are counted. */
class Measured {
  readonly stage = new ControllerStage();
  readonly tally = new Tally();
  readonly meter = new FailoverMeter(this.tally);

  start(): void {
    const { stage, tally, meter } = this;
    const ports = stage.ports();
    const state = (): ReturnType<NonNullable<typeof stage.controller>["state"]> => {
      if (stage.controller === null) throw new Error("it has not been started");
      return stage.controller.state();
    };
    stage.start({
      coordinator: meteredCoordinator(stage.store, tally, meter),
      recorder: meteredRecorder(ports.recorder, { tally, meter, state }),
      prober: meteredProber(ports.prober, tally, () => state().clock.now),
    } satisfies Partial<ControllerParts>);
  }

  get samples(): readonly Sample[] {
    const { tally, meter, stage } = this;
    return [
      ...tally.samples(),
      ...(stage.controller === null ? [] : meter.samples(stage.controller.state())),
    ];
  }
}

/** East is lost, and west takes over. */
async function failOver(stage: ControllerStage): Promise<void> {
  stage.probes = "refused";
  await stage.pass(1_000, ...eastIsGone);
  const intent = await stage.reign();
  const fenced = (from: string) => (): Message =>
    reportOf(from, streamless(null), { fencedUnder: intent.revision, seen: intent.revision });
  await stage.pass(300, fenced("west"), fenced("central"));
  const chosen = await stage.reign();
  stage.probes = "answered";
  await stage.pass(500, () => reportOf("west", primary(anyOf(1, "central")), { seen: chosen.revision }));
}

const startedAt = 1_700_000_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: startedAt });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a controller that is measured", () => {
  it("does just what one does that is not, at the same instants", async () => {
    const carriedOut = async (stage: ControllerStage, start: () => void): Promise<unknown> => {
      await stage.found();
      start();
      await stage.pass(500);
      await failOver(stage);
      stage.end();
      return { records: stage.records, edge: stage.edgeDid, told: stage.told.length };
    };
    const plain = new ControllerStage();
    const expected = await carriedOut(plain, () => plain.start());
    vi.useRealTimers();
    vi.useFakeTimers({ now: startedAt });
    const measured = new Measured();
    const did = await carriedOut(measured.stage, () => {
      measured.start();
    });
    expect(plain.records).toHaveLength(3);
    expect(JSON.stringify(did)).toBe(JSON.stringify(expected));
    expect(told(measured.tally.samples())).toContain("holdfast_failovers_started_total 1");
  });

  it("tells what its failover came to, and how long each phase took, until the next epoch", async () => {
    const measured = new Measured();
    const { stage } = measured;
    await stage.found();
    measured.start();
    await stage.pass(500);
    expect(told(measured.samples).filter((line) => /failover|fence/.test(line))).toEqual([]);
    await failOver(stage);
    expect(told(measured.samples)).toEqual(
      expect.arrayContaining([
        "holdfast_failovers_started_total 1",
        "holdfast_fences_total 1",
        'holdfast_failovers_total{outcome="completed"} 1',
        'holdfast_records_total{result="recorded"} 3',
        // The lead, and the reign three times.
        'holdfast_coordination_writes_total{result="written"} 4',
      ]),
    );
    const phases = measured.meter.samples({ seen: await stage.reign() });
    expect(phases.map(({ labels }) => labels["phase"])).toEqual([
      "detect",
      "decide",
      "fence",
      "promote",
      "route",
      "verify",
    ]);
    // Three probes were refused, a tick apart, after the last that was answered.
    expect(phases[0]?.value).toBeCloseTo(0.3, 6);
    const next = { revision: revision(99), reign: reignOf({ epoch: revision(99) }) };
    expect(measured.meter.samples({ seen: next })).toEqual([]);
    stage.end();
  });

  it("counts a decision that could not be written down, and nothing that was to follow from it", async () => {
    const measured = new Measured();
    const { stage } = measured;
    await stage.found();
    measured.start();
    stage.isDiskThere = false;
    stage.probes = "refused";
    await stage.pass(700, ...eastIsGone);
    const lines = told(measured.samples);
    expect(lines.join()).toMatch(/holdfast_records_total\{result="failed"\} \d/);
    expect(lines.filter((line) => /failovers|fences/.test(line))).toEqual([]);
    stage.end();
  });
});

describe("a coordinator that is counted", () => {
  const never = revision(7);
  const write = { key: leaderKey, value: "west", expected: never, lease: null };
  const answering = (answer: Awaited<ReturnType<Coordinator["compareAndSet"]>>): Coordinator => {
    const { store } = new ControllerStage();
    return {
      get: (key, signal) => store.get(key, signal),
      compareAndSet: () => Promise.resolve(answer),
      grantLease: (ttl, signal) => store.grantLease(ttl, signal),
      keepAlive: (lease, signal) => store.keepAlive(lease, signal),
      revokeLease: (lease, signal) => store.revokeLease(lease, signal),
      watch: () => () => undefined,
    };
  };

  it.each([
    [{ kind: "answered", value: { kind: "written", revision: never } }, "written", "answered"],
    [{ kind: "answered", value: { kind: "refused", current: null } }, "refused", "answered"],
    [{ kind: "unreachable", cause: "gone" }, "unreachable", "unreachable"],
  ] as const)("tells %o as such, and passes it on", async (answer, result, asked) => {
    const tally = new Tally();
    const metered = meteredCoordinator(answering(answer), tally, null);
    expect(await metered.compareAndSet(write, patience)).toBe(answer);
    await metered.get(reignKey, patience);
    expect(told(tally.samples())).toEqual([
      'holdfast_coordination_requests_total{verb="get",result="answered"} 1',
      `holdfast_coordination_requests_total{verb="compare-and-set",result="${asked}"} 1`,
      `holdfast_coordination_writes_total{result="${result}"} 1`,
    ]);
  });

  it("does not hand its own mistakes to whoever waits for the answer", async () => {
    const meter = new FailoverMeter(new Tally());
    const written = vi.spyOn(meter, "written").mockImplementation(() => {
      throw new Error("a mistake in counting");
    });
    const answer = { kind: "answered", value: { kind: "written", revision: never } } as const;
    const metered = meteredCoordinator(answering(answer), new Tally(), meter);
    expect(await metered.compareAndSet(write, patience)).toBe(answer);
    expect(written).toHaveBeenCalledOnce();
  });
});

describe("a meter of failovers", () => {
  const state = { vantage: null };
  const decision = {
    ...{ milestones: [], deeds: [] },
    by: "west",
    under: { epoch: 10, revision: revision(12) },
    next: reignOf(),
    evidence: null,
    order: null,
    fenced: [],
    because: "",
  };
  const write = { key: reignKey, value: reignText(reignOf()), expected: revision(12), lease: null };

  it("counts a write only for the decision that it carries out, and once", () => {
    const tally = new Tally();
    const meter = new FailoverMeter(tally);
    meter.written(write);
    meter.decided({ ...decision, kind: "failover-reinstated" }, state);
    meter.written({ ...write, expected: revision(13) });
    meter.written({ ...write, key: leaderKey });
    expect(told(tally.samples())).toEqual([]);
    meter.written(write);
    meter.written(write);
    expect(told(tally.samples())).toEqual(['holdfast_failovers_total{outcome="reinstated"} 1']);
  });

  it("counts the choice of another region within a failover as no new one", () => {
    const tally = new Tally();
    const meter = new FailoverMeter(tally);
    meter.decided({ ...decision, kind: "failover-intent" }, state);
    meter.written(write);
    expect(told(tally.samples())).toEqual([]);
  });

  it("tells only the phases whose beginning it saw, where it took the lead on the way", () => {
    const meter = new FailoverMeter(new Tally());
    const milestones = (["promote", "route", "verify"] as const).map((phase, at) => ({
      phase,
      atMonotonicMs: monotonicMs(1_000 + at * 250),
    }));
    meter.decided({ ...decision, kind: "failover-complete", milestones }, state);
    meter.written(write);
    expect(told(meter.samples({ seen: { revision: revision(14), reign: reignOf() } }))).toEqual([
      'holdfast_failover_phase_seconds{phase="route"} 0.25',
      'holdfast_failover_phase_seconds{phase="verify"} 0.25',
    ]);
  });
});

describe("a prober and a member that are counted", () => {
  it("time what was answered alone", async () => {
    let nowMs = 0;
    const tally = new Tally();
    const outcomes: ProbeOutcome[] = ["answered", "silent"];
    const slow = {
      probe: (): Promise<ProbeOutcome> => {
        nowMs += 30;
        return Promise.resolve(outcomes.shift() ?? "refused");
      },
    };
    const prober = meteredProber(slow, tally, () => monotonicMs(nowMs));
    expect(await prober.probe("east", patience)).toBe("answered");
    expect(await prober.probe("east", patience)).toBe("silent");
    const lines = told(tally.samples());
    expect(lines).toContain('holdfast_probe_seconds_sum{region="east"} 0.03');
    expect(lines).toContain('holdfast_probe_seconds_count{region="east"} 1');
    expect(lines).toContain('holdfast_probes_total{region="east",outcome="silent"} 1');
  });

  it("count each deed under its own name, with what came of it", async () => {
    const tally = new Tally();
    const failed: Deed<never> = { kind: "failed", cause: "no" };
    const done: Deed<null> = { kind: "done", value: null };
    const member: Member = {
      status: () => Promise.resolve({ kind: "down", holds: "nothing", closedAt: null }),
      start: () => Promise.resolve(done),
      shutDown: () => Promise.resolve(done),
      stopNow: () => Promise.resolve(done),
      stopReceiving: () => Promise.resolve(failed),
      promote: () => Promise.resolve(failed),
      follow: () => Promise.resolve(done),
      reseed: () => Promise.resolve(done),
      applySyncSet: () => Promise.resolve(done),
      holdCommits: () => Promise.resolve(done),
    };
    const metered = meteredMember(member, tally);
    const upstream = { region: "east", host: "127.0.0.1", port: 1 };
    const syncSet = anyOf(1, "west");
    expect(await metered.status(patience)).toEqual({ kind: "down", holds: "nothing", closedAt: null });
    expect(await metered.start({ kind: "standby", upstream }, patience)).toBe(done);
    expect(await metered.stopNow(patience)).toBe(done);
    expect(await metered.stopReceiving(patience)).toBe(failed);
    expect(await metered.promote(syncSet, patience)).toBe(failed);
    expect(await metered.follow(upstream, patience)).toBe(done);
    expect(await metered.reseed(upstream, patience)).toBe(done);
    expect(await metered.applySyncSet(syncSet, patience)).toBe(done);
    expect(await metered.holdCommits(syncSet, patience)).toBe(done);
    expect(told(tally.samples())).toEqual(
      [
        ["start", "done"],
        ["stop", "done"],
        ["stop-receiving", "failed"],
        ["promote", "failed"],
        ["follow", "done"],
        ["reseed", "done"],
        ["apply-sync-set", "done"],
        ["hold-commits", "done"],
      ].map(([deed, outcome]) => `holdfast_member_deeds_total{deed="${deed}",outcome="${outcome}"} 1`),
    );
  });
});
