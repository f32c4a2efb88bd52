import { createHash, timingSafeEqual } from "node:crypto";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Coordinator, StopWatching, StoreAnswer, WatchEvent } from "../../core/failover/coordinator.ts";
import { type Parsed, type Problem, unreachable } from "../../core/problem/problem.ts";
import { frameOf, readFrames } from "./frames.ts";
import { helloSchema, type Present, protocol, type Reply, type Request, requestSchema } from "./wire.ts";

/** A client says who it is within this time, or is let go. */
const helloMsMax = 1_000;
/** A client pings more often than this; one that does not is frozen or unreachable, and is let go. */
const clientSilentMsMax = 5_000;
const sweepMs = 500;
/** What a client that reads too slowly may leave unread; beyond, it is let go, and told the present values when it is back. */
const unreadBytesMax = 4_194_304;
const clientsMax = 1_024;
const watchesPerClientMax = 256;

/** A store in this process, which can also say at once what stands under a prefix. */
export interface ServableCoordinator extends Coordinator {
  present(prefix: string): Present;
}

export interface ServeOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** What a client must know to be let in. It crosses the network as it is: use it on loopback or a private network. */
  readonly token: string;
}

export interface CoordinatorServer {
  readonly port: number;
  /** Ends every connection; the store itself stays open. */
  close(): Promise<void>;
}

/** Serves a store to other processes. A port that cannot be had is a problem that names it. */
export async function serveCoordinator(
  coordinator: ServableCoordinator,
  options: ServeOptions,
): Promise<Parsed<CoordinatorServer>> {
  const clients = new Set<Client>();
  const server = createServer({ noDelay: true }, (socket) => {
    if (clients.size >= clientsMax) {
      socket.destroy();
      return;
    }
    const client = new Client(socket, { coordinator, token: options.token });
    clients.add(client);
    socket.once("close", () => {
      clients.delete(client);
    });
  });
  const problem = await listening(server, options);
  if (problem !== null) return { ok: false, problems: [problem] };
  const sweep = setInterval(() => {
    // After the sockets were read: a server that was paused must not take its own silence for its clients'.
    setImmediate(() => {
      for (const client of clients) client.leaveIfSilent(performance.now());
    });
  }, sweepMs);
  // A server that listens on a port, not on a path, has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    ok: true,
    value: {
      port,
      close: async () => {
        clearInterval(sweep);
        const closed = new Promise((resolve) => server.close(resolve));
        for (const client of clients) client.leave();
        await closed;
      },
    },
  };
}

/** One connection: what it has asked to watch, and whether it has said who it is. */
class Client {
  readonly #socket: Socket;
  readonly #coordinator: ServableCoordinator;
  readonly #token: string;
  readonly #watches = new Map<number, StopWatching>();
  readonly #gone = new AbortController();
  readonly #since = performance.now();
  #heardAt = this.#since;
  #standing: "stranger" | "welcome" | "refused" = "stranger";

