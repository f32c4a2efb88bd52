import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import {
  createServer as createHttpServer,
  type IncomingMessage,
  request,
  type Server as HttpServer,
} from "node:http";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Epoch } from "../../core/failover/reign.ts";
import { edgeMetrics } from "../../core/metrics/exported.ts";
import { metricsText } from "../../core/metrics/exposition.ts";
import { milliseconds, monotonicMs } from "../../core/units/units.ts";
import { type Edge, type EdgeSettings, openEdge } from "./edge.ts";
import type { Endpoint } from "./listening.ts";

const epoch = (value: number): Epoch => value as Epoch;
const loopback = { host: "127.0.0.1", port: 0 };
const undo: (() => Promise<unknown> | undefined)[] = [];
let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "edge-"));
  undo.push(() => rm(folder, { recursive: true }));
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const until = async (what: () => unknown): Promise<void> => {
  await expect.poll(what, { timeout: 4_000, interval: 2 }).toBe(true);
};

// --- parts that really listen ---

const authenticated = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);

function startUp(user: string): Buffer {
  const body = Buffer.from(`user\0${user}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length, 0);
  head.writeInt32BE(196_608, 4);
  return Buffer.concat([head, body]);
}

function message(type: string, body: string): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, Buffer.from(body, "latin1")]);
}

interface Database {
  readonly at: Endpoint;
  readonly sessions: { socket: Socket; text: string; ended: boolean }[];
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Speaks as much of PostgreSQL as a front door sees: takes a start-up packet, and says that it authenticated. */
async function database(welcome: Buffer | null = authenticated): Promise<Database> {
  const sessions: Database["sessions"] = [];
  const server: Server = createServer((socket) => {
    const session = { socket, text: "", ended: false };
    sessions.push(session);
    socket.on("error", () => undefined);
    socket.on("close", () => (session.ended = true));
    socket.on("data", (chunk: Buffer) => {
      if (session.text === "" && welcome !== null) socket.write(welcome);
      session.text += chunk.toString("latin1");
    });
  });
  let port = 0;
  const start = async (): Promise<void> => {
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    ({ port } = server.address() as { port: number });
  };
  const stop = async (): Promise<void> => {
    for (const { socket } of sessions) socket.resetAndDestroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  await start();
  undo.push(stop);
  return { at: { host: "127.0.0.1", port }, sessions, stop, start };
}

type Handle = Parameters<typeof createHttpServer>[1];

async function model(handle: NonNullable<Handle>): Promise<{ at: Endpoint; server: HttpServer }> {
  const server = createHttpServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  undo.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { at: { host: "127.0.0.1", port: (server.address() as { port: number }).port }, server };
}

/** An address at which nothing listens. */
async function nobody(): Promise<Endpoint> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return { host: "127.0.0.1", port };
}

interface Told {
  readonly east?: Partial<{ postgres: Endpoint; inference: Endpoint }>;
  readonly west?: Partial<{ postgres: Endpoint; inference: Endpoint }>;
  readonly bounds?: EdgeSettings["bounds"];
}

async function settingsFor({ east, west, bounds }: Told): Promise<EdgeSettings> {
  const none = { postgres: await nobody(), inference: await nobody() };
  return {
    sql: loopback,
    http: loopback,
    admin: loopback,
    regions: [
      { name: "east", ...none, ...east },
      { name: "west", ...none, ...west },
    ],
    stateFile: join(folder, "routing.json"),
    clock: { now: () => monotonicMs(performance.now()) },
    ...(bounds === undefined ? {} : { bounds }),
  };
}

async function edgeWith(settings: EdgeSettings): Promise<Edge> {
  const opened = await openEdge(settings);
  if (opened.kind === "refused") throw new Error(opened.problem.what);
  undo.push(() => opened.value.close());
  return opened.value;
}

async function edge(told: Told): Promise<Edge> {
  return edgeWith(await settingsFor(told));
}

interface SqlClient {
  readonly socket: Socket;
  bytes: Buffer;
  error: string | null;
  closed: boolean;
}

function dial(at: Endpoint, ...sent: Buffer[]): SqlClient {
  const client: SqlClient = { socket: connect(at), bytes: Buffer.alloc(0), error: null, closed: false };
  client.socket.on("data", (chunk: Buffer) => (client.bytes = Buffer.concat([client.bytes, chunk])));
  client.socket.on("error", (error: NodeJS.ErrnoException) => (client.error = error.code ?? ""));
  client.socket.on("close", () => (client.closed = true));
  for (const each of sent) client.socket.write(each);
  undo.push(() => void client.socket.destroy());
  return client;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  text: string;
  ended: boolean;
  broken: boolean;
}

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** Resolves with the head of the answer; its text grows as it comes. */
async function ask(at: Endpoint, asked: Asked): Promise<Answer> {
  const { path = "/v1/chat/completions", method = "POST", headers = {}, body = "", signal } = asked;
  return await new Promise((resolve, reject) => {
    const sent = request(
      { ...at, path, method, headers, agent: false, ...(signal ? { signal } : {}) },
      (response) => {
        const answer: Answer = {
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: "",
          ended: false,
          broken: false,
        };
        response.setEncoding("utf8");
        response.on("data", (text: string) => (answer.text += text));
        response.on("end", () => (answer.ended = true));
        response.on("error", () => (answer.broken = true));
        resolve(answer);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

async function whole(at: Endpoint, asked: Asked): Promise<Answer> {
  const answer = await ask(at, asked);
  await until(() => answer.ended);
  return answer;
}

async function post(
  admin: Endpoint,
  path: string,
  order: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const headers = { "content-type": "application/json" };
  const answer = await whole(admin, { path, headers, body: JSON.stringify(order) });
  return { status: answer.status, body: JSON.parse(answer.text) as Record<string, unknown> };
}

/** What clients of one protocol were told, but for what none was. */
function toldBy(door: Edge, protocol: "sql" | "http"): Readonly<Record<string, number>> {
  const { name } = edgeMetrics.requests;
  return Object.fromEntries(
    door.samples().flatMap(({ metric, labels, value }) => {
      const { outcome } = labels;
      const isAsked = metric.name === name && labels["protocol"] === protocol && outcome !== undefined;
      return isAsked && typeof value === "number" && value > 0 ? [[outcome, value]] : [];
    }),
  );
}

// --- SQL ---

describe("the edge, for SQL", () => {
  it("joins a client to the active region and passes everything on", async () => {
    const east = await database();
    const door = await edge({ east: { postgres: east.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const client = dial(door.addresses.sql, startUp("ada"));
    await until(() => client.bytes.equals(authenticated));
    client.socket.write(message("Q", "select 1\0"));
    await until(() => east.sessions[0]?.text.endsWith("select 1\0"));
    expect(east.sessions[0]?.text.startsWith(startUp("ada").toString("latin1"))).toBe(true);
    expect(door.status().sql).toMatchObject({ sessions: 1, parked: 0 });
  });

  it("refuses encryption with one byte and goes on in clear text, however the client's bytes are cut", async () => {
    const east = await database();
    const door = await edge({ east: { postgres: east.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const wish = (code: number): Buffer => {
      const bytes = Buffer.alloc(8);
      bytes.writeInt32BE(8, 0);
      bytes.writeInt32BE(code, 4);
      return bytes;
    };
    const client = dial(door.addresses.sql, wish(80_877_104), wish(80_877_103));
    await until(() => client.bytes.toString() === "NN");
    for (const byte of startUp("bob")) {
      client.socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => client.bytes.subarray(2).equals(authenticated));
    expect(east.sessions[0]?.text).toBe(startUp("bob").toString("latin1"));
  });

  it("parks clients while SQL is held and cuts those of the old region", async () => {
    const [east, west] = [await database(), await database()];
    const door = await edge({ east: { postgres: east.at }, west: { postgres: west.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const old = dial(door.addresses.sql, startUp("old"));
    await until(() => old.bytes.length > 0);
    await door.hold({ epoch: epoch(2) });
    await until(() => old.error === "ECONNRESET" && east.sessions[0]?.ended);
    const fresh = dial(door.addresses.sql, startUp("fresh"));
    await until(() => door.status().sql.parked === 1);
    expect([fresh.bytes.length, east.sessions.length, west.sessions.length]).toEqual([0, 1, 0]);
    await door.route({ epoch: epoch(2), active: "west" });
    await until(() => fresh.bytes.equals(authenticated));
    expect(west.sessions[0]?.text).toBe(startUp("fresh").toString("latin1"));
    expect(east.sessions).toHaveLength(1);
  });

  it("cuts sessions to any other region on a route without a hold", async () => {
    const [east, west] = [await database(), await database()];
    const door = await edge({ east: { postgres: east.at }, west: { postgres: west.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const old = dial(door.addresses.sql, startUp("old"));
    await until(() => old.bytes.length > 0);
    await door.route({ epoch: epoch(2), active: "west" });
    await until(() => old.error === "ECONNRESET" && east.sessions[0]?.ended);
  });

  it("keeps trying a region that refuses until it is back", async () => {
    const east = await database();
    await east.stop();
    const door = await edge({ east: { postgres: east.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const client = dial(door.addresses.sql, startUp("ada"));
    await until(() => (door.view().regions[0]?.sql.refusals ?? 0) >= 2);
    expect(door.view().regions[0]?.sql.kind).toBe("refusing");
    await east.start();
    await until(() => client.bytes.equals(authenticated));
    expect(door.view().regions[0]?.sql.kind).toBe("answering");
  });

  it("waits for a server that says that it is starting, and does not take that for an answer", async () => {
    const starting = await database(
      message("E", "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"),
    );
    const door = await edge({ east: { postgres: starting.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const client = dial(door.addresses.sql, startUp("ada"));
    await until(() => starting.sessions.length >= 2);
    expect(door.view().regions[0]?.sql).toMatchObject({ kind: "idle", lastByteAgeMs: null });
    const ready = await database();
    door.setRegionAddress({ name: "east", postgres: ready.at, inference: ready.at });
    await until(() => client.bytes.equals(authenticated));
  });

  it("moves a client that waits for a silent region to the next one", async () => {
    const [silent, west] = [await database(null), await database()];
    const door = await edge({ east: { postgres: silent.at }, west: { postgres: west.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const client = dial(door.addresses.sql, startUp("ada"));
    await until(() => silent.sessions.length === 1);
    await until(
      () =>
        door.view({ answeringWithinMs: milliseconds(0), silentAfterMs: milliseconds(1) }).regions[0]?.sql
          .kind === "silent",
    );
    await door.hold({ epoch: epoch(2) });
    await door.route({ epoch: epoch(2), active: "west" });
    await until(() => client.bytes.equals(authenticated));
  });

  it("tells a client that waited too long, and one too many", async () => {
    const door = await edge({ bounds: { sql: { parkedMsMax: milliseconds(60), parkedMax: 1 } } });
    const patient = dial(door.addresses.sql, startUp("patient"));
    await until(() => door.status().sql.parked === 1);
    const surplus = dial(door.addresses.sql, startUp("surplus"));
    await until(() => surplus.closed && surplus.bytes.includes("C53300\0"));
    await until(() => patient.closed && patient.bytes.includes("C57P03\0"));
    expect(door.status().sql).toMatchObject({ sessions: 0, parked: 0 });
  });

  it("forgets a parked client that leaves", async () => {
    const door = await edge({});
    const client = dial(door.addresses.sql, startUp("ada"));
    await until(() => door.status().sql.parked === 1);
    client.socket.end();
    await until(() => door.status().sql.parked === 0 && client.closed);
  });

  it("passes a wish to cancel to the active region and closes", async () => {
    const east = await database(null);
    const door = await edge({ east: { postgres: east.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const cancel = Buffer.alloc(16);
    cancel.writeInt32BE(16, 0);
    cancel.writeInt32BE(80_877_102, 4);
    cancel.writeInt32BE(4_711, 8);
    const client = dial(door.addresses.sql, cancel);
    await until(() => east.sessions[0]?.text === cancel.toString("latin1"));
    await until(() => client.closed);
  });

  it("closes on a client that does not speak PostgreSQL", async () => {
    const door = await edge({});
    const client = dial(door.addresses.sql, Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n"));
    await until(() => client.closed);
  });

  it("puts an error in the place of a success whose synchronous wait was cancelled", async () => {
    const east = await database();
    const door = await edge({ east: { postgres: east.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const client = dial(door.addresses.sql, startUp("ada"));
    await until(() => client.bytes.equals(authenticated));
    const warning = message("N", "SWARNING\0C01000\0Mcanceling wait\0RSyncRepWaitForLSN\0\0");
    east.sessions[0]?.socket.write(Buffer.concat([warning, message("C", "COMMIT\0")]));
    await until(() => client.closed && east.sessions[0]?.ended);
    expect(client.bytes.includes("C40003\0")).toBe(true);
    expect(client.bytes.includes("COMMIT\0")).toBe(false);
    expect(door.status().sql.unconfirmedCommits).toBe(1);
  });
});

// --- HTTP ---

describe("the edge, for models", () => {
  it("passes a stream on piece by piece as it comes, and says who served it", async () => {
    let tell: (text: string | null) => void = () => undefined;
    const east = await model((_asked, answer) => {
      answer.writeHead(200, { "content-type": "text/event-stream" });
      answer.flushHeaders();
      tell = (text) => (text === null ? answer.end() : answer.write(text));
    });
    const door = await edge({ east: { inference: east.at } });
    await door.route({ epoch: epoch(7), active: "east" });
    const answer = await ask(door.addresses.http, { body: "{}" });
    expect(answer.headers).toMatchObject({
      "content-type": "text/event-stream",
      "x-holdfast-region": "east",
      "x-holdfast-epoch": "7",
    });
    for (const text of ["data: one\n\n", "data: two\n\n"]) {
      tell(text);
      await until(() => answer.text.endsWith(text));
    }
    expect(answer.ended).toBe(false);
    expect(door.status().http.streams).toBe(1);
    tell(null);
    await until(() => answer.ended && door.status().http.streams === 0);
  });

  it("passes body, method, query and repeated headers unchanged, and its own connection's headers not at all", async () => {
    const east = await model((asked, answer) => {
      let body = "";
      asked.setEncoding("utf8");
      asked.on("data", (text: string) => (body += text));
      asked.on("end", () => {
        answer.writeHead(201, { "x-many": ["a", "b"], "keep-alive": "timeout=77" });
        answer.end(JSON.stringify({ method: asked.method, url: asked.url, headers: asked.headers, body }));
      });
    });
    const door = await edge({ east: { inference: east.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const answer = await whole(door.addresses.http, {
      path: "/v1/models?x=%20",
      headers: { authorization: "Bearer t", connection: "x-hop", "x-hop": "1" },
      body: "é".repeat(50_000),
    });
    const seen = JSON.parse(answer.text) as { headers: Record<string, string>; body: string; url: string };
    expect(answer.status).toBe(201);
    expect(answer.headers["x-many"]).toBe("a, b");
    expect(answer.headers["keep-alive"]).not.toBe("timeout=77");
    expect(seen).toMatchObject({ method: "POST", url: "/v1/models?x=%20", body: "é".repeat(50_000) });
    expect(seen.headers).toMatchObject({ authorization: "Bearer t" });
    expect(seen.headers).not.toHaveProperty("x-hop");
  });

  it.each(["before the first byte", "in the middle of a stream"])(
    "tells the model at once when the client leaves %s",
    async (when) => {
      let calls = 0;
      let isGone = false;
      const east = await model((_asked, answer) => {
        calls += 1;
        answer.on("close", () => (isGone = true));
        if (when !== "before the first byte") answer.write("data: one\n\n");
      });
      const door = await edge({ east: { inference: east.at } });
      await door.route({ epoch: epoch(1), active: "east" });
      const leaving = new AbortController();
      const asked = ask(door.addresses.http, { signal: leaving.signal }).catch(() => undefined);
      if (when !== "before the first byte") await asked;
      await until(() => calls === 1);
      leaving.abort();
      await until(() => isGone && door.status().http.streams === 0);
      await asked;
      expect(calls).toBe(1);
    },
  );

  it("retries on another region what carries an idempotency key, body and all", async () => {
    let heard = "";
    const west = await model((asked, answer) => {
      asked.on("data", (chunk: Buffer) => (heard += chunk.toString()));
      asked.on("end", () => answer.end("done"));
    });
    const door = await edge({ west: { inference: west.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const answer = await whole(door.addresses.http, { headers: { "idempotency-key": "k1" }, body: "prompt" });
    expect(answer).toMatchObject({ status: 200, text: "done" });
    expect(answer.headers["x-holdfast-region"]).toBe("west");
    expect(heard).toBe("prompt");
    expect(door.status().http.retried).toBe(1);
  });

  it("retries nothing without a key, and says so", async () => {
    let calls = 0;
    const west = await model((_asked, answer) => {
      calls += 1;
      answer.end();
    });
    const door = await edge({ west: { inference: west.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const answer = await whole(door.addresses.http, { body: "prompt" });
    expect(answer.status).toBe(503);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(answer.text)).toMatchObject({
      code: "edge/region-refused",
      title: expect.stringContaining("east") as string,
      detail: expect.stringContaining("Idempotency-Key") as string,
    });
    expect(calls).toBe(0);
  });

  it("retries nothing once a byte of the answer has come", async () => {
    const half = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 O");
        setImmediate(() => socket.resetAndDestroy());
      });
    });
    await new Promise<void>((resolve) => half.listen(0, "127.0.0.1", resolve));
    undo.push(() => new Promise((resolve) => half.close(resolve)));
    let calls = 0;
    const west = await model((_asked, answer) => {
      calls += 1;
      answer.end();
    });
    const at = { host: "127.0.0.1", port: (half.address() as { port: number }).port };
    const door = await edge({ east: { inference: at }, west: { inference: west.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const answer = await whole(door.addresses.http, { headers: { "idempotency-key": "k" } });
    expect([answer.status, calls]).toEqual([502, 0]);
  });

  it("passes on a body that is longer than it keeps, and does not retry it", async () => {
    let bytes = 0;
    const east = await model((asked, answer) => {
      asked.on("data", (chunk: Buffer) => (bytes += chunk.length));
      asked.on("end", () => answer.end());
    });
    const door = await edge({ east: { inference: east.at }, bounds: { http: { keptBodyBytesMax: 1_000 } } });
    await door.route({ epoch: epoch(1), active: "east" });
    const asked = { headers: { "idempotency-key": "k" }, body: "b".repeat(500_000) };
    expect((await whole(door.addresses.http, asked)).status).toBe(200);
    expect(bytes).toBe(500_000);
    door.setRegionAddress({ name: "east", postgres: await nobody(), inference: await nobody() });
    expect((await whole(door.addresses.http, asked)).status).toBe(503);
    expect(door.status().http.retried).toBe(0);
  });

  it("breaks the client's connection when a region breaks off in the middle of a stream", async () => {
    const east = await model((_asked, answer) => {
      answer.write("data: one\n\n", () => answer.socket?.resetAndDestroy());
    });
    const door = await edge({ east: { inference: east.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const answer = await ask(door.addresses.http, {});
    await until(() => answer.broken);
    expect(answer.ended).toBe(false);
  });

  it("lets streams of a healthy region finish, and sends new requests elsewhere", async () => {
    let finish: () => void = () => undefined;
    const east = await model((_asked, answer) => {
      answer.write("a");
      finish = () => answer.end("z");
    });
    const west = await model((_asked, answer) => answer.end("west"));
    const door = await edge({ east: { inference: east.at }, west: { inference: west.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const stream = await ask(door.addresses.http, {});
    await door.hold({ epoch: epoch(2), streams: "drain" });
    await door.route({ epoch: epoch(2), active: "west" });
    expect((await whole(door.addresses.http, {})).text).toBe("west");
    finish();
    await until(() => stream.ended && stream.text === "az");
  });

  it("cuts streams of a lost region, and retries elsewhere what has no answer yet and a key", async () => {
    let calls = 0;
    const silent = await model((asked, answer) => {
      calls += 1;
      if (asked.headers["x-answer"] === "yes") answer.write("begun");
    });
    const west = await model((_asked, answer) => answer.end("west"));
    const door = await edge({ east: { inference: silent.at }, west: { inference: west.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const begun = await ask(door.addresses.http, { headers: { "x-answer": "yes" } });
    const keyed = whole(door.addresses.http, { headers: { "idempotency-key": "k" } });
    const plain = whole(door.addresses.http, {});
    await until(() => calls === 3);
    await door.hold({ epoch: epoch(2) });
    await until(() => begun.broken);
    expect((await keyed).text).toBe("west");
    const refused = await plain;
    expect([refused.status, JSON.parse(refused.text)]).toMatchObject([503, { code: "edge/region-cut" }]);
  });

  it("gives up on a region that never begins to answer", async () => {
    const silent = await model(() => undefined);
    const door = await edge({
      east: { inference: silent.at },
      bounds: { http: { firstByteMsMax: milliseconds(40) } },
    });
    await door.route({ epoch: epoch(1), active: "east" });
    expect((await whole(door.addresses.http, {})).status).toBe(504);
    await until(() => door.status().http.streams === 0);
  });

  it("answers cleanly before any region was chosen, and off the models' paths", async () => {
    const door = await edge({});
    expect((await whole(door.addresses.http, {})).status).toBe(503);
    expect((await whole(door.addresses.http, { path: "/admin", method: "GET" })).status).toBe(404);
  });
});

// --- orders and memory ---

describe("what clients were told through the edge", () => {
  const done = message("C", "INSERT 0 1\0");

  it("is counted of each statement, and of a session that breaks while an answer is due", async () => {
    const east = await database();
    const door = await edge({ east: { postgres: east.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const [idle, waiting, leaving] = ["idle", "waiting", "leaving"].map((user) =>
      dial(door.addresses.sql, startUp(user)),
    ) as [SqlClient, SqlClient, SqlClient];
    await until(() => [idle, waiting, leaving].every(({ bytes }) => bytes.length > 0));
    const sessionOf = (user: string): Database["sessions"][number] | undefined =>
      east.sessions.find(({ text }) => text.includes(user));
    const asks = async (client: SqlClient, user: string): Promise<void> => {
      client.socket.write(message("Q", "insert\0"));
      await until(() => sessionOf(user)?.text.endsWith("insert\0"));
    };
    await asks(idle, "idle");
    sessionOf("idle")?.socket.write(Buffer.concat([done, message("E", "SERROR\0\0"), done]));
    await until(() => idle.bytes.length > done.length * 2);
    expect(toldBy(door, "sql")).toEqual({ completed: 2, error: 1 });
    await asks(leaving, "leaving");
    leaving.socket.destroy();
    await until(() => sessionOf("leaving")?.ended);
    await asks(waiting, "waiting");
    await east.stop();
    await until(() => [idle, waiting].every(({ closed }) => closed));
    await until(() => door.status().sql.sessions === 0);
    expect(toldBy(door, "sql")).toEqual({ completed: 2, error: 1, broken: 1 });
  });

  it("is counted of a session that is cut at a hold", async () => {
    const east = await database();
    const door = await edge({ east: { postgres: east.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const client = dial(door.addresses.sql, startUp("ada"));
    await until(() => client.bytes.length > 0);
    client.socket.write(message("Q", "insert\0"));
    await until(() => east.sessions[0]?.text.endsWith("insert\0"));
    await door.hold({ epoch: epoch(2) });
    await until(() => door.status().sql.sessions === 0);
    expect(toldBy(door, "sql")).toEqual({ broken: 1 });
  });

  it("is counted of who waited too long or was one too many", async () => {
    const door = await edge({ bounds: { sql: { parkedMsMax: milliseconds(60), parkedMax: 1 } } });
    const patient = dial(door.addresses.sql, startUp("patient"));
    await until(() => door.status().sql.parked === 1);
    const surplus = dial(door.addresses.sql, startUp("surplus"));
    await until(() => surplus.closed && patient.closed);
    expect(toldBy(door, "sql")).toEqual({ "turned-away": 2 });
  });

  it("is counted of a commit that was not confirmed, once", async () => {
    const east = await database();
    const door = await edge({ east: { postgres: east.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const client = dial(door.addresses.sql, startUp("ada"));
    await until(() => client.bytes.length > 0);
    client.socket.write(message("Q", "commit\0"));
    await until(() => east.sessions[0]?.text.endsWith("commit\0"));
    const warned = message("N", "SWARNING\0C01000\0RSyncRepWaitForLSN\0\0");
    east.sessions[0]?.socket.write(Buffer.concat([warned, done]));
    await until(() => client.closed);
    await until(() => door.status().sql.sessions === 0);
    expect(toldBy(door, "sql")).toEqual({ unconfirmed: 1 });
  });

  it("is counted of requests: answered, failed there, broken off, refused, left, and by nobody", async () => {
    const east = await model((incoming, answer) => {
      if (incoming.url === "/v1/fails") answer.writeHead(500).end("no");
      else if (incoming.url === "/v1/breaks") answer.write("half", () => incoming.socket.resetAndDestroy());
      else if (incoming.url === "/v1/hangs") answer.write("half");
      else answer.end("whole");
    });
    const door = await edge({ east: { inference: east.at } });
    const askFor = (path: string, signal?: AbortSignal): Promise<Answer> =>
      ask(door.addresses.http, { path, ...(signal === undefined ? {} : { signal }) });
    await whole(door.addresses.http, { path: "/v1/early" });
    await door.route({ epoch: epoch(1), active: "east" });
    for (const path of ["/v1/models", "/v1/fails"]) await whole(door.addresses.http, { path });
    const broken = await askFor("/v1/breaks");
    await until(() => broken.broken);
    const leaving = new AbortController();
    await askFor("/v1/hangs", leaving.signal);
    leaving.abort();
    await door.route({ epoch: epoch(2), active: "west" });
    await whole(door.addresses.http, { path: "/v1/models" });
    await until(() => door.status().http.streams === 0);
    expect(toldBy(door, "http")).toEqual({
      "no-region": 1,
      answered: 1,
      "server-error": 1,
      "broken-off": 1,
      abandoned: 1,
      refused: 1,
    });
  });

  it("is counted of a stream that is cut, and of an answer that never begins", async () => {
    const east = await model((incoming, answer) => {
      if (incoming.url === "/v1/streams") answer.write("half");
    });
    const door = await edge({
      east: { inference: east.at },
      bounds: { http: { firstByteMsMax: milliseconds(60) } },
    });
    await door.route({ epoch: epoch(1), active: "east" });
    const stream = await ask(door.addresses.http, { path: "/v1/streams" });
    expect((await whole(door.addresses.http, { path: "/v1/models" })).status).toBe(504);
    await door.hold({ epoch: epoch(2) });
    await until(() => stream.broken);
    await until(() => door.status().http.streams === 0);
    expect(toldBy(door, "http")).toEqual({ late: 1, "broken-off": 1 });
  });

  it("stands beside how the edge stands, each series once", async () => {
    const east = await database();
    const door = await edge({ east: { postgres: east.at } });
    expect(metricsText(door.samples())).not.toContain("holdfast_epoch");
    await door.route({ epoch: epoch(7), active: "east" });
    const client = dial(door.addresses.sql, startUp("ada"));
    await until(() => client.bytes.length > 0);
    const told = metricsText(door.samples()).split("\n");
    expect(told).toEqual(
      expect.arrayContaining([
        "holdfast_epoch 7",
        'holdfast_edge_routed{region="east"} 1',
        'holdfast_edge_routed{region="west"} 0',
        "holdfast_edge_sql_sessions 1",
        "holdfast_edge_routing_saved 1",
        'holdfast_edge_requests_total{protocol="http",outcome="cut"} 0',
      ]),
    );
    await door.hold({ epoch: epoch(8) });
    const held = metricsText(door.samples());
    expect(held).toContain("holdfast_epoch 8\n");
    expect(held).toContain('holdfast_edge_routed{region="east"} 0');
  });
});

describe("the edge's administration", () => {
  it("refuses an older epoch with 409 and names the one that it has seen", async () => {
    const door = await edge({});
    const { admin } = door.addresses;
    expect((await post(admin, "/route", { epoch: 5, active: "east" })).status).toBe(200);
    const stale = await post(admin, "/hold", { epoch: 4 });
    expect(stale).toMatchObject({ status: 409, body: { code: "edge/stale-epoch", seenEpoch: 5 } });
    const other = await post(admin, "/route", { epoch: 5, active: "west" });
    expect(other).toMatchObject({ status: 409, body: { code: "edge/contradicting-order", active: "east" } });
    const same = await post(admin, "/route", { epoch: 5, active: "east" });
    expect(same).toMatchObject({ status: 200, body: { kind: "unchanged" } });
    expect(door.view().routing).toEqual({ kind: "routed", epoch: 5, active: "east" });
  });

  it.each([
    ["a region that it does not know", "/route", { epoch: 1, active: "mars" }, 422],
    ["an epoch that is no number", "/route", { epoch: "1", active: "east" }, 400],
    ["a route without a region", "/route", { epoch: 1 }, 400],
    ["a hold that does something else with streams", "/hold", { epoch: 1, streams: "pause" }, 400],
    ["a body without end", "/hold", { epoch: 1, padding: "x".repeat(10_000) }, 400],
    ["an unknown path", "/stop", { epoch: 1 }, 404],
  ])("answers %s with a problem document", async (...row) => {
    const [, path, order, status] = row;
    const door = await edge({});
    expect(await post(door.addresses.admin, path, order)).toMatchObject({ status, body: { status } });
    expect(door.view().routing.kind).toBe("unrouted");
  });

  it("takes no orders from a page of another site", async () => {
    const { admin } = (await edge({})).addresses;
    const body = JSON.stringify({ epoch: 1, active: "east" });
    const plain = { "content-type": "text/plain" };
    expect((await whole(admin, { path: "/route", headers: plain, body })).status).toBe(403);
    const rebound = { "content-type": "application/json", host: "evil.example" };
    expect((await whole(admin, { path: "/route", headers: rebound, body })).status).toBe(403);
  });

  it("shows how things stand to programs and to people", async () => {
    const door = await edge({});
    const { admin } = door.addresses;
    await door.route({ epoch: epoch(3), active: "west" });
    const status = JSON.parse((await whole(admin, { path: "/status", method: "GET" })).text) as object;
    expect(status).toMatchObject({
      formatVersion: 1,
      routing: { active: "west", epoch: 3 },
      sql: { sessions: 0 },
      http: { streams: 0 },
    });
    const view = JSON.parse((await whole(admin, { path: "/view", method: "GET" })).text) as object;
    expect(view).toMatchObject({ regions: [{ region: "east", sql: { kind: "idle" } }, { region: "west" }] });
    const page = await whole(admin, { path: "/", method: "GET" });
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(page.text).not.toMatch(/https?:\/\//);
  });
});

describe("the edge's memory", () => {
  it("goes on with the last routing after a restart, and still refuses what is older", async () => {
    const east = await database();
    const settings = await settingsFor({ east: { postgres: east.at } });
    const first = await edgeWith(settings);
    await first.route({ epoch: epoch(8), active: "east" });
    await first.close();
    const second = await edgeWith(settings);
    const client = dial(second.addresses.sql, startUp("ada"));
    await until(() => client.bytes.equals(authenticated));
    expect(await second.hold({ epoch: epoch(7) })).toEqual({ kind: "stale", seen: 8 });
  });

  it("is on disk when an order is answered", async () => {
    const settings = await settingsFor({});
    const door = await edgeWith(settings);
    await door.hold({ epoch: epoch(2) });
    expect(JSON.parse(await readFile(settings.stateFile, "utf8"))).toEqual({
      formatVersion: 1,
      routing: { kind: "held", epoch: 2, previous: null },
    });
  });

  it("keeps the epoch but not a region that is no longer declared", async () => {
    const settings = await settingsFor({});
    const routing = { kind: "routed", epoch: 4, active: "mars" };
    await writeFile(settings.stateFile, JSON.stringify({ formatVersion: 1, routing }));
    const door = await edgeWith(settings);
    expect(door.view().routing).toEqual({ kind: "held", epoch: 4, previous: null });
  });

  it("does not start from a file that it cannot read, and names it", async () => {
    const settings = await settingsFor({});
    await writeFile(settings.stateFile, '{"formatVersion": 1, "routing": {"kind": "rou');
    expect(await openEdge(settings)).toMatchObject({
      kind: "refused",
      problem: {
        code: "relay/routing-unreadable",
        what: expect.stringContaining(settings.stateFile) as string,
      },
    });
  });

  it("serves on when it cannot write, and says so", async () => {
    const east = await database();
    const settings = await settingsFor({ east: { postgres: east.at } });
    const door = await edgeWith({ ...settings, stateFile: join(folder, "missing", "routing.json") });
    await door.route({ epoch: epoch(1), active: "east" });
    const client = dial(door.addresses.sql, startUp("ada"));
    await until(() => client.bytes.equals(authenticated));
    expect(door.status().routingUnsaved).toContain("missing");
  });
});

describe("opening an edge", () => {
  it.each(["sql", "http", "admin"] as const)(
    "names the port when %s's is in use, and leaves none open",
    async (which) => {
      const taken = await database();
      const settings = await settingsFor({});
      const others = { sql: await nobody(), http: await nobody(), admin: await nobody() };
      const opened = await openEdge({ ...settings, ...others, [which]: taken.at });
      expect(opened).toMatchObject({
        kind: "refused",
        problem: {
          code: "relay/port-in-use",
          what: expect.stringContaining(`port ${taken.at.port}`) as string,
        },
      });
      await edgeWith({ ...settings, ...others, [which]: loopback });
    },
  );

  it("leaves nothing open when it is closed in the middle of everything", async () => {
    const east = await database();
    const stream = await model((_asked, answer) => void answer.write("a"));
    const door = await edge({ east: { postgres: east.at, inference: stream.at } });
    await door.route({ epoch: epoch(1), active: "east" });
    const joined = dial(door.addresses.sql, startUp("joined"));
    const opening = dial(door.addresses.sql, Buffer.from([0, 0]));
    await until(() => joined.bytes.length > 0);
    const answer = await ask(door.addresses.http, {});
    await door.close();
    await until(() => joined.closed && opening.closed && answer.broken && east.sessions[0]?.ended);
  });
});
