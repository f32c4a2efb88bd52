import { coordinatorContract } from "../test/coordinator-contract.ts";
import type { Coordinator, StoreAnswer } from "../src/core/failover/coordinator.ts";
import { Agenda } from "./agenda.ts";
import { SimulatedStore } from "./store.ts";

/** The simulated store as its clients would call it, were they not simulated too. */
function clientOf(store: SimulatedStore): Coordinator {
  const ask = <Value>(signal: AbortSignal, question: () => Value): Promise<StoreAnswer<Value>> =>
    Promise.resolve(
      signal.aborted
        ? { kind: "unreachable", cause: signal.reason as unknown }
        : { kind: "answered", value: question() },
    );
  return {
    get: (key, signal) => ask(signal, () => store.get(key)),
    compareAndSet: (write, signal) => ask(signal, () => store.compareAndSet(write)),
    grantLease: (ttl, signal) => ask(signal, () => store.grantLease(ttl)),
    keepAlive: (lease, signal) => ask(signal, () => store.keepAlive(lease)),
    revokeLease: (lease, signal) =>
      ask(signal, () => {
        store.revokeLease(lease);
        return null;
      }),
    // A promise is answered later than it was asked; so is a watch told.
    watch: (prefix, listener) => {
      let isOver = false;
      const stop = store.watch(prefix, (event) => {
        queueMicrotask(() => {
          if (!isOver) listener(event);
        });
      });
      return () => {
        isOver = true;
        stop();
      };
    },
  };
}

coordinatorContract("the simulated store", () => {
  const agenda = new Agenda();
  const client = clientOf(new SimulatedStore(agenda));
  return Promise.resolve({
    one: client,
    other: client,
    advance: (span) => {
      agenda.runUntil(agenda.now + span);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
});
