import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { Endpoints } from "../../src/adapters/etcd/endpoints.ts";
import { connectEtcd, type EtcdCoordinator } from "../../src/adapters/etcd/etcd-coordinator.ts";
import { KeySpace } from "../../src/adapters/etcd/key-space.ts";
import { follow } from "../../src/adapters/etcd/watch.ts";
import { absent, type Revision } from "../../src/core/failover/coordinator.ts";
import { LastingWatch } from "../../src/core/failover/lasting-watch.ts";
import { milliseconds } from "../../src/core/units/units.ts";
import {
  answered,
  patience,
  Recorder,
  revisionOf,
  whyUnreachable,
  writeOf,
} from "../coordinator-contract.ts";
import { firstNotLinearizable } from "../linearizability.ts";
import { type EtcdMember, isEtcdHere, type RunningEtcd, runningEtcd, skipped } from "../running-etcd.ts";
import { canSlowDisks, slowedDisk } from "../slow-disk.ts";
import { recordedHistory, registerModel, type StoreOperation } from "../store-history.ts";

const clients = new Set<EtcdCoordinator>();

function client(endpoints: readonly string[], namespace: string): EtcdCoordinator {
  const connected = connectEtcd({ endpoints, namespace, tls: null, login: null });
  clients.add(connected);
  return connected;
}

function rotated<Item>(items: readonly Item[], by: number): readonly Item[] {
  return [...items.slice(by), ...items.slice(0, by)];
}

/** Writes `k=1`, `k=2` and so on to one key until told to stop; every value that was acknowledged, and the last. */
async function writeOn(store: EtcdCoordinator, until: AbortSignal): Promise<readonly string[]> {
  const acknowledged: string[] = [];
  let expected: Revision = absent;
  for (let number = 1; !until.aborted; number += 1) {
    const answer = await store.compareAndSet(writeOf("k", String(number), { expected }), patience());
    if (answer.kind === "answered" && answer.value.kind === "written") {
      acknowledged.push(String(number));
      expected = answer.value.revision;
    } else {
      const standing = await store.get("k", patience());
      if (standing.kind === "answered") expected = standing.value?.revision ?? absent;
    }
  }
  return acknowledged;
}

