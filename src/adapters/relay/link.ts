import type { Socket } from "node:net";
import { invariant } from "../../core/problem/problem.ts";
import { Delay } from "./delay.ts";
import { type Chain, chain, type Inlet, type MakeTransform, type Outlet } from "./flow.ts";
import { Gate } from "./gate.ts";
import { resetSocket } from "./reset-socket.ts";

/** `in` is from the client towards the upstream, `out` is back to the client. */
export type OneWay = "in" | "out";
export type Direction = OneWay | "both";

export const oneWays = ["in", "out"] as const;

export function covers(direction: Direction, way: OneWay): boolean {
  return direction === "both" || direction === way;
}

export interface LinkSettings {
  /** Opened with `allowHalfOpen`, as the upstream is: a half-close is passed on as one. */
  readonly client: Socket;
  readonly transforms: { readonly in: readonly MakeTransform[]; readonly out: readonly MakeTransform[] };
}

/**
 * One client's connection through a relay: two directions, each a delay, a gate and a chain of transforms. Until it is joined to an
 * upstream both gates hold, and a client that leaves takes its bytes with it: nothing was ever connected.
 */
export class Link {
  readonly #client: Socket;
  readonly #clientOutlet: SocketOutlet;
  readonly #upstreamOutlet = new SocketOutlet();
  readonly #chains: Readonly<Record<OneWay, Chain>>;
  readonly #gates: Readonly<Record<OneWay, Gate>>;
  readonly #delays: Readonly<Record<OneWay, Delay>>;
  readonly #held = new Set<OneWay>();
  /** Ends when both sockets are closed. */
  readonly over: Promise<void>;
  #end: () => void = () => undefined;
  #upstream: Socket | null = null;
  #socketsOpen = 1;

  constructor({ client, transforms }: LinkSettings) {
    this.#client = client;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#clientOutlet = new SocketOutlet(client);
    const inward = gated(transforms.in, { source: inletOf(() => client), sink: this.#upstreamOutlet });
    const outward = gated(transforms.out, {
      source: inletOf(() => this.#upstream),
      sink: this.#clientOutlet,
    });
    this.#chains = { in: inward.chain, out: outward.chain };
    this.#gates = { in: inward.gate, out: outward.gate };
    this.#delays = { in: inward.delay, out: outward.delay };
    this.#listen(client, "in");
  }

  get isJoined(): boolean {
    return this.#upstream !== null;
  }

  /** Bytes that wait behind held gates. */
  get keptBytes(): number {
    return this.#gates.in.keptBytes + this.#gates.out.keptBytes;
  }

  /** Connects the two halves; `upstream` may still be connecting. */
  join(upstream: Socket): void {
    this.#upstream = upstream;
    this.#upstreamOutlet.socket = upstream;
    this.#socketsOpen += 1;
    this.#listen(upstream, "out");
    for (const way of oneWays) if (!this.#held.has(way)) this.#gates[way].release();
  }

  hold(direction: Direction): void {
    for (const way of oneWays.filter((each) => covers(direction, each))) {
      this.#held.add(way);
      this.#gates[way].hold();
    }
  }

  release(direction: Direction): void {
    for (const way of oneWays.filter((each) => covers(direction, each))) {
      this.#held.delete(way);
      if (this.isJoined) this.#gates[way].release();
    }
  }

  /** Everything of that way comes so many milliseconds late. What is held comes at once when it is released. */
  delay(way: OneWay, ms: number): void {
    this.#delays[way].set(ms);
  }

  /** Breaks both halves at once. */
  cut(): void {
    resetSocket(this.#client);
    if (this.#upstream !== null) resetSocket(this.#upstream);
  }

  /** Breaks with the upstream; the client still gets what was written to it, and then a goodbye. */
  dismiss(): void {
    if (this.#upstream !== null) resetSocket(this.#upstream);
    this.#client.destroySoon();
  }

  #listen(socket: Socket, way: OneWay): void {
    const { head } = this.#chains[way];
    const { tail } = this.#chains[way === "in" ? "out" : "in"];
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      if (!head.write(chunk)) socket.pause();
    });
    socket.on("drain", () => {
      tail.ready();
    });
    socket.on("end", () => {
      if (this.isJoined) head.end();
      else this.cut();
    });
    socket.on("error", () => {
      if (this.isJoined) head.reset();
    });
    socket.on("close", () => {
      this.#socketsOpen -= 1;
      if (this.#socketsOpen > 0) return;
      for (const each of oneWays) this.#delays[each].forget();
      this.#end();
    });
    socket.resume();
  }
}

/** A socket that may come later. Bytes for one that is gone are dropped: a dead peer reads nothing. */
class SocketOutlet implements Outlet {
  socket: Socket | null;

  constructor(socket: Socket | null = null) {
    this.socket = socket;
  }

  write(chunk: Buffer): boolean {
    if (this.socket === null || this.socket.destroyed || this.socket.writableEnded) return true;
    return this.socket.write(chunk);
  }

  end(): void {
    this.socket?.end();
  }

  reset(): void {
    if (this.socket !== null) resetSocket(this.socket);
  }
}

function inletOf(socket: () => Socket | null): Inlet {
  return {
    ready: () => {
      socket()?.resume();
    },
  };
}

function gated(
  transforms: readonly MakeTransform[],
  ends: { readonly source: Inlet; readonly sink: Outlet },
): { readonly chain: Chain; readonly gate: Gate; readonly delay: Delay } {
  const [delays, gates]: [Delay[], Gate[]] = [[], []];
  const late: MakeTransform = (neighbours) => madeInto(delays, new Delay(neighbours));
  const held: MakeTransform = (neighbours) => madeInto(gates, new Gate(neighbours));
  // The gate comes after the delay: what is held passes no more, though it was on its way already.
  const whole = chain([late, held, ...transforms], ends);
  const [delay, gate] = [delays[0], gates[0]];
  invariant(delay !== undefined && gate !== undefined, "a chain makes each of its transforms");
  return { delay, gate, chain: whole };
}

function madeInto<Made>(list: Made[], made: Made): Made {
  list.push(made);
  return made;
}
