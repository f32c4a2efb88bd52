import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  answered,
  coordinatorContract,
  patience,
  Recorder,
  revisionOf,
  writeOf,
} from "../../../test/coordinator-contract.ts";
import { ManualClock } from "../../../test/manual-clock.ts";
import { milliseconds } from "../../core/units/units.ts";
import { MemoryCoordinator } from "../memory/memory-coordinator.ts";
import { type ConnectedCoordinator, connectCoordinator } from "./connect-coordinator.ts";
import { type CoordinatorServer, serveCoordinator } from "./serve-coordinator.ts";
import { frameBytesMax } from "./wire.ts";

const host = "127.0.0.1";
const token = "open sesame";

async function served(store: MemoryCoordinator, port = 0): Promise<CoordinatorServer> {
  const server = await serveCoordinator(store, { host, port, token });
  if (!server.ok) throw new Error(server.problems[0].what);
  return server.value;
}

coordinatorContract("served", async () => {
  const clock = new ManualClock();
  const store = new MemoryCoordinator({ clock });
  const server = await served(store);
  const [one, other] = [0, 1].map(() => connectCoordinator({ host, port: server.port, token })) as [
    ConnectedCoordinator,
    ConnectedCoordinator,
  ];
  return {
    one,
    other,
    advance: (span) => {
      clock.advance(span);
      return Promise.resolve();
    },
    close: async () => {
      one.close();
      other.close();
      await server.close();
      store.close();
    },
  };
});

/** A relay between clients and the server whose connections a test can cut. */
interface Wire {
  readonly port: number;
  /** Ends every connection at once. */
  cut(): void;
  /** Has the server hear everything from now on, and the clients nothing. */
  deafen(): void;
  close(): Promise<void>;
}

