import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openLibsqlJournal } from "../../src/adapters/libsql/open-journal.ts";
import { systemClock } from "../../src/adapters/memory/clock.ts";
import { MemoryCoordinator } from "../../src/adapters/memory/memory-coordinator.ts";
import {
  type ConnectedCoordinator,
  connectCoordinator,
} from "../../src/adapters/served/connect-coordinator.ts";
import { absent, type Coordinator, type Revision } from "../../src/core/failover/coordinator.ts";
import { milliseconds } from "../../src/core/units/units.ts";
import { bundled } from "../bundled.ts";
import { firstNotLinearizable } from "../linearizability.ts";
import { recordedHistory, registerModel } from "../store-history.ts";
import { answered, patience, Recorder, revisionOf, writeOf } from "../coordinator-contract.ts";

const host = "127.0.0.1";
const token = "open sesame";

type Child = ChildProcessByStdio<null, Readable, null>;

let folder: string;
let program: string;
let file: string;
const children = new Set<Child>();
const clients = new Set<ConnectedCoordinator>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-coordination-"));
  program = await bundled(new URL("../coordination-process.ts", import.meta.url), folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  file = join(mkdtempSync(join(folder, "store-")), "store.db");
});
afterEach(async () => {
  for (const client of clients) client.close();
  clients.clear();
  for (const child of children) await end(child);
});

function start(args: readonly string[], before: readonly string[] = []): { child: Child; lines: Interface } {
  const [command = "", ...rest] = [...before, process.execPath, program, ...args];
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "inherit"] });
  children.add(child);
  return { child, lines: createInterface(child.stdout) };
}

async function end(child: Child): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

/** A server process on the test's file: what it is, and the port that it has. */
async function serve(port = 0, before: readonly string[] = []): Promise<{ child: Child; port: number }> {
  const { child, lines } = start(["serve", file, String(port), token], before);
  const [line] = (await once(lines, "line")) as [string];
  return { child, port: Number(line) };
}

function client(port: number): ConnectedCoordinator {
  const connected = connectCoordinator({ host, port, token });
  clients.add(connected);
  return connected;
}

describe("a store served by a process of its own", () => {
  it("keeps every acknowledged write when its process is killed mid-write, and serves on from the same file", async () => {
    const server = await serve();
    const one = client(server.port);
    const recorder = new Recorder();
    client(server.port).watch("", recorder.listener);
    const acknowledged: string[] = [];
    for (let number = 0; ; number += 1) {
      const answer = await one.compareAndSet(writeOf(`write-${number}`, "1"), patience());
      if (answer.kind === "unreachable") break;
      acknowledged.push(`write-${number}`);
      if (number === 200) server.child.kill("SIGKILL");
    }
    await end(server.child);
    const restarted = await serve(server.port);
    expect(restarted.port).toBe(server.port);
    const another = client(server.port);
    for (const key of acknowledged) expect(answered(await another.get(key, patience()))?.value).toBe("1");
    const newest = await revisionOf(another.compareAndSet(writeOf("after", "2"), patience()));
    expect(newest).toBeGreaterThan(acknowledged.length);
    await recorder.until("after=2");
    expect(recorder.told.filter((tiding) => tiding === "write-7=1")).toHaveLength(1);
  });

  it("answers as one store would while its process is killed and starts again", async () => {
    const server = await serve();
    let restarted: Promise<unknown> = Promise.resolve();
    const history = await recordedHistory({
      ...{ clients: [0, 1, 2, 3].map(() => client(server.port)), key: "k", calls: 250, callMs: 2_000 },
      chance: Math.random,
      onEnded: (count) => {
        if (count === 300) restarted = end(server.child).then(() => serve(server.port));
      },
    });
    await restarted;
    expect(history.filter(({ answer }) => answer !== null).length).toBeGreaterThan(900);
    expect(firstNotLinearizable(history, registerModel)).toBeNull();
  });

  it("keeps a lease and its key over a restart, and lets them end when nobody keeps them alive", async () => {
    const server = await serve();
    const one = client(server.port);
    const lease = answered(await one.grantLease(milliseconds(1_000), patience()));
    await revisionOf(one.compareAndSet(writeOf("leader", "east", { lease }), patience()));
    await end(server.child);
    await serve(server.port);
    const recorder = new Recorder();
    client(server.port).watch("leader", recorder.listener);
    await recorder.until("leader=east");
    await recorder.until("-leader");
  });

  it("says unreachable while it is frozen, and answers when it is thawed; who kept a lease alive still has it", async () => {
    const server = await serve();
    const one = client(server.port);
    const lease = answered(await one.grantLease(milliseconds(600), patience()));
    server.child.kill("SIGSTOP");
    expect((await one.get("reign", AbortSignal.timeout(200))).kind).toBe("unreachable");
    const renewal = one.keepAlive(lease, patience());
    await new Promise((resolve) => setTimeout(resolve, 800));
    server.child.kill("SIGCONT");
    expect(answered(await renewal)).toBe(true);
  });

  it("goes on for everybody else while a client is frozen, and tells that one what it missed when it is thawed", async () => {
    const server = await serve();
    const { child, lines } = start(["watch", String(server.port), token]);
    const heard: string[] = [];
    lines.on("line", (line) => heard.push(line));
    const one = client(server.port);
    const first = await revisionOf(one.compareAndSet(writeOf("reign", "0"), patience()));
    while (!heard.includes("reign=0")) await once(lines, "line");
    child.kill("SIGSTOP");
    let revision: Revision = first;
    for (let number = 1; number <= 400; number += 1) {
      const write = writeOf("reign", String(number).padEnd(60_000), { expected: revision });
      revision = await revisionOf(one.compareAndSet(write, patience()));
    }
    child.kill("SIGCONT");
    while (!heard.some((line) => line.startsWith("reign=400"))) await once(lines, "line");
    expect(heard.length).toBeLessThan(400);
  });

  it("is told apart from a store that cannot write: reads go on, writes say why they cannot, and recover", async (test) => {
    if (process.platform !== "linux")
      test.skip("limits of a running process are changed by prlimit, which Linux has");
    const server = await serve(0, ["prlimit", "--fsize=131072:unlimited"]);
    const one = client(server.port);
    const write = (key: string): Promise<string> =>
      one.compareAndSet(writeOf(key, "x".repeat(4_000)), patience()).then(({ kind }) => kind);
    const filling = Array.from({ length: 100 }, (_, number) => `fill-${number}`);
    const kinds: string[] = [];
    for (const key of filling) kinds.push(await write(key));
    expect(kinds).toContain("answered");
    expect(kinds.at(-1)).toBe("unreachable");
    const acknowledged = filling.filter((_, number) => kinds[number] === "answered");
    for (const key of acknowledged) expect(answered(await one.get(key, patience()))).not.toBeNull();
    expect(answered(await one.get("fill-99", patience()))).toBeNull();
    execFileSync("prlimit", [`--pid=${server.child.pid ?? 0}`, "--fsize=unlimited"]);
    expect(await write("fill-99")).toBe("answered");
    await end(server.child);
    await serve(server.port);
    for (const key of acknowledged)
      expect(answered(await client(server.port).get(key, patience()))).not.toBeNull();
  });
});

