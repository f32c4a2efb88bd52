import { connect, createServer, type Server, type Socket } from "node:net";
import type { RegionId } from "../../core/failover/member.ts";
import { unreachable } from "../../core/problem/problem.ts";
import { type Milliseconds, milliseconds } from "../../core/units/units.ts";
import { commitGuard } from "./commit-guard.ts";
import { type MakeTransform, tap } from "./flow.ts";
import { Link } from "./link.ts";
import { resetSocket } from "./reset-socket.ts";
import { type Endpoint, listen, type Opened, stopListening } from "./listening.ts";
import { encryptionRefused, fatalError, type Opening, readOpening, terminate } from "./postgres-wire.ts";
import type { Exchange, Traffic } from "./traffic.ts";

export interface SqlDoorBounds {
  /** From the connection to the end of its start-up packet. */
  readonly openingMsMax: Milliseconds;
  /** From the start-up packet to the region's first answer, failover included. */
  readonly parkedMsMax: Milliseconds;
  readonly parkedMax: number;
  /** Between two attempts at a region that refuses. */
  readonly retryMs: Milliseconds;
  readonly sessionsMax: number;
}

export const defaultSqlBounds: SqlDoorBounds = {
  openingMsMax: milliseconds(10_000),
  parkedMsMax: milliseconds(30_000),
  parkedMax: 1_000,
  retryMs: milliseconds(50),
  sessionsMax: 5_000,
};

/** The region that SQL goes to now, with what is counted of it. */
export interface SqlTarget {
  readonly region: RegionId;
  readonly address: Endpoint;
  readonly traffic: Traffic;
}

export interface SqlCounts {
  readonly sessions: number;
  /** Connections that wait for a region. */
  readonly parked: number;
  /** Sessions ended since the start because a commit's synchronous wait was cancelled. */
  readonly unconfirmedCommits: number;
}

export interface SqlDoor {
  readonly address: Endpoint;
  readonly counts: SqlCounts;
  /** Cuts every session to another region than `region`, and tries parked connections there. `null` parks everybody. */
  follow(region: RegionId | null): void;
  close(): Promise<void>;
}

/**
 * What a client was told: that a statement is done, or is not; that a commit was not confirmed; nothing, for its session `broke` while
 * an answer was due; or that no region would have it.
 */
export const sqlOutcomes = ["completed", "error", "unconfirmed", "broken", "turned-away"] as const;
export type SqlOutcome = (typeof sqlOutcomes)[number];

export interface SqlDoorSettings {
  readonly listen: Endpoint;
  /** Where SQL goes now; asked at every attempt, so that an address may change. `null`: nowhere. */
  readonly target: () => SqlTarget | null;
  readonly bounds: SqlDoorBounds;
  readonly onOutcome: (outcome: SqlOutcome) => void;
}

/** Opens the port that PostgreSQL clients connect to. */
export async function openSqlDoor(settings: SqlDoorSettings): Promise<Opened<SqlDoor>> {
  const hall: Hall = { ...settings, clients: new Set(), sessions: new Set(), unconfirmedCommits: 0 };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    hall.clients.add(client);
    client.on("close", () => hall.clients.delete(client));
    client.on("error", () => undefined); // a close always follows
    void receive(client, hall);
  });
  server.maxConnections = settings.bounds.sessionsMax;
  const opened = await listen(server, settings.listen, "SQL clients");
  return opened.kind === "refused" ? opened : { kind: "open", value: doorOf(server, hall, opened.value) };
}

interface Hall extends SqlDoorSettings {
  readonly clients: Set<Socket>;
  /** Clients that have said what they want. */
  readonly sessions: Set<SqlSession>;
  unconfirmedCommits: number;
}

function doorOf(server: Server, hall: Hall, address: Endpoint): SqlDoor {
  return {
    address,
    get counts() {
      const parked = parkedIn(hall);
      return { sessions: hall.sessions.size - parked, parked, unconfirmedCommits: hall.unconfirmedCommits };
    },
    follow: (region) => {
      for (const session of hall.sessions) session.follow(region);
    },
    close: async () => {
      const stopped = stopListening(server);
      const over = [...hall.sessions].map((session) => session.over);
      for (const session of hall.sessions) session.cut();
      for (const client of hall.clients) resetSocket(client);
      await Promise.all([stopped, ...over]);
    },
  };
}

