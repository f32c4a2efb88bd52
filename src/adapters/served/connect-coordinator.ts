import { z } from "zod";
import { assertWithinBounds } from "../../core/failover/coordination.ts";
import type {
  Coordinator,
  GuardedWrite,
  LeaseId,
  StopWatching,
  StoreAnswer,
  StoredEntry,
  WatchEvent,
  WriteOutcome,
} from "../../core/failover/coordinator.ts";
import type { Milliseconds } from "../../core/units/units.ts";
import { Connection, type ConnectOptions } from "./connection.ts";
import { LastingWatch } from "../../core/failover/lasting-watch.ts";
import { type Ask, leaseId, type Reply, storedEntry, writeOutcome } from "./wire.ts";

/** How long a call waits when its signal does not end it sooner. */
const callMsMax = 2_000;
/** Calls under way at once; more are told at once that nobody could be asked. */
const callsMax = 256;

interface Call {
  readonly frame: Ask & { readonly id: number };
  readonly settle: (answer: StoreAnswer<unknown>) => void;
}

export interface ConnectedCoordinator extends Coordinator {
  /** Ends the connection; calls under way find nobody to ask, watches tell nothing more. */
  close(): void;
}

/** A store served by `serveCoordinator`. Connects by itself, and again whenever the connection is lost. */
export function connectCoordinator(options: ConnectOptions): ConnectedCoordinator {
  return new RemoteCoordinator(options);
}

class RemoteCoordinator implements ConnectedCoordinator {
  readonly #connection: Connection;
  readonly #calls = new Map<number, Call>();
  readonly #watches = new Map<number, LastingWatch>();
  #lastId = 0;

  constructor(options: ConnectOptions) {
    this.#connection = new Connection(options, {
      opened: () => {
        for (const [id, watch] of this.#watches) this.#begin(id, watch);
        // A lost connection has settled every call that it carried: what is left was never sent.
        for (const { frame } of this.#calls.values()) this.#connection.say(frame);
      },
      said: (reply) => {
        this.#hear(reply);
      },
      lost: (cause) => {
        for (const { settle } of this.#calls.values()) settle({ kind: "unreachable", cause });
      },
    });
  }

  get(key: string, signal: AbortSignal): Promise<StoreAnswer<StoredEntry | null>> {
    return this.#call({ ask: "get", key }, storedEntry.nullable(), signal);
  }

  compareAndSet(write: GuardedWrite, signal: AbortSignal): Promise<StoreAnswer<WriteOutcome>> {
    assertWithinBounds(write);
    return this.#call({ ask: "compare-and-set", write }, writeOutcome, signal);
  }

  grantLease(ttl: Milliseconds, signal: AbortSignal): Promise<StoreAnswer<LeaseId>> {
    return this.#call({ ask: "grant-lease", ttl }, leaseId, signal);
  }

  keepAlive(lease: LeaseId, signal: AbortSignal): Promise<StoreAnswer<boolean>> {
    return this.#call({ ask: "keep-alive", lease }, z.boolean(), signal);
  }

  revokeLease(lease: LeaseId, signal: AbortSignal): Promise<StoreAnswer<null>> {
    return this.#call({ ask: "revoke-lease", lease }, z.null(), signal);
  }

  watch(prefix: string, listener: (event: WatchEvent) => void): StopWatching {
    const id = this.#nextId();
    const watch = new LastingWatch(prefix, listener);
    this.#watches.set(id, watch);
    this.#begin(id, watch);
    return () => {
      watch.stop();
      if (this.#watches.delete(id))
        this.#connection.say({ id: this.#nextId(), ask: "stop-watch", watch: id });
    };
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.stop();
    this.#watches.clear();
    this.#connection.close();
  }

  #call<Value>(ask: Ask, schema: z.ZodType<Value>, signal: AbortSignal): Promise<StoreAnswer<Value>> {
    if (signal.aborted) return Promise.resolve({ kind: "unreachable", cause: signal.reason as unknown });
    if (this.#connection.isClosed || this.#calls.size >= callsMax) {
      const cause = new Error(`the connection is closed, or ${callsMax} calls are under way`);
      return Promise.resolve({ kind: "unreachable", cause });
    }
    return new Promise((resolve) => {
      const id = this.#nextId();
      const settle = (answer: StoreAnswer<unknown>): void => {
        this.#calls.delete(id);
        clearTimeout(timeout);
        signal.removeEventListener("abort", abort);
        resolve(answer.kind === "answered" ? checked(answer.value, schema) : answer);
      };
      const abort = (): void => {
        settle({ kind: "unreachable", cause: signal.reason });
      };
      const timeout = setTimeout(() => {
        settle({ kind: "unreachable", cause: new Error(`the store did not answer within ${callMsMax} ms`) });
      }, callMsMax);
      signal.addEventListener("abort", abort);
      const frame = { id, ...ask };
      this.#calls.set(id, { frame, settle });
      this.#connection.say(frame);
    });
  }

  #begin(id: number, watch: LastingWatch): void {
    watch.begin();
    this.#connection.say({ id, ask: "watch", prefix: watch.prefix });
  }

  #hear(reply: Reply): void {
    if ("event" in reply) {
      this.#watches.get(reply.watch)?.hear(reply.event);
    } else if ("presentAsOf" in reply) {
      this.#watches.get(reply.watch)?.endPresent(reply.presentAsOf);
    } else if ("unreachable" in reply) {
      this.#calls.get(reply.id)?.settle({ kind: "unreachable", cause: new Error(reply.unreachable) });
    } else if ("answer" in reply) {
      this.#calls.get(reply.id)?.settle({ kind: "answered", value: reply.answer });
    }
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}

/** An answer that makes no sense says nothing about what the store did. */
function checked<Value>(value: unknown, schema: z.ZodType<Value>): StoreAnswer<Value> {
  const result = schema.safeParse(value);
  return result.success
    ? { kind: "answered", value: result.data }
    : {
        kind: "unreachable",
        cause: new Error("the store's answer is none to this question", { cause: result.error }),
      };
}
