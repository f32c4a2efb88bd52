import { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { WriteAttempt } from "../src/core/drill/writes.ts";
import type { MonotonicMs } from "../src/core/units/units.ts";
import { readSystemClock } from "../src/runtime/clocks.ts";

/** The same as in every measurement that these figures are compared with. */
const betweenWritesMs = 8;
const reconnectMs = 30;
const clientTimeoutMs = 1_000;
const auditTimeoutMs = 30_000;

/** A client that writes one row after another, each attempt with an id of its own, until it is stopped. */
export interface SequentialWriter {
  /** Grows while it runs, in order of time. */
  readonly attempts: readonly WriteAttempt[];
  stop(): Promise<void>;
}

/**
 * A plain client: whatever the server reports as success is an acknowledgement, and warnings are not read.
 *
 * @param prefix begins the id of every attempt; two writers never share one
 */
export function startWriter(url: string, prefix: string): SequentialWriter {
  const attempts: WriteAttempt[] = [];
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const connection = await connected(url, clientTimeoutMs);
      if (connection !== null) await writeUntilBroken(connection, { attempts, prefix, stopping });
      await pause(reconnectMs);
    }
  })();
  return {
    attempts,
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

/** The first write that was sent after `instant` and acknowledged; `null` when there is none yet. */
export function firstAcknowledged(
  attempts: readonly WriteAttempt[],
  instant: MonotonicMs,
): MonotonicMs | null {
  const found = attempts.find(({ sentAt, outcome }) => sentAt > instant && outcome.kind === "acknowledged");
  return found?.outcome.at ?? null;
}

export async function makeTable(url: string): Promise<void> {
  await askOnce(url, "create table if not exists bench_writes (id text primary key)", []);
}

/** Every id in a store whose attempt began with `prefix`. @throws when the store cannot be read */
export async function idsIn(url: string, prefix: string): Promise<ReadonlySet<string>> {
  const rows = await askOnce(url, "select id from bench_writes where starts_with(id, $1)", [prefix]);
  return new Set(rows.map((row) => String(row["id"])));
}

/** Whether somebody answers there who is no standby. */
export async function takesWrites(url: string): Promise<boolean> {
  const connection = await connected(url, clientTimeoutMs);
  if (connection === null) return false;
  const { client, socket } = connection;
  const told = await client
    .query<{ standby: boolean }>("select pg_is_in_recovery() as standby")
    .catch(() => null);
  socket.destroy();
  return told?.rows[0]?.standby === false;
}

export async function serverVersion(url: string): Promise<string> {
  const [row] = await askOnce(url, "show server_version", []);
  return String(row?.["server_version"]);
}

interface Connection {
  readonly client: pg.Client;
  readonly socket: Socket;
}

interface Writing {
  readonly attempts: WriteAttempt[];
  readonly prefix: string;
  readonly stopping: AbortController;
}

async function writeUntilBroken(
  { client, socket }: Connection,
  { attempts, prefix, stopping }: Writing,
): Promise<void> {
  let isWhole = true;
  while (isWhole && !stopping.signal.aborted) {
    const id = `${prefix}${attempts.length + 1}`;
    const sentAt = readSystemClock().now;
    const kind = await client
      .query("insert into bench_writes (id) values ($1)", [id])
      .then(() => "acknowledged" as const, outcomeOf);
    attempts.push({ id, sentAt, outcome: { kind, at: readSystemClock().now } });
    isWhole = kind === "acknowledged";
    if (isWhole) await pause(betweenWritesMs);
  }
  socket.destroy();
}

/** A server that says an ordinary no has not written; one that says goodbye, or nothing, may have. */
function outcomeOf(cause: unknown): "failed" | "unknown" {
  const code = cause instanceof pg.DatabaseError ? cause.code : undefined;
  return code === undefined || code.startsWith("57") || code.startsWith("40") ? "unknown" : "failed";
}

async function connected(url: string, timeoutMs: number): Promise<Connection | null> {
  // The socket is ours: a frozen server leaves no other way to end the connection.
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    stream: () => socket,
  });
  client.on("error", () => socket.destroy());
  try {
    await client.connect();
    return { client, socket };
  } catch {
    socket.destroy();
    return null;
  }
}

async function askOnce(
  url: string,
  text: string,
  values: readonly string[],
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: auditTimeoutMs });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(text, [...values]);
    return rows;
  } finally {
    await client.end();
  }
}
