import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe } from "vitest";
import { connectEtcd } from "../../src/adapters/etcd/etcd-coordinator.ts";
import type { Coordinator, LeaseId } from "../../src/core/failover/coordinator.ts";
import type { Milliseconds } from "../../src/core/units/units.ts";
import { type CoordinatorUnderTest, coordinatorContract } from "../coordinator-contract.ts";
import { isEtcdHere, type RunningEtcd, runningEtcd, skipped } from "../running-etcd.ts";

/** Time that cannot be moved is slept through; whoever's lease is then due is waited for until etcd has ended it. */
class LeaseWaiter {
  readonly #etcd: RunningEtcd;
  readonly #due = new Map<LeaseId, { readonly at: number; readonly ttl: Milliseconds }>();
  #now = 0;

  constructor(etcd: RunningEtcd) {
    this.#etcd = etcd;
  }

  seen(store: Coordinator): Coordinator {
    const { get, compareAndSet, watch } = bound(store);
    return {
      ...{ get, compareAndSet, watch },
      grantLease: async (ttl, signal) => {
        const answer = await store.grantLease(ttl, signal);
        if (answer.kind === "answered") this.#due.set(answer.value, { at: this.#now + ttl, ttl });
        return answer;
      },
      keepAlive: async (lease, signal) => {
        const answer = await store.keepAlive(lease, signal);
        const ttl = this.#due.get(lease)?.ttl;
        if (answer.kind === "answered" && answer.value && ttl !== undefined)
          this.#due.set(lease, { at: this.#now + ttl, ttl });
        return answer;
      },
      revokeLease: (lease, signal) => {
        this.#due.delete(lease);
        return store.revokeLease(lease, signal);
      },
    };
  }

  async advance(span: Milliseconds): Promise<void> {
    this.#now += span;
    await pause(span);
    const due = [...this.#due].filter(([, { at }]) => at <= this.#now);
    for (const [lease] of due) {
      while ((await this.#secondsLeft(lease)) !== "-1") await pause(50);
      this.#due.delete(lease);
    }
  }

  async #secondsLeft(lease: LeaseId): Promise<unknown> {
    const [member] = this.#etcd.members;
    return (await member?.ask("/v3/lease/timetolive", { ID: lease }))?.["TTL"];
  }
}

function bound(store: Coordinator): Pick<Coordinator, "get" | "compareAndSet" | "watch"> {
  return {
    get: (key, signal) => store.get(key, signal),
    compareAndSet: (write, signal) => store.compareAndSet(write, signal),
    watch: (prefix, listener) => store.watch(prefix, listener),
  };
}

describe.skipIf(!isEtcdHere)(`a real etcd of three voters${skipped}`, () => {
  let etcd: RunningEtcd;
  beforeAll(async () => {
    etcd = await runningEtcd();
  });
  afterAll(() => etcd.stop());

  coordinatorContract("etcd", (): Promise<CoordinatorUnderTest> => {
    const namespace = `/${randomUUID()}/`;
    const place = { endpoints: etcd.endpoints, tls: null, login: null, namespace };
    const [one, other] = [connectEtcd(place), connectEtcd(place)];
    const waiter = new LeaseWaiter(etcd);
    return Promise.resolve({
      one: waiter.seen(one),
      other: waiter.seen(other),
      advance: (span) => waiter.advance(span),
      close: () => {
        one.close();
        other.close();
        return Promise.resolve();
      },
    });
  });
});
