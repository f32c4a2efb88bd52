import { assertWithinBounds } from "../../core/failover/coordination.ts";
import type {
  Coordinator,
  GuardedWrite,
  LeaseId,
  Revision,
  StopWatching,
  StoreAnswer,
  StoredEntry,
  WatchEvent,
  WriteOutcome,
} from "../../core/failover/coordinator.ts";
import { LastingWatch } from "../../core/failover/lasting-watch.ts";
import type { Milliseconds } from "../../core/units/units.ts";
import { Endpoints, type EtcdPlace } from "./endpoints.ts";
import { EtcdFailure } from "./failure.ts";
import { KeySpace } from "./key-space.ts";
import { follow } from "./watch.ts";
import { calls, isAtModRevision, type Message, type Said, streams } from "./wire.ts";

export interface EtcdSettings extends EtcdPlace {
  /** Before each key, so that others may use the same etcd, such as `/holdfast/assistant/`. */
  readonly namespace: string;
}

export interface EtcdCoordinator extends Coordinator {
  /** Ends the connections; calls under way find nobody to ask, watches tell nothing more. */
  close(): void;
}

/** A coordination store in etcd, version 3.4 or newer. Connects by itself, and again whenever a connection is lost. */
export function connectEtcd({ namespace, ...place }: EtcdSettings): EtcdCoordinator {
  return new CoordinatorInEtcd(new Endpoints(place), new KeySpace(namespace));
}

class CoordinatorInEtcd implements EtcdCoordinator {
  readonly #endpoints: Endpoints;
  readonly #keys: KeySpace;
  readonly #watches = new Set<StopWatching>();

  constructor(endpoints: Endpoints, keys: KeySpace) {
    this.#endpoints = endpoints;
    this.#keys = keys;
  }

  get(key: string, signal: AbortSignal): Promise<StoreAnswer<StoredEntry | null>> {
    return answerOf(signal, async () => this.#standing(key, signal));
  }

  compareAndSet(write: GuardedWrite, signal: AbortSignal): Promise<StoreAnswer<WriteOutcome>> {
    assertWithinBounds(write);
    return answerOf(signal, async () => {
      try {
        const answer = await this.#endpoints.ask(calls.txn, this.#transactionOf(write), {
          signal,
          mayBeRepeated: false,
        });
        return this.#outcomeOf(answer);
      } catch (error) {
        if (!(error instanceof EtcdFailure) || error.kind !== "no-lease") throw error;
        return { kind: "refused", current: await this.#standing(write.key, signal) };
      }
    });
  }

  /** etcd counts leases in whole seconds, and takes none that is shorter than its own elections: it may live longer than asked. */
  grantLease(ttl: Milliseconds, signal: AbortSignal): Promise<StoreAnswer<LeaseId>> {
    return answerOf(signal, async () => {
      const seconds = String(Math.ceil(ttl / 1_000));
      const { id } = await this.#endpoints.ask(calls.grant, { seconds }, { signal, mayBeRepeated: true });
      return id as LeaseId;
    });
  }

  keepAlive(lease: LeaseId, signal: AbortSignal): Promise<StoreAnswer<boolean>> {
    return answerOf(signal, async () => {
      const asking = { signal, mayBeRepeated: true };
      const { seconds } = await this.#endpoints.askInStream(streams.keepAlive, { id: lease }, asking);
      return Number(seconds) > 0;
    });
  }

  revokeLease(lease: LeaseId, signal: AbortSignal): Promise<StoreAnswer<null>> {
    return answerOf(signal, async () => {
      try {
        await this.#endpoints.ask(calls.revoke, { id: lease }, { signal, mayBeRepeated: true });
      } catch (error) {
        if (!(error instanceof EtcdFailure) || error.kind !== "no-lease") throw error;
      }
      return null;
    });
  }

  watch(prefix: string, listener: (event: WatchEvent) => void): StopWatching {
    const watch = new LastingWatch(prefix, listener);
    const life = new AbortController();
    const stop = (): void => {
      watch.stop();
      this.#watches.delete(stop);
      life.abort(new Error("the watch was stopped"));
    };
    this.#watches.add(stop);
    void follow(watch, { endpoints: this.#endpoints, keys: this.#keys, signal: life.signal });
    return stop;
  }

  close(): void {
    for (const stop of [...this.#watches]) stop();
    this.#endpoints.close();
  }

  async #standing(key: string, signal: AbortSignal): Promise<StoredEntry | null> {
    const said = { key: this.#keys.bytesOf(key) };
    const { kvs } = await this.#endpoints.ask(calls.range, said, { signal, mayBeRepeated: true });
    return kvs[0] === undefined ? null : this.#keys.entryOf(kvs[0]);
  }

  #transactionOf({ key, value, expected, lease }: GuardedWrite): Said<"TxnRequest"> {
    const bytes = this.#keys.bytesOf(key);
    const put = (text: string): Said<"RequestOp"> => ({
      put: { key: bytes, value: Buffer.from(text), lease: lease ?? "0" },
    });
    return {
      compare: [{ ...isAtModRevision, key: bytes, modRevision: String(expected) }],
      success: [value === null ? { deleteRange: { key: bytes } } : put(value)],
      failure: [{ range: { key: bytes } }],
    };
  }

  #outcomeOf({ header, succeeded, responses }: Message<"TxnResponse">): WriteOutcome {
    if (succeeded) return { kind: "written", revision: Number(header?.revision) as Revision };
    const [standing] = responses[0]?.range?.kvs ?? [];
    return { kind: "refused", current: standing === undefined ? null : this.#keys.entryOf(standing) };
  }
}

async function answerOf<Value>(signal: AbortSignal, ask: () => Promise<Value>): Promise<StoreAnswer<Value>> {
  if (signal.aborted) return { kind: "unreachable", cause: signal.reason };
  try {
    return { kind: "answered", value: await ask() };
  } catch (cause) {
    if (cause instanceof EtcdFailure) return { kind: "unreachable", cause };
    throw cause;
  }
}