describe.skipIf(!isEtcdHere)(`etcd on bad days${skipped}`, () => {
  let etcd: RunningEtcd;
  let namespace = "";
  beforeAll(async () => {
    etcd = await runningEtcd();
  });
  afterEach(async () => {
    for (const each of clients) each.close();
    clients.clear();
    for (const each of etcd.members) each.start();
    await etcd.settled();
  });
  afterAll(() => etcd.stop());

  /** What four clients, each with another member first, are told while `fault` is done to the leader. */
  async function historyUnder(
    fault: (leader: EtcdMember) => Promise<void>,
  ): Promise<readonly StoreOperation[]> {
    namespace = `/${randomUUID()}/`;
    const stores = [0, 1, 2, 0].map((by) => client(rotated(etcd.endpoints, by), namespace));
    const leader = await etcd.leader();
    let done = Promise.resolve();
    const history = await recordedHistory({
      ...{ clients: stores, key: "k", calls: 250, callMs: 3_000, chance: Math.random },
      onEnded: (count) => {
        if (count === 200) done = fault(leader);
      },
    });
    await done;
    return history;
  }

  const faults: readonly (readonly [string, (leader: EtcdMember) => Promise<void>])[] = [
    [
      "its leader is killed and starts again",
      async (leader) => {
        await leader.kill();
        await pause(2_000);
        leader.start();
      },
    ],
    [
      "its leader freezes for three seconds",
      async (leader) => {
        leader.signal("SIGSTOP");
        await pause(3_000);
        leader.signal("SIGCONT");
      },
    ],
  ];

  it.each(faults)("answers as one store would while %s", async (_what, fault) => {
    const history = await historyUnder(fault);
    expect(history).toHaveLength(1_000);
    const unknown = history.filter(({ answer }) => answer === null);
    // At most what was under way, twice: a client that goes on is answered by another member.
    expect(unknown.length).toBeLessThanOrEqual(16);
    expect(firstNotLinearizable(history, registerModel)).toBeNull();
  });

  it("answers as one store would while most of its members are lost, and when they are back", async () => {
    const history = await historyUnder(async (leader) => {
      const other = etcd.members.find((each) => each !== leader);
      await Promise.all([leader.kill(), other?.kill()]);
      await pause(4_000);
      leader.start();
      other?.start();
      await etcd.leader();
    });
    expect(history).toHaveLength(1_000);
    const unknown = history.filter(({ answer }) => answer === null);
    // Nobody was answered without a majority, and each of the four clients asked on; once it was back all were.
    expect(unknown.length).toBeGreaterThanOrEqual(4);
    expect(history.slice(-100).filter(({ answer }) => answer === null)).toEqual([]);
    expect(firstNotLinearizable(history, registerModel)).toBeNull();
  });

  it("tells a watch of each change once, in order, while the member that tells it is killed", async () => {
    namespace = `/${randomUUID()}/`;
    const [first] = etcd.members;
    const recorder = new Recorder();
    const watching = client(etcd.endpoints, namespace);
    watching.watch("", recorder.listener);
    // What is written before the watch has begun is told as it stands then, and not change by change.
    await revisionOf(watching.compareAndSet(writeOf("begin", "1"), patience()));
    await recorder.until("begin=1");
    const stop = new AbortController();
    const writing = writeOn(client(rotated(etcd.endpoints, 1), namespace), stop.signal);
    await pause(500);
    await first?.kill();
    await pause(2_500);
    first?.start();
    stop.abort();
    const acknowledged = await writing;
    await etcd.settled();
    const last = await revisionOf(
      client(etcd.endpoints, namespace).compareAndSet(writeOf("end", "1"), patience()),
    );
    await recorder.until("end=1");
    const told = recorder.told.filter((each) => each.startsWith("k=")).map((each) => each.slice(2));
    expect(acknowledged.filter((each) => !told.includes(each))).toEqual([]);
    expect(told).toEqual([...new Set(told)].sort((a, b) => Number(a) - Number(b)));
    expect(acknowledged.length).toBeGreaterThan(50);
    expect(last).toBeGreaterThan(absent);
  });

  it("asks another member when the one that it asked freezes, and its watch goes on there", async () => {
    namespace = `/${randomUUID()}/`;
    const frozen = await etcd.follower();
    const others = etcd.members.filter((each) => each !== frozen).map(({ url }) => url);
    const store = client([frozen.url, ...others], namespace);
    const recorder = new Recorder();
    store.watch("", recorder.listener);
    const first = await revisionOf(store.compareAndSet(writeOf("a", "1"), patience()));
    await recorder.until("a=1");
    frozen.signal("SIGSTOP");
    try {
      expect(answered(await store.get("a", patience()))?.revision).toBe(first);
      const other = client(others, namespace);
      await revisionOf(other.compareAndSet(writeOf("a", "2", { expected: first }), patience()));
      await recorder.until("a=2");
    } finally {
      frozen.signal("SIGCONT");
    }
    expect(recorder.told).toEqual(["a=1", "a=2"]);
  });

  it("changes nothing and reads nothing without a majority, and goes on when it returns", async () => {
    namespace = `/${randomUUID()}/`;
    const store = client(etcd.endpoints, namespace);
    const lease = answered(await store.grantLease(milliseconds(60_000), patience()));
    const first = await revisionOf(store.compareAndSet(writeOf("a", "1", { lease }), patience()));
    const leader = await etcd.leader();
    const [one, two] = [leader, etcd.members.find((each) => each !== leader)];
    await one.kill();
    await two?.kill();
    expect((await store.get("a", patience())).kind).toBe("unreachable");
    expect((await store.compareAndSet(writeOf("b", "1"), patience())).kind).toBe("unreachable");
    expect((await store.keepAlive(lease, patience())).kind).toBe("unreachable");
    // Its member has seen by now that it has no leader, and says so at once.
    expect(whyUnreachable(await store.get("a", patience()))).toContain("etcdserver: no leader");
    one.start();
    two?.start();
    await etcd.leader();
    expect(answered(await store.get("a", patience()))).toEqual({ key: "a", value: "1", revision: first });
    expect(answered(await store.keepAlive(lease, patience()))).toBe(true);
    await revisionOf(store.compareAndSet(writeOf("a", "2", { expected: first }), patience()));
  });

  it("tells a watch what stands where etcd has forgotten what was since", async () => {
    namespace = `/${randomUUID()}/`;
    const told = await etcd.follower();
    const others = etcd.members.filter((each) => each !== told);
    const recorder = new Recorder();
    client([told.url], namespace).watch("", recorder.listener);
    const store = client(
      others.map(({ url }) => url),
      namespace,
    );
    const one = await revisionOf(store.compareAndSet(writeOf("a", "1"), patience()));
    const gone = await revisionOf(store.compareAndSet(writeOf("b", "1"), patience()));
    await recorder.until("b=1");
    await told.kill();
    const two = await revisionOf(store.compareAndSet(writeOf("a", "2", { expected: one }), patience()));
    await revisionOf(store.compareAndSet(writeOf("b", null, { expected: gone }), patience()));
    const three = await revisionOf(store.compareAndSet(writeOf("a", "3", { expected: two }), patience()));
    await others[0]?.ask("/v3/kv/compaction", { revision: String(three) });
    told.start();
    await recorder.until("a=3");
    await recorder.until("-b");
    expect(recorder.told.toSorted()).toEqual(["a=1", "a=3", "b=1", "-b"].toSorted());
  });
});

