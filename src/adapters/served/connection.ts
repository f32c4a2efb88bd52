import { connect, type Socket } from "node:net";
import { frameOf, readFrames } from "./frames.ts";
import { type Ask, pingId, protocol, type Reply, replySchema } from "./wire.ts";

/** From the first packet to the server's welcome. */
const openMsMax = 1_000;
/** A connection on which nothing was heard for this long is given up; pings draw an answer several times within it. */
const silentMsMax = 2_000;
const pingMs = 500;
/** Between two attempts: doubled after each that failed, up to the bound. */
const backOffMsMin = 25;
const backOffMsMax = 400;

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly token: string;
}

export interface ConnectionListener {
  /** From here on `say` reaches the server. */
  readonly opened: () => void;
  readonly said: (reply: Reply) => void;
  /** The connection, or the attempt to open one, has failed; the next attempt comes by itself. Also told once at the end. */
  readonly lost: (cause: Error) => void;
}

type State =
  | { readonly kind: "waiting"; readonly timer: NodeJS.Timeout }
  | { readonly kind: "opening"; readonly socket: Socket; readonly timer: NodeJS.Timeout }
  | { readonly kind: "open"; readonly socket: Socket; readonly timer: NodeJS.Timeout }
  | { readonly kind: "closed" };

/** One connection to a served store, opened again for as long as it is wanted. */
export class Connection {
  readonly #options: ConnectOptions;
  readonly #listener: ConnectionListener;
  #state: State;
  #backOffMs = backOffMsMin;

  constructor(options: ConnectOptions, listener: ConnectionListener) {
    this.#options = options;
    this.#listener = listener;
    this.#state = this.#open();
  }

  get isClosed(): boolean {
    return this.#state.kind === "closed";
  }

  /** Lost when the connection is not open: `opened` is the time to say it again. */
  say(message: Ask & { readonly id: number }): void {
    if (this.#state.kind === "open") this.#state.socket.write(frameOf(message));
  }

  close(): void {
    this.#leave();
    this.#state = { kind: "closed" };
    this.#listener.lost(new Error("the connection to the store was closed"));
  }

  #open(): State {
    const { host, port, token } = this.#options;
    const socket = connect({ host, port, noDelay: true });
    const timer = setTimeout(() => {
      socket.destroy(new Error(`the store at ${host}:${port} gave no welcome within ${openMsMax} ms`));
    }, openMsMax);
    let cause = new Error(`the store at ${host}:${port} closed the connection`);
    socket.once("connect", () => {
      socket.write(frameOf({ hello: protocol, token }));
    });
    socket.on("error", (error) => {
      cause = error;
    });
    socket.once("close", () => {
      if (this.#isCurrent(socket)) this.#retry(cause);
    });
    readFrames(socket, {
      frame: (message) => {
        if (this.#isCurrent(socket)) this.#hear(socket, message);
      },
      bad: (why) => {
        socket.destroy(new Error(`the store at ${host}:${port} makes no sense: ${why}`));
      },
    });
    return { kind: "opening", socket, timer };
  }

  #hear(socket: Socket, message: unknown): void {
    const reply = replySchema.safeParse(message);
    if (!reply.success) socket.destroy(new Error("the store said what no client understands"));
    else if ("refused" in reply.data) socket.destroy(new Error(`the store refused: ${reply.data.refused}`));
    else if ("welcome" in reply.data) this.#welcome(socket);
    else if (this.#state.kind === "open") this.#listener.said(reply.data);
  }

  #welcome(socket: Socket): void {
    if (this.#state.kind !== "opening") return;
    clearTimeout(this.#state.timer);
    this.#backOffMs = backOffMsMin;
    this.#state = { kind: "open", socket, timer: this.#pinging(socket) };
    this.#listener.opened();
  }

  /** A network can fall silent without ending a connection, and so can a frozen server; a watch would wait for ever. */
  #pinging(socket: Socket): NodeJS.Timeout {
    let heardAt = performance.now();
    socket.on("data", () => {
      heardAt = performance.now();
    });
    return setInterval(() => {
      // After the socket was read: this process may have been the one that was paused.
      setImmediate(() => {
        const isSilent = performance.now() - heardAt > silentMsMax;
        if (isSilent) socket.destroy(new Error(`the store said nothing for ${silentMsMax} ms`));
        else this.say({ id: pingId, ask: "ping" });
      });
    }, pingMs);
  }

  #retry(cause: Error): void {
    this.#leave();
    const timer = setTimeout(() => {
      this.#state = this.#open();
    }, this.#backOffMs);
    this.#backOffMs = Math.min(2 * this.#backOffMs, backOffMsMax);
    this.#state = { kind: "waiting", timer };
    this.#listener.lost(cause);
  }

  #leave(): void {
    if (this.#state.kind === "closed") return;
    clearTimeout(this.#state.timer);
    if (this.#state.kind !== "waiting") this.#state.socket.destroy();
  }

  #isCurrent(socket: Socket): boolean {
    return (this.#state.kind === "opening" || this.#state.kind === "open") && this.#state.socket === socket;
  }
}
