import { chmod, mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { createCluster, type MemberParts } from "../../src/adapters/postgres/cluster.ts";
import {
  type Credentials,
  databases,
  newCredentials,
  roles,
} from "../../src/adapters/postgres/credentials.ts";
import { findInstallation, type Installation } from "../../src/adapters/postgres/installation.ts";
import { type PostgresMember, postgresMember } from "../../src/adapters/postgres/member.ts";
import { reachableFolder } from "../../src/adapters/postgres/owned-folder.ts";
import { processesOf } from "../../src/adapters/postgres/processes.ts";
import type {
  Deed,
  MemberAddress,
  MemberStatus,
  Position,
  RegionId,
} from "../../src/core/failover/member.ts";
import { comparePositions } from "../../src/core/failover/reign.ts";
import type { Parsed } from "../../src/core/problem/problem.ts";
import { freePort } from "../free-port.ts";

export const never = new AbortController().signal;

export interface TriedMember {
  readonly region: RegionId;
  readonly address: MemberAddress;
  readonly parts: MemberParts;
  readonly member: PostgresMember;
}

/** Members without data on free ports, in one folder that vanishes with them. */
export class Members {
  readonly credentials: Credentials = newCredentials();
  readonly #root: string;
  readonly #installation: Installation;
  readonly #made: TriedMember[] = [];

  private constructor(root: string, installation: Installation) {
    this.#root = root;
    this.#installation = installation;
  }

  static async make(): Promise<Members> {
    const installation = valueOf(await findInstallation());
    const temporary = await mkdtemp(join(tmpdir(), "holdfast-postgres-"));
    await chmod(temporary, 0o711);
    return new Members(temporary, installation);
  }

  async member(region: RegionId): Promise<TriedMember> {
    const folder = valueOf(await reachableFolder(join(this.#root, region), this.#installation.runAs));
    const address = { region, host: "127.0.0.1", port: await freePort() };
    const parts = { installation: this.#installation, folder, address, credentials: this.credentials };
    const made = { region, address, parts, member: postgresMember(parts) };
    this.#made.push(made);
    return made;
  }

  /** A primary in `east`, followed by `west` and `central`; any one of the two confirms its commits. */
  async three(): Promise<readonly [TriedMember, TriedMember, TriedMember]> {
    const [east, west, central] = [
      await this.member("east"),
      await this.member("west"),
      await this.member("central"),
    ];
    valueOf(await createCluster(east.parts, never));
    result(await east.member.start({ kind: "primary", syncSet: null }, never));
    const seeded = await Promise.all([west, central].map(({ member }) => member.reseed(east.address, never)));
    seeded.map(result);
    result(await east.member.applySyncSet({ members: ["west", "central"], confirmations: 1 }, never));
    return [east, west, central];
  }

  /** A connection of the application; broken ones are no error of the test. */
  async client({ address }: TriedMember): Promise<pg.Client> {
    const client = new pg.Client({
      host: address.host,
      port: address.port,
      user: roles.application,
      password: this.credentials.application,
      database: databases.application,
      connectionTimeoutMillis: 2_000,
    });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }

  superuser({ address }: TriedMember): pg.Client {
    const client = new pg.Client({
      host: address.host,
      port: address.port,
      user: roles.superuser,
      password: this.credentials.superuser,
      database: databases.application,
    });
    client.on("error", () => undefined);
    return client;
  }

  /** Ends everything; answers with the processes that are left, of which there must be none. */
  async end(): Promise<readonly number[]> {
    const left = await Promise.all(
      this.#made.map(async ({ member }) => {
        await member.stopNow(never);
        return processesOf(member.dataDirectory);
      }),
    );
    await rm(this.#root, { recursive: true, force: true });
    return left.flat();
  }
}

/** Writes numbered rows one after another, and knows which were acknowledged, and when last. */
export class Writer {
  readonly acknowledged: number[] = [];
  readonly #client: pg.Client;
  readonly #running: Promise<void>;
  #isEnded = false;
  #next: number;

  constructor(client: pg.Client, first = 1) {
    this.#client = client;
    this.#next = first;
    this.#running = this.#run();
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    // A statement that waits for standbys never ends by itself; its connection does.
    void this.#client.end();
    await this.#running;
  }

  async untilAcknowledged(count: number): Promise<void> {
    while (this.acknowledged.length < count) await nextTurn();
  }

  async #run(): Promise<void> {
    while (!this.#isEnded) {
      const id = this.#next++;
      try {
        await this.#client.query("insert into written values ($1)", [id]);
      } catch {
        return;
      }
      this.acknowledged.push(id);
    }
  }
}

/** The acknowledged rows that a member does not hold. */
export async function missingFrom(
  client: pg.Client,
  acknowledged: readonly number[],
): Promise<readonly number[]> {
  const { rows } = await client.query<{ readonly id: number }>("select id from written");
  const held = new Set(rows.map(({ id }) => id));
  return acknowledged.filter((id) => !held.has(id));
}

/** Fences both, promotes the one that holds more and points the other at it. */
export async function failOver(
  survivors: readonly [TriedMember, TriedMember],
  lost: TriedMember,
): Promise<{ readonly next: TriedMember; readonly other: TriedMember; readonly branch: Position }> {
  const [first, second] = survivors;
  const [firstEnd, secondEnd] = await Promise.all([
    first.member.stopReceiving(never).then(result),
    second.member.stopReceiving(never).then(result),
  ]);
  const [next, other] =
    comparePositions(firstEnd, secondEnd) >= 0 ? ([first, second] as const) : ([second, first] as const);
  result(await next.member.promote({ members: [other.region, lost.region], confirmations: 1 }, never));
  result(await other.member.follow(next.address, never));
  return { next, other, branch: next === first ? firstEnd : secondEnd };
}

/** Looks until the member shows what is waited for; a test's own time limit ends it otherwise. */
export async function untilStatus(
  { member }: TriedMember,
  isAwaited: (status: MemberStatus) => boolean,
): Promise<MemberStatus> {
  for (;;) {
    const status = await member.status(never);
    if (isAwaited(status)) return status;
    await nextTurn();
  }
}

export function isStreaming(status: MemberStatus): boolean {
  return status.kind === "standby" && status.receiver.kind === "streaming";
}

export async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
}

export function result<Value>(deed: Deed<Value>): Value {
  if (deed.kind === "failed") throw new Error(deed.cause);
  return deed.value;
}

export function valueOf<Value>(parsed: Parsed<Value>): Value {
  if (!parsed.ok) throw new Error(parsed.problems.map(({ what }) => what).join("; "));
  return parsed.value;
}

/** A way to a member that passes some connections on and says nothing on others; they are numbered from 1. */
export interface Door {
  readonly port: number;
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

export async function doorTo(
  { host, port }: MemberAddress,
  passes: (connection: number) => boolean,
): Promise<Door> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on("error", () => undefined);
  };
  const server = createServer((client) => {
    connections += 1;
    keep(client);
    if (passes(connections)) client.pipe(keep(connect(port, host))).pipe(client);
  });
  const own = await freePort();
  await new Promise<void>((resolve) => server.listen(own, host, resolve));
  return {
    port: own,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