describe.skipIf(!isEtcdHere)(`an etcd of one voter${skipped}`, () => {
  it("does not tell a watch twice of the last that it told before it was killed", async () => {
    const etcd = await runningEtcd({ members: 1 });
    const [member] = etcd.members;
    try {
      const store = client(etcd.endpoints, "/holdfast/");
      const recorder = new Recorder();
      store.watch("", recorder.listener);
      const first = await revisionOf(store.compareAndSet(writeOf("a", "1"), patience()));
      await revisionOf(store.compareAndSet(writeOf("a", null, { expected: first }), patience()));
      await recorder.until("-a");
      await member?.kill();
      member?.start();
      await etcd.leader();
      await revisionOf(store.compareAndSet(writeOf("b", "1"), patience()));
      await recorder.until("b=1");
      expect(recorder.told).toEqual(["a=1", "-a", "b=1"]);
    } finally {
      await etcd.stop();
    }
  });

  it("tells a watch what stands now when it has lost its data, and its revisions are lower than those that were told", async () => {
    const etcd = await runningEtcd({ members: 1 });
    const [member] = etcd.members;
    try {
      const store = client(etcd.endpoints, "/holdfast/");
      const recorder = new Recorder();
      store.watch("", recorder.listener);
      await revisionOf(store.compareAndSet(writeOf("a", "1"), patience()));
      for (let count = 0; count < 20; count += 1)
        await revisionOf(store.compareAndSet(writeOf(`b/${count}`, "1"), patience()));
      await recorder.until("b/19=1");
      await member?.kill();
      member?.loseData();
      member?.start();
      await etcd.leader();
      await revisionOf(store.compareAndSet(writeOf("a", "2"), patience()));
      await recorder.until("a=2");
      await recorder.until("-b/19");
    } finally {
      await etcd.stop();
    }
  });

  it("tells a watch what stands now when it has lost its data between being read and being watched", async () => {
    const etcd = await runningEtcd({ members: 1 });
    const [member] = etcd.members;
    const endpoints = new Endpoints({ endpoints: etcd.endpoints, tls: null, login: null });
    const life = new AbortController();
    try {
      const store = client(etcd.endpoints, "/holdfast/");
      for (let count = 0; count < 20; count += 1)
        await revisionOf(store.compareAndSet(writeOf(`b/${count}`, "1"), patience()));
      const open = endpoints.open.bind(endpoints);
      vi.spyOn(endpoints, "open").mockImplementationOnce(async (call, signal) => {
        await member?.kill();
        member?.loseData();
        member?.start();
        await etcd.leader();
        return open(call, signal);
      });
      const recorder = new Recorder();
      const watch = new LastingWatch("", recorder.listener);
      void follow(watch, { endpoints, keys: new KeySpace("/holdfast/"), signal: life.signal });
      await recorder.until("b/19=1");
      await recorder.until("-b/19");
      await revisionOf(store.compareAndSet(writeOf("a", "1"), patience()));
      await recorder.until("a=1");
    } finally {
      life.abort();
      endpoints.close();
      await etcd.stop();
    }
  });
});

describe.skipIf(!isEtcdHere || !canSlowDisks)(
  `an etcd on a slow disk (skipped without Debian's package strace, or the right to trace)`,
  () => {
    it("answers as one store would while each sync of its leader's disk takes 300 ms longer", async () => {
      const etcd = await runningEtcd();
      const leader = await etcd.settled();
      const mend = await slowedDisk(leader.pid ?? 0, 300);
      try {
        const stores = [0, 1, 2].map((by) => client(rotated(etcd.endpoints, by), "/holdfast/"));
        const plan = { clients: stores, key: "k", calls: 20, callMs: 3_000, chance: Math.random };
        const history = await recordedHistory(plan);
        expect(history.filter(({ answer }) => answer !== null).length).toBeGreaterThan(30);
        expect(firstNotLinearizable(history, registerModel)).toBeNull();
      } finally {
        await mend();
        await etcd.stop();
      }
    });
  },
);
