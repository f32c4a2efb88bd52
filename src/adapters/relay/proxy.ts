import { connect, createServer, type Server, type Socket } from "node:net";
import { covers, type Direction, Link, type OneWay, oneWays } from "./link.ts";
import { type Endpoint, listen, type Opened, stopListening } from "./listening.ts";

/** More connections at once than this are turned away: a bound on memory, far above what a lab opens. */
const connectionsMax = 4_096;

export interface ProxySettings {
  readonly name: string;
  /** Port 0 lets the system choose. */
  readonly listen: Endpoint;
  /** `null` while nothing stands there yet: connections are reset. */
  readonly upstream: Endpoint | null;
}

/** A TCP relay with controls. */
export interface Proxy {
  readonly name: string;
  /** With the real port. */
  readonly listen: Endpoint;
  readonly upstream: Endpoint | null;
  readonly isEnabled: boolean;
  readonly held: readonly OneWay[];
  readonly connections: number;
  /** Bytes that wait behind held gates. */
  readonly keptBytes: number;
  /** For connections to come; those that are open stay where they are. */
  setUpstream(upstream: Endpoint | null): void;
  /** Resets every connection; new ones are welcome. */
  cut(): void;
  /**
   * A silent partition. Connections stay open and nothing passes that way; a new one is accepted and goes nowhere until
   * both ways are open, for a handshake needs both. What was sent is kept, within a bound, and delivered on release.
   */
  hold(direction: Direction): void;
  release(direction: Direction): void;
  /** Everything of that way comes so many milliseconds late, from 0 on, on connections that are open and on those to come. */
  delay(way: OneWay, ms: number): void;
  /** Listens again on the same port. */
  enable(): Promise<Opened<Endpoint>>;
  /** Stops listening and resets every connection: nothing is there. */
  disable(): Promise<void>;
  /** Ends when no connection and no listener is left. */
  close(): Promise<void>;
}

export async function openProxy(settings: ProxySettings): Promise<Opened<Proxy>> {
  const proxy = new TcpProxy(settings);
  const opened = await proxy.enable();
  return opened.kind === "open" ? { kind: "open", value: proxy } : opened;
}

class TcpProxy implements Proxy {
  readonly name: string;
  readonly #links = new Set<Link>();
  readonly #held = new Set<OneWay>();
  readonly #delaysMs: Record<OneWay, number> = { in: 0, out: 0 };
  readonly #server: Server;
  #listen: Endpoint;
  #upstream: Endpoint | null;

  constructor({ name, listen: at, upstream }: ProxySettings) {
    this.name = name;
    this.#listen = at;
    this.#upstream = upstream;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      this.#accept(client);
    });
    this.#server.maxConnections = connectionsMax;
  }

  get listen(): Endpoint {
    return this.#listen;
  }

  get upstream(): Endpoint | null {
    return this.#upstream;
  }

  get isEnabled(): boolean {
    return this.#server.listening;
  }

  get held(): readonly OneWay[] {
    return [...this.#held];
  }

  get connections(): number {
    return this.#links.size;
  }

  get keptBytes(): number {
    let kept = 0;
    for (const link of this.#links) kept += link.keptBytes;
    return kept;
  }

  setUpstream(upstream: Endpoint | null): void {
    this.#upstream = upstream;
  }

  cut(): void {
    for (const link of this.#links) link.cut();
  }

  hold(direction: Direction): void {
    for (const way of oneWays) if (covers(direction, way)) this.#held.add(way);
    for (const link of this.#links) link.hold(direction);
  }

  release(direction: Direction): void {
    for (const way of oneWays) if (covers(direction, way)) this.#held.delete(way);
    for (const link of this.#links) {
      link.release(direction);
      if (this.#held.size === 0 && !link.isJoined) this.#join(link);
    }
  }

  delay(way: OneWay, ms: number): void {
    if (this.#delaysMs[way] === ms) return;
    this.#delaysMs[way] = ms;
    for (const link of this.#links) link.delay(way, ms);
  }

  async enable(): Promise<Opened<Endpoint>> {
    if (this.isEnabled) return { kind: "open", value: this.#listen };
    const opened = await listen(this.#server, this.#listen, `the proxy ${this.name}`);
    if (opened.kind === "open") this.#listen = opened.value;
    return opened;
  }

  async disable(): Promise<void> {
    const stopped = stopListening(this.#server);
    this.cut();
    await Promise.all([stopped, ...[...this.#links].map((link) => link.over)]);
  }

  async close(): Promise<void> {
    await this.disable();
  }

  #accept(client: Socket): void {
    const link = new Link({ client, transforms: { in: [], out: [] } });
    this.#links.add(link);
    void link.over.then(() => this.#links.delete(link));
    for (const way of this.#held) link.hold(way);
    for (const way of oneWays) link.delay(way, this.#delaysMs[way]);
    if (this.#held.size === 0) this.#join(link);
  }

  #join(link: Link): void {
    if (this.#upstream === null) link.cut();
    else link.join(connect({ ...this.#upstream, allowHalfOpen: true, noDelay: true }));
  }
}