function parkedIn({ sessions }: Hall): number {
  let parked = 0;
  for (const session of sessions) if (session.isParked) parked += 1;
  return parked;
}

async function receive(client: Socket, hall: Hall): Promise<void> {
  const opening = await openingOf(client, hall.bounds.openingMsMax);
  switch (opening.kind) {
    case "gone":
    case "foreign":
      resetSocket(client);
      return;
    case "cancel":
      passCancel(client, opening.packet, hall);
      return;
    case "session":
      if (parkedIn(hall) >= hall.bounds.parkedMax) {
        hall.onOutcome("turned-away");
        turnAway(client, tooManyParked);
      } else new SqlSession(client, opening.packet, hall);
      return;
    default:
      unreachable(opening);
  }
}

type ClientOpening = Extract<Opening, { kind: "cancel" | "session" | "foreign" }> | { readonly kind: "gone" };

/** Reads until the client has said what it wants; what it said beyond that is left in the socket. */
async function openingOf(client: Socket, msMax: Milliseconds): Promise<ClientOpening> {
  return await new Promise((resolve) => {
    let sent: Buffer = Buffer.alloc(0);
    const settle = (opening: ClientOpening): void => {
      clearTimeout(tooLate);
      client.off("data", read);
      client.off("end", gone);
      client.off("close", gone);
      client.pause();
      if (opening.kind === "session" && opening.rest.length > 0) client.unshift(opening.rest);
      resolve(opening);
    };
    const gone = (): void => {
      settle({ kind: "gone" });
    };
    const read = (chunk: Buffer): void => {
      sent = Buffer.concat([sent, chunk]);
      let opening = readOpening(sent);
      while (opening.kind === "encryption-wanted") {
        client.write(encryptionRefused);
        sent = opening.rest;
        opening = readOpening(sent);
      }
      if (opening.kind !== "incomplete") settle(opening);
    };
    const tooLate = setTimeout(gone, msMax);
    client.on("data", read);
    client.on("end", gone);
    client.on("close", gone);
  });
}

/** A wish to cancel gets no answer; it goes where the sessions are. */
function passCancel(client: Socket, packet: Buffer, { target, bounds }: Hall): void {
  const at = target();
  if (at === null) {
    client.destroy();
    return;
  }
  const upstream = connect({ ...at.address, noDelay: true });
  upstream.setTimeout(bounds.openingMsMax, () => {
    upstream.destroy();
  });
  upstream.on("error", () => undefined);
  upstream.on("close", () => client.destroy());
  client.on("close", () => {
    upstream.destroySoon();
  });
  upstream.end(packet);
  upstream.resume();
  client.resume();
}

const tooManyParked = fatalError({
  sqlState: "53300",
  message: "too many connections wait for a region to serve",
  hint: "Connect again later, with a pause that grows.",
});

const parkedTooLong = fatalError({
  sqlState: "57P03",
  message: "no region has answered in time",
  hint: "A failover may be under way: connect again.",
});

function turnAway(client: Socket, error: Buffer): void {
  client.write(error);
  client.destroySoon();
  client.resume();
}

/** Said by a server that is there and will be back (cannot_connect_now). */
const cannotConnectNow = "\0C57P03\0";

/**
 * One client's session. It is parked until a region answers its start-up packet, and then joined. Until that first answer
 * any region may be tried, again and again: a start-up packet changes nothing.
 */
class SqlSession {
  /** Ends when nothing of the session is left. */
  readonly over: Promise<void>;
  readonly #client: Socket;
  readonly #packet: Buffer;
  readonly #hall: Hall;
  readonly #link: Link;
  readonly #parkedTooLong: NodeJS.Timeout;
  #retry: NodeJS.Timeout | null = null;
  /** The region that the session is joined to, or is being tried for it. */
  #target: SqlTarget | null = null;
  #exchange: Exchange | null = null;
  #attempt: Socket | null = null;
  #isLeaving = false;
  /** Whether the client has sent something since the region last did. */
  #isAnswerDue = false;

