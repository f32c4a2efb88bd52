import { type Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { type MonotonicMs, monotonicMs } from "../../core/units/units.ts";
import { learnt, type PeerClock, readingAt, readingText, readReading } from "./clock-reading.ts";
import { type Address, clockHeader, path } from "./wire.ts";

const connectMsMax = 500;
/** From the request to its answer, the connection included. */
const requestMsMax = 1_000;
/** Requests under way to one peer: more than one, so that a single lost packet does not hold back the next message. */
const requestsMax = 4;
/** Messages that wait for a place; the oldest makes room, for a newer one says more. */
const waitingMax = 64;

export interface Letter {
  readonly body: string;
  readonly sentAt: MonotonicMs;
}

export interface PeerCounts {
  /** Taken by their receiver, those among them that were too old included. */
  readonly delivered: number;
  /** Refused, cut off or not answered in time. */
  readonly lost: number;
  /** Given up for newer ones while waiting. */
  readonly dropped: number;
}

type Delivery =
  | { readonly kind: "delivered" }
  /** May be tried once more: the socket had been closed by the peer, or the peer has told us its clock. */
  | { readonly kind: "once-more" }
  | { readonly kind: "lost" };

/** One receiver: what waits for it, what is on its way, and what its clock is known to show. */
export class Peer {
  readonly #address: Address;
  readonly #agent: Agent;
  readonly #authorization: string;
  readonly #waiting: Letter[] = [];
  readonly #requests = new Set<ClientRequest>();
  readonly #senders = new Set<Promise<void>>();
  #isOpen = true;
  #clock: PeerClock | null = null;
  #counts: PeerCounts = { delivered: 0, lost: 0, dropped: 0 };

  constructor(address: Address, { agent, token }: { readonly agent: Agent; readonly token: string }) {
    this.#address = address;
    this.#agent = agent;
    this.#authorization = `Bearer ${token}`;
  }

  get counts(): PeerCounts {
    return this.#counts;
  }

  send(letter: Letter): void {
    this.#waiting.push(letter);
    if (this.#waiting.length > waitingMax) {
      this.#waiting.shift();
      this.#counts = { ...this.#counts, dropped: this.#counts.dropped + 1 };
    }
    if (this.#senders.size < requestsMax) this.#begin();
  }

  /** Gives up what waits and what is on its way; ends when nothing of either is left. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#waiting.length = 0;
    for (const request of this.#requests) request.destroy();
    await Promise.all(this.#senders);
  }

  #begin(): void {
    const sender = this.#sendWaiting().finally(() => {
      this.#senders.delete(sender);
    });
    this.#senders.add(sender);
  }

  async #sendWaiting(): Promise<void> {
    for (let letter = this.#waiting.shift(); letter !== undefined; letter = this.#waiting.shift()) {
      const first = await this.#post(letter);
      const last = first.kind === "once-more" && this.#isOpen ? await this.#post(letter) : first;
      const key = last.kind === "delivered" ? "delivered" : "lost";
      this.#counts = { ...this.#counts, [key]: this.#counts[key] + 1 };
    }
  }

  #post({ body, sentAt }: Letter): Promise<Delivery> {
    const { host, port } = this.#address;
    const clock = this.#clock === null ? "" : readingText(readingAt(this.#clock, sentAt));
    const outgoing = request({
      host,
      port,
      path,
      method: "POST",
      agent: this.#agent,
      headers: {
        authorization: this.#authorization,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        [clockHeader]: clock,
      },
    });
    this.#requests.add(outgoing);
    outgoing.end(body);
    return new Promise<Delivery>((resolve) => {
      const connectTimer = setTimeout(() => {
        if (outgoing.socket?.connecting === true) outgoing.destroy(new Error("no connection in time"));
      }, connectMsMax);
      const timer = setTimeout(() => {
        outgoing.destroy(new Error("no answer in time"));
      }, requestMsMax);
      let delivery: Delivery = { kind: "lost" };
      outgoing.on("response", (response) => {
        delivery = this.#hear(response);
        response.resume();
      });
      outgoing.on("error", (cause: NodeJS.ErrnoException) => {
        if (outgoing.reusedSocket && cause.code === "ECONNRESET") delivery = { kind: "once-more" };
      });
      outgoing.on("close", () => {
        clearTimeout(connectTimer);
        clearTimeout(timer);
        this.#requests.delete(outgoing);
        resolve(delivery);
      });
    });
  }

  #hear(response: IncomingMessage): Delivery {
    const reading = readReading(response.headers[clockHeader]);
    if (reading !== null) this.#clock = learnt(this.#clock, reading, monotonicMs(performance.now()));
    if (response.statusCode === 204) return { kind: "delivered" };
    return { kind: response.statusCode === 425 ? "once-more" : "lost" };
  }
}
