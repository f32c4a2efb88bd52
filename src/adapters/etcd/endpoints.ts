import { setMaxListeners } from "node:events";
import { Metadata } from "@grpc/grpc-js";
import { within } from "../../waiting/deadline.ts";
import { rest } from "../../waiting/rest.ts";
import { EtcdFailure, failureOf, isWorthAnother } from "./failure.ts";
import { type EtcdTls, whyOurs } from "./tls.ts";
import { askInStream, Endpoint, type Sending, type Stream } from "./transport.ts";
import { calls, type Message, type MessageName, type Said, type Unary } from "./wire.ts";

export interface EtcdPlace {
  /** Such as `https://10.0.0.1:2379`, one for each member. */
  readonly endpoints: readonly string[];
  readonly tls: EtcdTls | null;
  /** Where etcd's own authentication is on. */
  readonly login: { readonly name: string; readonly password: string } | null;
}

export interface Asking {
  readonly signal: AbortSignal;
  /** What may be done twice, such as a read, is asked of another endpoint when one does not say whether it was done. */
  readonly mayBeRepeated: boolean;
}

/** A stream; `failed` tells that nothing more came of it, so that another endpoint is asked next. */
export interface OpenStream<Asked extends MessageName, Answered extends MessageName> {
  readonly stream: Stream<Asked, Answered>;
  readonly failed: (error: unknown) => void;
}

/** How long a question is waited for when its signal does not end it sooner. */
const callMs = 2_000;
/** How long one endpoint is waited for before another is asked what may be repeated. */
const attemptMs = 700;
/** How long one endpoint is waited for until it has looked at a password, which takes it much work on purpose. */
const signInMs = 10_000;
/** While no endpoint is connected, and between two rounds in which each has refused. */
const pauseMs = 20;
/** Between two looks at an endpoint that did not answer. */
const probeMs = 500;
/** No text has this byte: nobody's key begins with it. */
const nobodysKey = Buffer.of(255);

/** The members of one etcd: asks one that answers, the first of those that were named, and another when it no longer does. */
export class Endpoints {
  readonly #all: readonly Endpoint[];
  /** Those that did not answer the last question. */
  readonly #silent = new Set<Endpoint>();
  readonly #tls: EtcdTls | null;
  readonly #login: EtcdPlace["login"];
  readonly #closed = new AbortController();
  #token: string | null = null;
  /** Asked once at a time of each, however many calls wait: what has been given up would be worked at all the same. */
  readonly #signingIn = new Map<Endpoint, Promise<string>>();