  constructor(client: Socket, packet: Buffer, hall: Hall) {
    this.#client = client;
    this.#packet = packet;
    this.#hall = hall;
    this.#link = new Link({ client, transforms: this.#transforms() });
    this.over = this.#link.over.then(() => {
      clearTimeout(this.#parkedTooLong);
      this.#abandon();
      hall.sessions.delete(this);
      if (this.#link.isJoined && this.#isAnswerDue && !this.#isLeaving) hall.onOutcome("broken");
    });
    this.#parkedTooLong = setTimeout(() => {
      hall.onOutcome("turned-away");
      turnAway(client, parkedTooLong);
    }, hall.bounds.parkedMsMax);
    hall.sessions.add(this);
    this.#try();
  }

  get isParked(): boolean {
    return !this.#link.isJoined;
  }

  follow(region: RegionId | null): void {
    if (this.#target?.region === region) return;
    if (this.#link.isJoined) {
      this.#link.cut();
      return;
    }
    this.#abandon();
    this.#try();
  }

  cut(): void {
    this.#link.cut();
  }

  #try(): void {
    this.#target = this.#hall.target();
    if (this.#target === null || this.#client.destroyed) return;
    const { address, traffic } = this.#target;
    const exchange = traffic.open();
    const attempt = connect({ ...address, allowHalfOpen: true, noDelay: true });
    this.#exchange = exchange;
    this.#attempt = attempt;
    exchange.sent();
    attempt.write(this.#packet);
    attempt.once("data", (first: Buffer) => {
      forget(attempt);
      attempt.pause();
      attempt.unshift(first);
      // That it will be back is no answer to a client: one that says so for ever serves nobody, and may be taken for lost.
      if (first.includes(cannotConnectNow, 0, "latin1")) {
        this.#tryLater();
        return;
      }
      exchange.received();
      this.#join(attempt);
    });
    attempt.once("end", () => attempt.destroy());
    attempt.once("error", () => undefined); // a close always follows
    attempt.once("close", () => {
      traffic.refused();
      this.#tryLater();
    });
  }

  #tryLater(): void {
    this.#abandon();
    this.#retry = setTimeout(() => {
      this.#abandon();
      this.#try();
    }, this.#hall.bounds.retryMs);
  }

  /** Lets go of the attempt, if one is under way. */
  #abandon(): void {
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#retry = null;
    this.#exchange?.close();
    this.#exchange = null;
    if (this.#attempt === null) return;
    forget(this.#attempt);
    this.#attempt.on("error", () => undefined);
    resetSocket(this.#attempt);
    this.#attempt = null;
  }

  #join(upstream: Socket): void {
    clearTimeout(this.#parkedTooLong);
    this.#attempt = null;
    this.#link.join(upstream);
  }

  #transforms(): { readonly in: readonly MakeTransform[]; readonly out: readonly MakeTransform[] } {
    const towards = tap({
      bytes: (chunk) => {
        this.#exchange?.sent();
        this.#isAnswerDue = true;
        this.#isLeaving = chunk.subarray(-terminate.length).equals(terminate);
      },
      over: () => {
        this.#isLeaving = true;
      },
    });
    const back = tap({
      bytes: () => {
        this.#exchange?.received();
        this.#isAnswerDue = false;
      },
      over: (how) => {
        // A server that ends politely may have refused a password; one that breaks off has not meant to.
        if (how === "reset" && !this.#isLeaving) this.#target?.traffic.refused();
      },
    });
    const guard = commitGuard({
      unconfirmed: () => {
        this.#hall.unconfirmedCommits += 1;
        this.#hall.onOutcome("unconfirmed");
        this.#link.dismiss();
      },
      ended: this.#hall.onOutcome,
    });
    return { in: [towards], out: [back, guard] };
  }
}

function forget(attempt: Socket): void {
  for (const event of ["data", "end", "error", "close"]) attempt.removeAllListeners(event);
}
