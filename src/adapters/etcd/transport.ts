import { Client, type ClientDuplexStream, connectivityState, type Metadata } from "@grpc/grpc-js";
import { EtcdFailure, failureOf } from "./failure.ts";
import { credentialsOf, type EtcdTls, plainTrouble } from "./tls.ts";
import { calls, decoded, encoded, type Message, type MessageName, type Said, type Unary } from "./wire.ts";

export type Stream<Asked extends MessageName, Answered extends MessageName> = ClientDuplexStream<
  Said<Asked>,
  Message<Answered>
>;

/** A closed port is tried again so soon, and not after one second, two, four and so on, as by default. */
const channelOptions = {
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1_000,
  "grpc.enable_retries": 0,
  // What happens to stand in the environment for the web is no way to a store that others must not see.
  "grpc.enable_http_proxy": 0,
};

/** A connection to one member of etcd. */
export class Endpoint {
  readonly url: string;
  /** Why it could not be connected to; `null`: nothing is known to stand in the way. */
  trouble: string | null = null;
  readonly #client: Client;
  #isAskedForTrouble = false;

  /** @param url such as `https://10.0.0.1:2379` */
  constructor(url: string, tls: EtcdTls | null) {
    this.url = url;
    this.#client = new Client(new URL(url).host, credentialsOf(url, tls), channelOptions);
  }

  /** Whether it is connected; one that is not begins to connect. */
  get isConnected(): boolean {
    const state = this.#client.getChannel().getConnectivityState(true);
    if (state === connectivityState.READY) this.trouble = null;
    if (state === connectivityState.TRANSIENT_FAILURE) this.#askForTrouble();
    return state === connectivityState.READY;
  }

  /** The answer to one question. @throws EtcdFailure */
  ask<Asked extends MessageName, Answered extends MessageName>(
    { path, asked, answered }: Unary<Asked, Answered>,
    said: Said<Asked>,
    { metadata, signal }: Sending,
  ): Promise<Message<Answered>> {
    return new Promise((resolve, reject) => {
      const call = this.#client.makeUnaryRequest(
        path,
        (value: Said<Asked>) => encoded(asked, value),
        (bytes) => decoded(answered, bytes),
        said,
        metadata,
        (error, answer) => {
          signal.removeEventListener("abort", abort);
          if (answer === undefined) reject(failureOf(error, this.url));
          else resolve(answer);
        },
      );
      const abort = (): void => {
        signal.removeEventListener("abort", abort);
        reject(new EtcdFailure("unknown", `etcd at ${this.url} was waited for no longer`, signal.reason));
        call.cancel();
      };
      signal.addEventListener("abort", abort);
      if (signal.aborted) abort();
    });
  }

  /** A stream that whoever opens it must end, and listen for `error` on. */
  open<Asked extends MessageName, Answered extends MessageName>(
    { path, asked, answered }: Unary<Asked, Answered>,
    metadata: Metadata,
  ): Stream<Asked, Answered> {
    return this.#client.makeBidiStreamRequest(
      path,
      (value: Said<Asked>) => encoded(asked, value),
      (bytes) => decoded(answered, bytes),
      metadata,
    );
  }

  close(): void {
    this.#client.close();
  }

  /** The transport tells what went wrong to nobody but to calls, which fail at once while it cannot connect. */
  #askForTrouble(): void {
    if (this.#isAskedForTrouble) return;
    this.#isAskedForTrouble = true;
    this.#client.makeUnaryRequest(calls.range.path, noBytes, noBytes, null, (error) => {
      this.#isAskedForTrouble = false;
      this.trouble = error === null ? null : plainTrouble(error.details);
    });
  }
}

export interface Sending {
  readonly metadata: Metadata;
  readonly signal: AbortSignal;
}

function noBytes(): Buffer {
  return Buffer.alloc(0);
}

/** The first answer of a stream to one question. @throws EtcdFailure */
export function askInStream<Asked extends MessageName, Answered extends MessageName>(
  endpoint: Endpoint,
  { call, said }: { readonly call: Unary<Asked, Answered>; readonly said: Said<Asked> },
  { metadata, signal }: Sending,
): Promise<Message<Answered>> {
  return new Promise((resolve, reject) => {
    const stream = endpoint.open(call, metadata);
    const settled = (act: () => void): void => {
      signal.removeEventListener("abort", abort);
      act();
      stream.cancel();
    };
    const abort = (): void => {
      settled(() => {
        reject(new EtcdFailure("unknown", `etcd at ${endpoint.url} was waited for no longer`, signal.reason));
      });
    };
    stream.once("data", (answer: Message<Answered>) => {
      settled(() => {
        resolve(answer);
      });
    });
    stream.on("error", (error) => {
      settled(() => {
        reject(failureOf(error, endpoint.url));
      });
    });
    stream.once("end", () => {
      settled(() => {
        reject(new EtcdFailure("unknown", `etcd at ${endpoint.url} ended a stream without an answer`));
      });
    });
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    else stream.write(said);
  });
}