  constructor({ endpoints, tls, login }: EtcdPlace) {
    this.#all = endpoints.map((url) => new Endpoint(url, tls));
    this.#tls = tls;
    this.#login = login;
    // Each call listens for it.
    setMaxListeners(0, this.#closed.signal);
  }

  /** The answer to one question. @throws EtcdFailure */
  ask<Asked extends MessageName, Answered extends MessageName>(
    call: Unary<Asked, Answered>,
    said: Said<Asked>,
    asking: Asking,
  ): Promise<Message<Answered>> {
    return this.#tried(asking, (endpoint, sending) => endpoint.ask(call, said, sending));
  }

  /** The same of a call that etcd answers in a stream. @throws EtcdFailure */
  askInStream<Asked extends MessageName, Answered extends MessageName>(
    call: Unary<Asked, Answered>,
    said: Said<Asked>,
    asking: Asking,
  ): Promise<Message<Answered>> {
    return this.#tried(asking, (endpoint, sending) => askInStream(endpoint, { call, said }, sending));
  }

  /** @throws EtcdFailure */
  async open<Asked extends MessageName, Answered extends MessageName>(
    call: Unary<Asked, Answered>,
    signal: AbortSignal,
  ): Promise<OpenStream<Asked, Answered>> {
    const endpoint = await this.#connected(signal);
    const metadata = await this.#metadataFor(endpoint, signal);
    const failed = (error: unknown): void => {
      this.#hear(failureOf(error, endpoint.url), endpoint);
    };
    return { stream: endpoint.open(call, metadata), failed };
  }

  close(): void {
    this.#closed.abort(new Error("the connection to etcd is closed"));
    for (const endpoint of this.#all) endpoint.close();
  }

  async #tried<Answer>(
    { signal, mayBeRepeated }: Asking,
    attempt: (endpoint: Endpoint, sending: Sending) => Promise<Answer>,
  ): Promise<Answer> {
    return within({ signals: [signal, this.#closed.signal], ms: callMs }, async (call) => {
      let last: EtcdFailure | null = null;
      for (let tries = 1; ; tries += 1) {
        const endpoint = await this.#connected(call).catch((error: unknown) => {
          throw after(last, failureOf(error, "no member"));
        });
        try {
          const ms = mayBeRepeated ? attemptMs : callMs;
          return await within({ signals: [call], ms }, async (signal) =>
            attempt(endpoint, { metadata: await this.#metadataFor(endpoint, signal), signal }),
          );
        } catch (error) {
          const failure = failureOf(error, endpoint.url);
          this.#hear(failure, endpoint);
          if (call.aborted || !isWorthAnother(failure.kind, { mayBeRepeated, tries }))
            throw after(last, failure);
          last = failure;
        }
        if (tries % this.#all.length === 0) await rest(pauseMs, call);
      }
    });
  }

  /** The first that is connected and answers; where none does, the first that is connected. */
  async #connected(signal: AbortSignal): Promise<Endpoint> {
    for (;;) {
      if (signal.aborted) throw new EtcdFailure("not-done", this.#whyNobody(), signal.reason);
      const connected = this.#all.filter(({ isConnected }) => isConnected);
      const found = connected.find((endpoint) => !this.#silent.has(endpoint)) ?? connected[0];
      if (found !== undefined) return found;
      await rest(pauseMs, signal);
    }
  }

  #whyNobody(): string {
    const each = this.#all.map(({ url, trouble }) => `${url}: ${trouble ?? "not connected yet"}`);
    const ours = whyOurs(this.#tls, Date.now());
    return `no member of etcd is connected: ${[...each, ...(ours === null ? [] : [ours])].join("; ")}`;
  }

  #hear({ kind }: EtcdFailure, endpoint: Endpoint): void {
    if (kind === "signed-out") this.#token = null;
    if (kind !== "unknown" && kind !== "not-done") return;
    if (this.#silent.has(endpoint)) return;
    this.#silent.add(endpoint);
    void this.#untilItAnswers(endpoint);
  }

  /** Asks for the value of a key that nobody writes, which takes a quorum to answer. */
  async #untilItAnswers(endpoint: Endpoint): Promise<void> {
    const closed = this.#closed.signal;
    while (!closed.aborted) {
      await rest(probeMs, closed);
      const hasAnswered = await within({ signals: [closed], ms: attemptMs }, async (signal) => {
        const metadata = await this.#metadataFor(endpoint, signal);
        return endpoint.ask(calls.range, { key: nobodysKey }, { metadata, signal });
      }).then(
        () => true,
        (error: unknown) => !["unknown", "not-done"].includes(failureOf(error, endpoint.url).kind),
      );
      if (hasAnswered) break;
    }
    this.#silent.delete(endpoint);
  }

  /** With every call: a member that sees no leader is to say so at once, instead of waiting for one. */
  async #metadataFor(endpoint: Endpoint, signal: AbortSignal): Promise<Metadata> {
    const metadata = new Metadata();
    metadata.set("hasleader", "true");
    if (this.#login === null) return metadata;
    metadata.set("token", this.#token ?? (await this.#signedIn(this.#login, endpoint, signal)));
    return metadata;
  }

  /** Waits for no longer than the call may; the signing in goes on, and who asks next finds its token. */
  async #signedIn(
    login: NonNullable<EtcdPlace["login"]>,
    endpoint: Endpoint,
    signal: AbortSignal,
  ): Promise<string> {
    let signingIn = this.#signingIn.get(endpoint);
    if (signingIn === undefined) {
      signingIn = this.#signIn(login, endpoint).finally(() => this.#signingIn.delete(endpoint));
      this.#signingIn.set(endpoint, signingIn);
    }
    return unlessAborted(signingIn, signal, endpoint);
  }

  async #signIn(login: NonNullable<EtcdPlace["login"]>, endpoint: Endpoint): Promise<string> {
    const metadata = new Metadata();
    metadata.set("hasleader", "true");
    try {
      const { token } = await within({ signals: [this.#closed.signal], ms: signInMs }, (signal) =>
        endpoint.ask(calls.authenticate, login, { metadata, signal }),
      );
      this.#token = token;
      return token;
    } catch (error) {
      const failure = failureOf(error, endpoint.url);
      // What was to be asked has not been, whatever became of the signing in.
      throw failure.kind === "unknown"
        ? new EtcdFailure("not-done", failure.message, failure.cause)
        : failure;
    }
  }
}

function unlessAborted(token: Promise<string>, signal: AbortSignal, { url }: Endpoint): Promise<string> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(new EtcdFailure("not-done", `etcd at ${url} has not let us in yet`, signal.reason));
    };
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    token.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", abort);
    });
  });
}

/** What a member said before time was up tells more than that it was. */
function after(earlier: EtcdFailure | null, failure: EtcdFailure): EtcdFailure {
  if (earlier === null) return failure;
  return new EtcdFailure(failure.kind, `${failure.message}; before: ${earlier.message}`, failure.cause);
}