  constructor(
    socket: Socket,
    { coordinator, token }: { readonly coordinator: ServableCoordinator; readonly token: string },
  ) {
    this.#socket = socket;
    this.#coordinator = coordinator;
    this.#token = token;
    // The reason is told to nobody: whoever comes back is told the present values.
    socket.on("error", () => undefined);
    socket.once("close", () => {
      this.#gone.abort(new Error("the client has left"));
      for (const stop of this.#watches.values()) stop();
      this.#watches.clear();
    });
    readFrames(socket, {
      frame: (message) => {
        this.#hear(message);
      },
      bad: (why) => {
        this.#refuse(why);
      },
    });
  }

  leave(): void {
    this.#socket.destroy();
  }

  leaveIfSilent(now: number): void {
    const isLate = this.#standing !== "welcome" && now - this.#since > helloMsMax;
    if (isLate || now - this.#heardAt > clientSilentMsMax) this.leave();
  }

  #hear(message: unknown): void {
    this.#heardAt = performance.now();
    switch (this.#standing) {
      case "stranger":
        this.#hello(message);
        return;
      case "welcome":
        this.#request(message);
        return;
      case "refused":
        return;
      default:
        unreachable(this.#standing);
    }
  }

  #hello(message: unknown): void {
    const hello = helloSchema.safeParse(message);
    if (!hello.success) {
      this.#refuse(`the first frame is not a hello for ${protocol}`);
    } else if (!isSame(hello.data.token, this.#token)) {
      this.#refuse("the token is wrong");
    } else {
      this.#standing = "welcome";
      this.#say({ welcome: protocol });
    }
  }

  #request(message: unknown): void {
    const request = requestSchema.safeParse(message);
    if (request.success) this.#serve(request.data);
    else this.#refuse("a frame is not a request");
  }

  #serve(request: Request): void {
    const { id } = request;
    switch (request.ask) {
      case "get":
      case "compare-and-set":
      case "grant-lease":
      case "keep-alive":
      case "revoke-lease":
        void this.#askStore(request).then((answer) => {
          this.#say(
            answer.kind === "answered"
              ? { id, answer: answer.value }
              : {
                  id,
                  unreachable:
                    answer.cause instanceof Error ? answer.cause.message : "the store cannot write",
                },
          );
        });
        return;
      case "watch":
        this.#watch(id, request.prefix);
        return;
      case "stop-watch":
        this.#watches.get(request.watch)?.();
        this.#watches.delete(request.watch);
        this.#say({ id, answer: null });
        return;
      case "ping":
        this.#say({ id, answer: null });
        return;
      default:
        unreachable(request);
    }
  }

  #askStore(
    request: Extract<
      Request,
      { ask: "get" | "compare-and-set" | "grant-lease" | "keep-alive" | "revoke-lease" }
    >,
  ): Promise<StoreAnswer<unknown>> {
    const { signal } = this.#gone;
    switch (request.ask) {
      case "get":
        return this.#coordinator.get(request.key, signal);
      case "compare-and-set":
        return this.#coordinator.compareAndSet(request.write, signal);
      case "grant-lease":
        return this.#coordinator.grantLease(request.ttl, signal);
      case "keep-alive":
        return this.#coordinator.keepAlive(request.lease, signal);
      case "revoke-lease":
        return this.#coordinator.revokeLease(request.lease, signal);
      default:
        return unreachable(request);
    }
  }

  /** The present values, the mark that ends them, then every later change; nothing can come between in one turn. */
  #watch(id: number, prefix: string): void {
    if (this.#watches.size >= watchesPerClientMax || this.#watches.has(id)) {
      this.#refuse(`watch ${id} exists, or is one of more than ${watchesPerClientMax}`);
      return;
    }
    const { revision, entries } = this.#coordinator.present(prefix);
    for (const entry of entries) this.#say({ watch: id, event: { kind: "changed", entry } });
    this.#say({ watch: id, presentAsOf: revision });
    const stop = this.#coordinator.watch(prefix, (event) => {
      if (revisionOf(event) > revision) this.#say({ watch: id, event });
    });
    this.#watches.set(id, stop);
  }

  /** What it has sent after this is not read. */
  #refuse(why: string): void {
    this.#standing = "refused";
    this.#say({ refused: why });
    this.#socket.destroySoon();
  }

  #say(reply: Reply): void {
    if (!this.#socket.writable) return;
    this.#socket.write(frameOf(reply));
    if (this.#socket.writableLength > unreadBytesMax) this.leave();
  }
}

function revisionOf(event: WatchEvent): number {
  return event.kind === "changed" ? event.entry.revision : event.revision;
}

/** Digests are compared, in a time that tells nothing of where two tokens differ. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

function listening(server: Server, { host, port }: ServeOptions): Promise<Problem | null> {
  return new Promise((resolve) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      resolve({
        code: cause.code === "EADDRINUSE" ? "store/port-in-use" : "store/cannot-listen",
        what: `the coordination store cannot listen on ${host}:${port}: ${cause.message}`,
        where: null,
        why: "controllers and agents reach the store through this port",
        mend: "give port 0 to have a free one chosen, or stop the process that listens there",
      });
    });
    server.listen(port, host, () => {
      resolve(null);
    });
  });
}
