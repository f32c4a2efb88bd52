import type { ControllerState } from "../core/failover/controller-state.ts";
import type { Coordinator, StoreAnswer } from "../core/failover/coordinator.ts";
import type { Deed, Member } from "../core/failover/member.ts";
import type { Prober, Recorder } from "../core/failover/ports.ts";
import { agentMetrics, controllerMetrics, coordinationMetrics } from "../core/metrics/exported.ts";
import type { Tally } from "../core/metrics/tally.ts";
import { elapsed, inSeconds, type MonotonicMs } from "../core/units/units.ts";
import type { FailoverMeter } from "./failover-meter.ts";

/**
 * Calls `count` with the answer, and hands the very same promise on: whoever waits for it waits no longer for being counted, and a
 * mistake in counting is not theirs.
 */
function counted<Answer>(answer: Promise<Answer>, count: (answer: Answer) => void): Promise<Answer> {
  answer.then(count).catch(() => undefined);
  return answer;
}

const verbs = ["get", "compare-and-set", "grant-lease", "keep-alive", "revoke-lease"] as const;
type Verb = (typeof verbs)[number];

/** A coordinator whose answers are counted. @param meter is told of each write that the store has taken; `null`: nobody is */
export function meteredCoordinator(
  coordinator: Coordinator,
  tally: Tally,
  meter: FailoverMeter | null,
): Coordinator {
  const { requests, writes } = coordinationMetrics;
  tally.begin(
    requests,
    verbs.flatMap((verb) => ["answered", "unreachable"].map((result) => ({ verb, result }))),
  );
  tally.begin(
    writes,
    ["written", "refused", "unreachable"].map((result) => ({ result })),
  );
  const asked = <Value>(verb: Verb, answer: Promise<StoreAnswer<Value>>): Promise<StoreAnswer<Value>> =>
    counted(answer, ({ kind }) => {
      tally.count(requests, { verb, result: kind });
    });
  return {
    get: (key, signal) => asked("get", coordinator.get(key, signal)),
    compareAndSet: (write, signal) =>
      counted(asked("compare-and-set", coordinator.compareAndSet(write, signal)), (answer) => {
        const result = answer.kind === "answered" ? answer.value.kind : answer.kind;
        tally.count(writes, { result });
        if (result === "written") meter?.written(write);
      }),
    grantLease: (ttl, signal) => asked("grant-lease", coordinator.grantLease(ttl, signal)),
    keepAlive: (lease, signal) => asked("keep-alive", coordinator.keepAlive(lease, signal)),
    revokeLease: (lease, signal) => asked("revoke-lease", coordinator.revokeLease(lease, signal)),
    watch: (prefix, listener) => coordinator.watch(prefix, listener),
  };
}

/** A prober whose probes are counted, and timed where they were answered. */
export function meteredProber(prober: Prober, tally: Tally, now: () => MonotonicMs): Prober {
  const { probes, probeSeconds } = controllerMetrics;
  return {
    probe: (region, signal) => {
      const sentAt = now();
      return counted(prober.probe(region, signal), (outcome) => {
        tally.count(probes, { region, outcome });
        if (outcome === "answered")
          tally.observe(probeSeconds, { region }, inSeconds(elapsed(sentAt, now())));
      });
    },
  };
}

interface MeteredRecord {
  readonly tally: Tally;
  readonly meter: FailoverMeter;
  /** Of the controller whose decisions are written down. */
  readonly state: () => ControllerState;
}

/** A recorder whose records are counted, and told to the meter before they are written down. */
export function meteredRecorder(recorder: Recorder, { tally, meter, state }: MeteredRecord): Recorder {
  const { records } = controllerMetrics;
  tally.begin(
    records,
    ["recorded", "failed"].map((result) => ({ result })),
  );
  return {
    record: (body) => {
      meter.decided(body, state());
      return counted(recorder.record(body), ({ kind }) => {
        tally.count(records, { result: kind });
      });
    },
  };
}

/** A member whose deeds are counted; looks at it are not. */
export function meteredMember(member: Member, tally: Tally): Member {
  const did = <Value>(deed: string, outcome: Promise<Deed<Value>>): Promise<Deed<Value>> =>
    counted(outcome, ({ kind }) => {
      tally.count(agentMetrics.deeds, { deed, outcome: kind });
    });
  return {
    status: (signal) => member.status(signal),
    start: (as, signal) => did("start", member.start(as, signal)),
    shutDown: (signal) => did("shut-down", member.shutDown(signal)),
    stopNow: (signal) => did("stop", member.stopNow(signal)),
    stopReceiving: (signal) => did("stop-receiving", member.stopReceiving(signal)),
    promote: (syncSet, signal) => did("promote", member.promote(syncSet, signal)),
    follow: (upstream, signal) => did("follow", member.follow(upstream, signal)),
    reseed: (upstream, signal) => did("reseed", member.reseed(upstream, signal)),
    holdCommits: (syncSet, signal) => did("hold-commits", member.holdCommits(syncSet, signal)),
    applySyncSet: (syncSet, signal) => did("apply-sync-set", member.applySyncSet(syncSet, signal)),
  };
}
