import { createServer, connect, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { keptBytesMax } from "./gate.ts";
import type { Endpoint } from "./listening.ts";
import { openProxy, type Proxy } from "./proxy.ts";

const undo: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of undo.reverse()) await step();
  undo.length = 0;
});

const loopback = { host: "127.0.0.1", port: 0 };

/** A server that keeps what it is sent, by connection, and answers nothing by itself. */
async function upstreamServer(): Promise<{ at: Endpoint; server: Server; peers: Peer[] }> {
  const peers: Peer[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => peers.push(peerOf(socket)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  undo.push(() => {
    for (const peer of peers) peer.socket.destroy();
    server.close();
  });
  return { at: { host: "127.0.0.1", port: (server.address() as { port: number }).port }, server, peers };
}

interface Peer {
  readonly socket: Socket;
  readonly seen: { text: string; end: boolean; error: string | null; closed: boolean };
}

function peerOf(socket: Socket): Peer {
  const seen: Peer["seen"] = { text: "", end: false, error: null, closed: false };
  socket.on("data", (chunk: Buffer) => (seen.text += chunk.toString("latin1")));
  socket.on("end", () => (seen.end = true));
  socket.on("error", (error: NodeJS.ErrnoException) => (seen.error = error.code ?? error.message));
  socket.on("close", () => (seen.closed = true));
  return { socket, seen };
}

async function client(at: Endpoint): Promise<Peer> {
  const socket = connect({ ...at, allowHalfOpen: true });
  const peer = peerOf(socket);
  undo.push(() => void socket.destroy());
  await new Promise((resolve) => socket.once("connect", resolve));
  return peer;
}

async function proxyTo(upstream: Endpoint | null): Promise<Proxy> {
  const opened = await openProxy({ name: "test", listen: loopback, upstream });
  if (opened.kind === "refused") throw new Error(opened.problem.what);
  undo.push(() => opened.value.close());
  return opened.value;
}

const until = async (what: () => unknown): Promise<void> => {
  await expect.poll(what, { timeout: 4_000, interval: 2 }).toBe(true);
};

/** One byte there and back over a connection of its own: whatever was let through before it has arrived too. */
async function pairThrough(proxy: Proxy, peers: Peer[]): Promise<{ near: Peer; far: Peer }> {
  const before = peers.length;
  const near = await client(proxy.listen);
  await until(() => peers.length > before);
  const far = peers[before];
  if (far === undefined) throw new Error("nobody came");
  return { near, far };
}

describe("a proxy", () => {
  it("carries bytes both ways, unchanged and in order", async () => {
    const { at, peers } = await upstreamServer();
    const { near, far } = await pairThrough(await proxyTo(at), peers);
    const long = "x".repeat(3_000_000);
    near.socket.write(`there ${long}`);
    far.socket.write(`back ${long}`);
    await until(() => far.seen.text === `there ${long}` && near.seen.text === `back ${long}`);
  });

  it("passes a half-close on and lets the other direction finish", async () => {
    const { at, peers } = await upstreamServer();
    const proxy = await proxyTo(at);
    const { near, far } = await pairThrough(proxy, peers);
    near.socket.end("last words");
    await until(() => far.seen.end && far.seen.text === "last words");
    expect(near.seen.end).toBe(false);
    far.socket.end("still heard");
    await until(() => near.seen.end && near.seen.text === "still heard");
    await until(() => proxy.connections === 0);
  });

  it("passes a reset on as a reset", async () => {
    const { at, peers } = await upstreamServer();
    const { near, far } = await pairThrough(await proxyTo(at), peers);
    far.socket.resetAndDestroy();
    await until(() => near.seen.error === "ECONNRESET");
  });

  it("resets a client when nothing listens upstream", async () => {
    const { at, server } = await upstreamServer();
    const proxy = await proxyTo(at);
    await new Promise((resolve) => server.close(resolve));
    const near = await client(proxy.listen);
    await until(() => near.seen.closed && near.seen.error === "ECONNRESET");
  });

  it("stops reading from a sender whose receiver does not read", async () => {
    const { at, peers } = await upstreamServer();
    const { near, far } = await pairThrough(await proxyTo(at), peers);
    far.socket.pause();
    const chunk = Buffer.alloc(1_000_000, "y");
    let accepted = 0;
    // Kernel buffers on loopback hold a few megabytes; a relay without back-pressure would swallow all of it.
    while (near.socket.writableLength < 20_000_000 && accepted < 60) {
      near.socket.write(chunk);
      accepted += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(near.socket.writableLength).toBeGreaterThan(15_000_000);
    far.socket.resume();
    await until(() => far.seen.text.length === accepted * chunk.length);
  });

  it("resets every connection when cut, and welcomes new ones", async () => {
    const { at, peers } = await upstreamServer();
    const proxy = await proxyTo(at);
    const { near, far } = await pairThrough(proxy, peers);
    proxy.cut();
    await until(() => near.seen.error === "ECONNRESET" && far.seen.error === "ECONNRESET");
    await until(() => proxy.connections === 0);
    const again = await pairThrough(proxy, peers);
    again.near.socket.write("hello");
    await until(() => again.far.seen.text === "hello");
  });

  it("listens again on the same port after it was disabled", async () => {
    const { at, peers } = await upstreamServer();
    const proxy = await proxyTo(at);
    const { near } = await pairThrough(proxy, peers);
    const { port } = proxy.listen;
    await proxy.disable();
    await until(() => near.seen.closed);
    expect(proxy.isEnabled).toBe(false);
    const refused = peerOf(connect(proxy.listen));
    await until(() => refused.seen.error === "ECONNREFUSED");
    await proxy.enable();
    expect(proxy.listen.port).toBe(port);
    await pairThrough(proxy, peers);
  });

  it("names the port and the way out when the port is in use", async () => {
    const { at } = await upstreamServer();
    const opened = await openProxy({ name: "second", listen: at, upstream: null });
    expect(opened).toMatchObject({
      kind: "refused",
      problem: { code: "relay/port-in-use", mend: expect.stringContaining(`:${at.port}`) as string },
    });
  });

  it("leaves nothing open when it is closed while connections are held", async () => {
    const { at, peers } = await upstreamServer();
    const proxy = await proxyTo(at);
    const { near, far } = await pairThrough(proxy, peers);
    proxy.hold("both");
    const waiting = await client(proxy.listen);
    await until(() => proxy.connections === 2);
    await proxy.close();
    expect(proxy.connections).toBe(0);
    await until(() => near.seen.closed && far.seen.closed && waiting.seen.closed);
  });
});

describe("a held proxy", () => {
  it("passes nothing in either direction, and delivers all of it on release", async () => {
    const { at, peers } = await upstreamServer();
    const proxy = await proxyTo(at);
    const { near, far } = await pairThrough(proxy, peers);
    proxy.hold("both");
    near.socket.write("one ");
    far.socket.write("two");
    await until(() => proxy.keptBytes === 7);
    near.socket.write("and more");
    await until(() => proxy.keptBytes === 15);
    expect([near.seen.text, far.seen.text]).toEqual(["", ""]);
    proxy.release("both");
    await until(() => near.seen.text === "two" && far.seen.text === "one and more");
    expect(proxy.keptBytes).toBe(0);
  });

  it("holds one direction and lets the other pass", async () => {
    const { at, peers } = await upstreamServer();
    const proxy = await proxyTo(at);
    const { near, far } = await pairThrough(proxy, peers);
    proxy.hold("in");
    near.socket.write("lost?");
    far.socket.write("heard");
    await until(() => near.seen.text === "heard" && proxy.keptBytes === 5);
    expect(far.seen.text).toBe("");
    proxy.release("in");
    await until(() => far.seen.text === "lost?");
  });

  it("tells neither end of the other's goodbye or breaking until release", async () => {
    const { at, peers } = await upstreamServer();
    const proxy = await proxyTo(at);
    const ended = await pairThrough(proxy, peers);
    const broken = await pairThrough(proxy, peers);
    proxy.hold("both");
    ended.near.socket.end("bye");
    broken.near.socket.resetAndDestroy();
    await until(() => proxy.keptBytes === 3 && broken.near.seen.closed);
    expect(ended.far.seen).toMatchObject({ text: "", end: false, closed: false });
    expect(broken.far.seen).toMatchObject({ error: null, closed: false });
    proxy.release("both");
    await until(() => ended.far.seen.end && ended.far.seen.text === "bye");
    await until(() => broken.far.seen.error === "ECONNRESET");
  });

  it("accepts new connections that reach nobody until release", async () => {
    const { at, peers } = await upstreamServer();
    const proxy = await proxyTo(at);
    proxy.hold("out");
    const near = await client(proxy.listen);
    near.socket.write("knock");
    await until(() => proxy.keptBytes === 5);
    expect(peers).toHaveLength(0);
    proxy.release("out");
    await until(() => peers[0]?.seen.text === "knock");
    peers[0]?.socket.write("come in");
    await until(() => near.seen.text === "come in");
  });

  it("forgets a connection whose client gave up before it reached anybody", async () => {
    const { at, peers } = await upstreamServer();
    const proxy = await proxyTo(at);
    proxy.hold("in");
    const near = await client(proxy.listen);
    near.socket.write("do it!");
    await until(() => proxy.keptBytes === 6);
    near.socket.end();
    await until(() => proxy.connections === 0);
    proxy.release("in");
    await pairThrough(proxy, peers);
    expect(peers).toHaveLength(1);
    expect(peers[0]?.seen.text).toBe("");
  });

  it("keeps a bounded number of bytes and then makes the sender wait", async () => {
    const { at, peers } = await upstreamServer();
    const proxy = await proxyTo(at);
    const { near, far } = await pairThrough(proxy, peers);
    proxy.hold("in");
    const sent = Buffer.alloc(30_000_000, "z");
    near.socket.write(sent);
    await until(() => proxy.keptBytes >= keptBytesMax);
    expect(proxy.keptBytes).toBeLessThan(keptBytesMax + 128 * 1024);
    expect(near.socket.writableLength).toBeGreaterThan(0);
    proxy.release("in");
    await until(() => far.seen.text.length === sent.length);
  });
});

describe("a slow proxy", () => {
  /** So long that nothing comes by itself while a test looks. */
  const longMs = 60_000;

  it("lets nothing arrive before its time, one way or the other, and all of it in order when it is slow no more", async () => {
    const { at, peers } = await upstreamServer();
    const proxy = await proxyTo(at);
    const { near, far } = await pairThrough(proxy, peers);
    proxy.delay("in", longMs);
    near.socket.write("late");
    far.socket.write("in time");
    await until(() => near.seen.text === "in time");
    near.socket.end(" words");
    const more = await pairThrough(proxy, peers);
    more.near.socket.write("as late");
    more.far.socket.write("there");
    await until(() => more.near.seen.text === "there");
    expect([far.seen.text, far.seen.end, more.far.seen.text]).toEqual(["", false, ""]);
    proxy.delay("in", 0);
    await until(() => far.seen.text === "late words" && far.seen.end && more.far.seen.text === "as late");
  });

  it("lets what is late arrive by itself", async () => {
    const { at, peers } = await upstreamServer();
    const proxy = await proxyTo(at);
    const { near, far } = await pairThrough(proxy, peers);
    for (const way of ["in", "out"] as const) proxy.delay(way, 60);
    const begin = performance.now();
    near.socket.write("there");
    await until(() => far.seen.text === "there");
    far.socket.write("back");
    await until(() => near.seen.text === "back");
    // Only ever later than that, however slow the machine is.
    expect(performance.now() - begin).toBeGreaterThanOrEqual(120);
    near.socket.resetAndDestroy();
    await until(() => far.seen.error === "ECONNRESET");
    await until(() => proxy.connections === 0);
  });

  it("lets nothing pass of what was on its way when it is held", async () => {
    const { at, peers } = await upstreamServer();
    const proxy = await proxyTo(at);
    const { near, far } = await pairThrough(proxy, peers);
    proxy.delay("in", longMs);
    near.socket.write("late");
    far.socket.write("in time");
    await until(() => near.seen.text === "in time");
    proxy.hold("in");
    proxy.delay("in", 0);
    await until(() => proxy.keptBytes === 4);
    expect(far.seen.text).toBe("");
    proxy.release("in");
    await until(() => far.seen.text === "late");
  });

  it("leaves nothing open when it is closed, and waits for nothing", async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const { at, peers } = await upstreamServer();
    const proxy = await proxyTo(at);
    const { near, far } = await pairThrough(proxy, peers);
    const before = timers();
    proxy.delay("in", longMs);
    near.socket.write("bye");
    await until(() => timers() > before + 1);
    await proxy.close();
    expect(proxy.connections).toBe(0);
    await until(() => near.seen.closed && far.seen.closed);
    expect(timers()).toBeLessThanOrEqual(before);
  });
});