async function wireTo(port: number): Promise<Wire> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    const upstream = connect({ host, port });
    const pair = [client, upstream] as const;
    pairs.add(pair);
    client.pipe(upstream);
    upstream.pipe(client);
    for (const socket of pair) {
      socket.on("error", () => undefined);
      socket.on("close", () => {
        pairs.delete(pair);
        for (const end of pair) end.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const cut = (): void => {
    for (const [client, upstream] of pairs) {
      client.resetAndDestroy();
      upstream.destroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    deafen: () => {
      for (const [client, upstream] of pairs) {
        upstream.unpipe(client);
        upstream.resume();
      }
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}

/** A client that speaks no protocol but what the test says, and what it was told until the server hung up. */
async function heardAfterSaying(port: number, chunks: readonly (string | Buffer)[]): Promise<string> {
  const socket = connect({ host, port, noDelay: true });
  let heard = "";
  socket.on("data", (chunk: Buffer) => {
    heard += chunk.toString();
  });
  socket.on("error", () => undefined);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  for (const chunk of chunks) await new Promise((resolve) => socket.write(chunk, resolve));
  await closed;
  return heard;
}

const hello = JSON.stringify({ hello: "holdfast-coordination/1", token });

describe("a served coordinator", () => {
  let clock: ManualClock;
  let store: MemoryCoordinator;
  let server: CoordinatorServer;
  let wire: Wire;
  let client: ConnectedCoordinator;

  beforeEach(async () => {
    clock = new ManualClock();
    store = new MemoryCoordinator({ clock });
    server = await served(store);
    wire = await wireTo(server.port);
    client = connectCoordinator({ host, port: wire.port, token });
    answered(await client.get("warm", patience()));
  });
  afterEach(async () => {
    client.close();
    await wire.close();
    await server.close();
    store.close();
  });

  /** What the server says, until it has said `end`. */
  async function heardUntil(end: string, pieces: readonly Buffer[]): Promise<string> {
    const socket = connect({ host, port: server.port, noDelay: true });
    const heard = new Promise<string>((resolve) => {
      let text = "";
      socket.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes(end)) resolve(text);
      });
    });
    for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve));
    const text = await heard;
    socket.destroy();
    return text;
  }

  it("says that it cannot know when the connection is cut before the answer, and the write is there", async () => {
    wire.deafen();
    const attempt = client.compareAndSet(writeOf("reign", "east"), patience());
    const recorder = new Recorder();
    store.watch("reign", recorder.listener);
    await recorder.until("reign=east");
    wire.cut();
    expect((await attempt).kind).toBe("unreachable");
    expect(answered(await client.get("reign", patience()))?.value).toBe("east");
  });

  it("resumes a watch after a cut: what changed is told once, what did not is not told again, what went is told", async () => {
    const recorder = new Recorder();
    const kept = await revisionOf(store.compareAndSet(writeOf("node/kept", "1"), patience()));
    const gone = await revisionOf(store.compareAndSet(writeOf("node/gone", "1"), patience()));
    const changed = await revisionOf(store.compareAndSet(writeOf("node/changed", "1"), patience()));
    client.watch("node/", recorder.listener);
    await recorder.until("node/changed=1");
    wire.cut();
    await revisionOf(store.compareAndSet(writeOf("node/gone", null, { expected: gone }), patience()));
    await revisionOf(store.compareAndSet(writeOf("node/changed", "2", { expected: changed }), patience()));
    await revisionOf(store.compareAndSet(writeOf("node/new", "1"), patience()));
    await recorder.until("-node/gone");
    expect(recorder.told.slice(3)).toEqual(["node/changed=2", "node/new=1", "-node/gone"]);
    await revisionOf(store.compareAndSet(writeOf("node/kept", "2", { expected: kept }), patience()));
    await recorder.until("node/kept=2");
    expect(recorder.told.filter((tiding) => tiding.startsWith("node/kept"))).toEqual([
      "node/kept=1",
      "node/kept=2",
    ]);
  });

  it("keeps a lease over a cut that is shorter than it", async () => {
    const lease = answered(await client.grantLease(milliseconds(1_000), patience()));
    wire.cut();
    await client.get("any", patience());
    clock.advance(milliseconds(900));
    expect(answered(await client.keepAlive(lease, patience()))).toBe(true);
  });

  it("ends a call when its signal does, and can be asked again", async () => {
    wire.deafen();
    const asked = new AbortController();
    const attempt = client.get("reign", asked.signal);
    asked.abort(new Error("too late"));
    expect(await attempt).toMatchObject({ kind: "unreachable", cause: { message: "too late" } });
    wire.cut();
    await client.get("reign", patience());
    expect((await client.get("reign", patience())).kind).toBe("answered");
  });

  it("says at once that a store which nobody serves cannot be reached", async () => {
    await wire.close();
    const answers = [await client.get("reign", patience()), await client.get("reign", patience())];
    expect(answers.map(({ kind }) => kind)).toEqual(["unreachable", "unreachable"]);
  });

  it("carries the largest value that any store takes, however it is escaped", async () => {
    const value = "\u0001".repeat(65_536);
    await revisionOf(client.compareAndSet(writeOf("large", value), patience()));
    expect(answered(await client.get("large", patience()))?.value).toBe(value);
  });

  it("finds nobody to ask once it is closed", async () => {
    client.close();
    expect((await client.get("reign", patience())).kind).toBe("unreachable");
  });

  it("lets in nobody with a wrong token", async () => {
    const stranger = connectCoordinator({ host, port: server.port, token: "guess" });
    const answer = await stranger.compareAndSet(writeOf("reign", "west"), patience());
    expect(answer).toMatchObject({
      kind: "unreachable",
      cause: { message: "the store refused: the token is wrong" },
    });
    stranger.close();
    expect(answered(await store.get("reign", patience()))).toBeNull();
  });

  it("understands a frame that arrives in pieces", async () => {
    const request = JSON.stringify({ id: 7, ask: "get", key: "clé" });
    const pieces = Array.from(Buffer.from(`${hello}\n${request}\n`), (byte) => Buffer.of(byte));
    expect(await heardUntil('"id":7', pieces)).toContain('{"id":7,"answer":null}');
  });

  it("says each present value once, however many there are", async () => {
    for (const key of ["a", "b", "c"]) await revisionOf(store.compareAndSet(writeOf(key, "1"), patience()));
    const asks = [
      { id: 1, ask: "watch", prefix: "" },
      { id: 2, ask: "get", key: "a" },
    ];
    const frames = [hello, ...asks.map((ask) => JSON.stringify(ask))];
    const heard = await heardUntil('"id":2', [Buffer.from(`${frames.join("\n")}\n`)]);
    expect(heard.split("\n").filter((line) => line.includes('"event"'))).toHaveLength(3);
  });

  it.each([
    ["a frame that is no JSON", [`${hello}\n{"id":1,\n`], "a frame is not JSON"],
    [
      "a frame that is no request",
      [`${hello}\n{"id":1,"ask":"put","key":"a"}\n`],
      "a frame is not a request",
    ],
    [
      "an expected revision that is none",
      [
        `${hello}\n{"id":1,"ask":"compare-and-set","write":{"key":"a","value":"1","expected":-1,"lease":null}}\n`,
      ],
      "a frame is not a request",
    ],
    ["a first frame that is no hello", [`{"id":1,"ask":"get","key":"a"}\n`], "not a hello"],
    ["a frame without end", [`${hello}\n`, "x".repeat(frameBytesMax + 1)], "larger than"],
  ])("hangs up on %s", async (_, chunks, why) => {
    expect(await heardAfterSaying(server.port, chunks)).toContain(why);
  });

  it("does nothing that was sent behind a bad frame", async () => {
    const write = { id: 2, ask: "compare-and-set", write: writeOf("reign", "west") };
    await heardAfterSaying(server.port, [`${hello}\n{}\n${JSON.stringify(write)}\n`]);
    expect(answered(await store.get("reign", patience()))).toBeNull();
  });

  it("names the port that another process has", async () => {
    const second = await serveCoordinator(store, { host, port: server.port, token });
    expect(second).toMatchObject({ ok: false, problems: [{ code: "store/port-in-use" }] });
  });
});
