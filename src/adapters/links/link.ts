import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { invariant, type Problem } from "../../core/problem/problem.ts";
import { type Milliseconds, milliseconds, monotonicMs } from "../../core/units/units.ts";
import { ageAtMost, type ClockReading, readingText, readReading } from "./clock-reading.ts";
import { Peer, type PeerCounts } from "./peer.ts";
import { type Address, bodyBytesMax, clockHeader, path } from "./wire.ts";

/** A message that may be older when it is read is thrown away: it tells how things were, not how they are. */
const messageAgeMax = milliseconds(1_000);
/** Longer than any node is silent, so that a sender seldom meets a socket that was just closed. */
const idleMsMax = 60_000;
const bodyMsMax = 5_000;
const connectionsMax = 256;

export interface LinkOptions {
  /** Port 0 lets the system choose. */
  readonly listen: Address;
  /** Shared by every node. It crosses the network as it is: use it on loopback or a private network. */
  readonly token: string;
  /** @param ageMax the most that can have passed since the message was sent */
  readonly onMessage: (message: unknown, ageMax: Milliseconds) => void;
}

/** One node's way to speak with the others. A message arrives soon, or never; perhaps twice; in no promised order. */
export interface Link {
  /** Where the others reach this node. */
  readonly address: Address;
  /** Never waits. A peer that is dead or frozen delays no message to anybody else. */
  send(to: Address, message: unknown): void;
  counts(): LinkCounts;
  /** Ends when no connection and no timer of the link is left. */
  close(): Promise<void>;
}

interface LinkCounts extends PeerCounts {
  /** Came in and were passed on. */
  readonly received: number;
  /** Came in too late. */
  readonly stale: number;
}

export type OpenedLink =
  | { readonly kind: "open"; readonly value: Link }
  | { readonly kind: "refused"; readonly problem: Problem };

/** Opens a node's link: HTTP/1.1 requests with JSON bodies, answered with nothing but a reading of the receiver's clock. */
export async function openLink(options: LinkOptions): Promise<OpenedLink> {
  const inbox = new Inbox(options);
  const server = createServer(
    { keepAliveTimeout: idleMsMax, requestTimeout: bodyMsMax },
    (request, response) => {
      inbox.take(request, response);
    },
  );
  server.maxConnections = connectionsMax;
  const problem = await listening(server, options.listen);
  if (problem !== null) return { kind: "refused", problem };
  // A server that listens on a port, not on a path, has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    kind: "open",
    value: new HttpLink({ server, inbox, token: options.token, host: options.listen.host, port }),
  };
}

interface HttpLinkParts extends Address {
  readonly server: Server;
  readonly inbox: Inbox;
  readonly token: string;
}

class HttpLink implements Link {
  readonly address: Address;
  readonly #parts: HttpLinkParts;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #peers = new Map<string, Peer>();
  #isOpen = true;

  constructor(parts: HttpLinkParts) {
    this.#parts = parts;
    this.address = { host: parts.host, port: parts.port };
  }

  send(to: Address, message: unknown): void {
    if (!this.#isOpen) return;
    const body = JSON.stringify(message);
    invariant(Buffer.byteLength(body) <= bodyBytesMax, `a message is larger than ${bodyBytesMax} bytes`);
    const name = `${to.host}:${to.port}`;
    const peer = this.#peers.get(name) ?? new Peer(to, { agent: this.#agent, token: this.#parts.token });
    this.#peers.set(name, peer);
    peer.send({ body, sentAt: monotonicMs(performance.now()) });
  }

  counts(): LinkCounts {
    const peers = [...this.#peers.values()].map((peer) => peer.counts);
    const sum = (of: (counts: PeerCounts) => number): number =>
      peers.reduce((total, one) => total + of(one), 0);
    return {
      delivered: sum(({ delivered }) => delivered),
      lost: sum(({ lost }) => lost),
      dropped: sum(({ dropped }) => dropped),
      ...this.#parts.inbox.counts,
    };
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await Promise.all([...this.#peers.values()].map((peer) => peer.close()));
    this.#agent.destroy();
    const { server } = this.#parts;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
}

/** What comes in: let in by the token, bounded, read, and passed on when it is new enough. */
class Inbox {
  readonly #onMessage: LinkOptions["onMessage"];
  readonly #digest: Buffer;
  readonly #start = randomUUID();
  #received = 0;
  #stale = 0;

  constructor({ token, onMessage }: LinkOptions) {
    this.#onMessage = onMessage;
    this.#digest = digestOf(`Bearer ${token}`);
  }

  get counts(): { readonly received: number; readonly stale: number } {
    return { received: this.#received, stale: this.#stale };
  }

  take(request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.#refusal(request);
    if (refusal !== null) {
      hangUp(response, refusal);
      return;
    }
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes <= bodyBytesMax) parts.push(part);
      else if (!response.headersSent) hangUp(response, 413);
    });
    request.on("end", () => {
      if (bytes <= bodyBytesMax) this.#read(Buffer.concat(parts), request, response);
    });
  }

  #refusal(request: IncomingMessage): number | null {
    if (!timingSafeEqual(digestOf(request.headers.authorization ?? ""), this.#digest)) return 401;
    if (request.url !== path) return 404;
    if (request.method !== "POST") return 405;
    return Number(request.headers["content-length"] ?? 0) > bodyBytesMax ? 413 : null;
  }

  /** 425 (RFC 8470): the sender does not know our clock yet, and is told it; nobody could say how old its message is. */
  #read(body: Buffer, request: IncomingMessage, response: ServerResponse): void {
    const own: ClockReading = { start: this.#start, now: performance.now() };
    const sentAt = readReading(request.headers[clockHeader]);
    const ageMax = sentAt === null ? null : ageAtMost(sentAt, own);
    const message = parsed(body);
    const status = message === undefined ? 400 : ageMax === null ? 425 : 204;
    response.writeHead(status, { [clockHeader]: readingText(own) }).end();
    if (message === undefined || ageMax === null) return;
    if (ageMax > messageAgeMax) {
      this.#stale += 1;
      return;
    }
    this.#received += 1;
    this.#onMessage(message, ageMax);
  }
}

/** Digests are compared, in a time that tells nothing of where two tokens differ. */
function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** What is left of the request is not waited for. */
function hangUp(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: "close" }).end(() => {
    response.req.destroy();
  });
}

/** `undefined`, which JSON cannot say, for a text that is no JSON. */
function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}

function listening(server: Server, { host, port }: Address): Promise<Problem | null> {
  return new Promise((resolve) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      resolve({
        code: cause.code === "EADDRINUSE" ? "link/port-in-use" : "link/cannot-listen",
        what: `messages of other nodes cannot be received on ${host}:${port}: ${cause.message}`,
        where: null,
        why: "a node that hears nobody sees no quorum, and changes nothing",
        mend: "give port 0 to have a free one chosen, or stop the process that listens there",
      });
    });
    server.listen(port, host, () => {
      resolve(null);
    });
  });
}