describe("silence", () => {
  it("is answered by hanging up: on a stranger after a second, on a client after five", async () => {
    const server = await serve();
    const hello = `${JSON.stringify({ hello: "holdfast-coordination/1", token })}\n`;
    const [stranger, silent] = [
      await spanUntilHungUp(server.port, ""),
      await spanUntilHungUp(server.port, hello),
    ];
    expect(stranger).toBeGreaterThan(900);
    expect(stranger).toBeLessThan(3_000);
    expect(silent).toBeGreaterThan(4_900);
    expect(silent).toBeLessThan(8_000);
  });

  it("of a connection that nobody ended is noticed by the client, whose watch resumes on another one", async () => {
    const server = await serve();
    const held = new Set<Socket>();
    const relay = createServer((near) => {
      const far = connect({ host, port: server.port });
      near.pipe(far).pipe(near);
      for (const end of [near, far]) held.add(end.on("error", () => undefined));
    });
    await new Promise<void>((resolve) => relay.listen(0, host, resolve));
    const recorder = new Recorder();
    // A server that listens on a port, not on a path, has an AddressInfo.
    client((relay.address() as AddressInfo).port).watch("", recorder.listener);
    const one = client(server.port);
    await revisionOf(one.compareAndSet(writeOf("before", "1"), patience()));
    await recorder.until("before=1");
    for (const end of held) end.unpipe().pause();
    await revisionOf(one.compareAndSet(writeOf("meanwhile", "1"), patience()));
    await recorder.until("meanwhile=1");
    expect(recorder.told).toEqual(["before=1", "meanwhile=1"]);
    for (const end of held) end.destroy();
    relay.close();
  });
});

async function spanUntilHungUp(port: number, words: string): Promise<number> {
  const begun = performance.now();
  const socket = connect({ host, port });
  socket.on("error", () => undefined).resume();
  socket.write(words);
  await once(socket, "close");
  return performance.now() - begun;
}

describe("speed", () => {
  it("is shown, not judged: guarded writes per second and the median read, in this process and served", async () => {
    const journal = openLibsqlJournal(file);
    if (!journal.ok) throw new Error(journal.problems[0].what);
    const store = new MemoryCoordinator({ clock: systemClock, journal: journal.value });
    const direct = await speedOf(store);
    store.close();
    journal.value.close();
    file = `${file}-served`;
    const server = await serve();
    const remote = await speedOf(client(server.port));
    process.stdout.write(`coordination: direct ${direct}; served ${remote}\n`);
  });
});

async function speedOf(store: Coordinator): Promise<string> {
  const count = 500;
  let expected: Revision = absent;
  const begun = performance.now();
  for (let number = 0; number < count; number += 1) {
    expected = await revisionOf(
      store.compareAndSet(writeOf("speed", String(number), { expected }), patience()),
    );
  }
  const perSecond = Math.round((1_000 * count) / (performance.now() - begun));
  const reads: number[] = [];
  for (let number = 0; number < count; number += 1) {
    const asked = performance.now();
    answered(await store.get("speed", patience()));
    reads.push(performance.now() - asked);
  }
  const median = reads.sort((one, other) => one - other)[count / 2] ?? 0;
  return `${perSecond} guarded writes per second, median read ${median.toFixed(3)} ms`;
}
