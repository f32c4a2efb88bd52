import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { epochFiles } from "../../src/adapters/files/epoch-files.ts";
import { haproxyActuator } from "../../src/adapters/haproxy/haproxy-actuator.ts";
import type { Applied } from "../../src/core/plan/actuator.ts";
import type { ProxyServerWish, ProxySocket, ProxyWish } from "../../src/core/model/wishes.ts";
import type { Problem } from "../../src/core/problem/problem.ts";
import { freePort } from "../free-port.ts";
import { isHaproxyHere, type RunningHaproxy, runningHaproxy, skipped } from "../running-haproxy.ts";

const life = new AbortController().signal;
const actuator = haproxyActuator({ epochs: epochFiles, answerMsMax: 10_000 });

const ready: ProxyServerWish = { state: "ready", weight: null };
const drain: ProxyServerWish = { state: "drain", weight: null };
const cut: ProxyServerWish = { state: "maint", weight: null, sessions: "cut" };

function problemIn(outcome: Applied): Problem {
  if (outcome.kind !== "failed") throw new Error(`it did not fail: ${JSON.stringify(outcome)}`);
  return outcome.problem;
}

describe.skipIf(!isHaproxyHere)(`the servers of a backend of a real HAProxy${skipped}`, () => {
  let proxy: RunningHaproxy;
  let files = 0;
  let epochFile = "";
  beforeAll(async () => {
    proxy = await runningHaproxy();
  });
  afterAll(() => proxy.stop());
  beforeEach(async () => {
    files += 1;
    epochFile = join(proxy.folder, `epoch-${files}.json`);
    for (const backend of ["web", "plain", "sick"])
      await proxy.ask(
        `set server ${backend}/east weight 1;set server ${backend}/east state ready;set server ${backend}/west state maint`,
      );
  });

  const wished = (servers: ProxyWish["servers"], over: Partial<ProxyWish> = {}): ProxyWish => ({
    ...{ socket: { kind: "unix", path: proxy.socket("admin") }, backend: "web" },
    ...{ servers, lastPlace: "stays", epochFile },
    ...over,
  });

  /** By the column `status` of HAProxy's statistics, which our own client does not read. */
  const state = async (backend = "web"): Promise<Record<string, string>> => {
    const rows = (await proxy.ask(`show stat ${backend} 4 -1`)).split("\n").map((line) => line.split(","));
    const own = rows.filter(([name]) => name === backend);
    return Object.fromEntries(own.map((row): [string, string] => [row[1] ?? "", row[17] ?? ""]));
  };

  const served = async (): Promise<string> => (await fetch(proxy.url)).text();

  it("are looked at as people read them", async () => {
    const wish = wished({ west: { state: "ready", weight: 50 }, east: { ...cut } });
    expect(await actuator.look(wish, life)).toEqual({
      kind: "seen",
      now: { "web/west": "maint, weight 1", "web/east": "ready, weight 1, 0 sessions" },
      wanted: { "web/west": "ready, weight 50", "web/east": "maint, weight 1, 0 sessions" },
      epoch: null,
      steady: { "web/west": "maint, weight 1", "web/east": "ready, weight 1" },
    });
  });

  it("are drained: what streams is whole, and what is new goes to the other", async () => {
    const [east] = proxy.web;
    const stream = await fetch(`${proxy.url}/stream`);
    const wish = wished({ east: drain, west: ready });
    const now = { "web/east": "drain, weight 1", "web/west": "ready, weight 1" };
    expect(await actuator.apply(wish, 7, life)).toEqual({ kind: "done", now });
    expect(await Promise.all(Array.from({ length: 10 }, served))).toEqual(
      Array.from({ length: 10 }, (): string => "west"),
    );
    east?.streams.pop()?.end("and ends");
    expect(await stream.text()).toBe("east begins\nand ends");
    expect(await state()).toEqual({ east: "DRAIN", west: "no check" });
    expect(await actuator.apply(wish, 7, life)).toEqual({ kind: "done", now });
    expect(await actuator.look(wish, life)).toEqual({ kind: "seen", now, wanted: now, epoch: 7 });
  });

  it("never leave a request without an answer while one takes the place of another", async () => {
    const signal = AbortSignal.timeout(20_000);
    let isOver = false;
    const clients = Array.from({ length: 4 }, async () => {
      const heard = new Set<string>();
      while (!isOver && !signal.aborted) heard.add(await served());
      return heard;
    });
    for (let turn = 1; turn <= 10; turn += 1) {
      const [on, off] = turn % 2 === 0 ? ["east", "west"] : ["west", "east"];
      const wish = wished({ [off]: { ...cut, sessions: "keep" }, [on]: ready });
      expect(await actuator.apply(wish, turn, life)).toMatchObject({ kind: "done" });
    }
    isOver = true;
    const heard = await Promise.all(clients);
    expect(new Set(heard.flatMap((each) => [...each]))).toEqual(new Set(["east", "west"]));
  });

  /** Connected through the proxy, and answered by whoever is there. */
  async function session(): Promise<{
    readonly socket: Socket;
    readonly to: string;
    readonly ended: Promise<unknown>;
  }> {
    const socket = createConnection({ host: "127.0.0.1", port: proxy.ports.plain }).setEncoding("utf8");
    const ended = new Promise((resolve) => socket.on("error", () => undefined).on("close", resolve));
    const [to] = (await once(socket, "data")) as [string];
    return { socket, to, ended };
  }

  it("are put into maintenance with their sessions, which go on or are cut", async () => {
    const sessions = await Promise.all([session(), session(), session()]);
    expect(sessions.map(({ to }) => to)).toEqual(["east", "east", "east"]);
    const kept = wished({ east: { ...cut, sessions: "keep" }, west: ready }, { backend: "plain" });
    expect(await actuator.apply(kept, 7, life)).toMatchObject({ kind: "done" });
    expect(await state("plain")).toEqual({ east: "MAINT", west: "no check" });
    expect(sessions.filter(({ socket }) => socket.closed)).toEqual([]);
    expect(proxy.plain[0]?.sockets.size).toBe(3);

    const fenced = { ...kept, servers: { east: cut, west: ready } };
    expect(await actuator.look(fenced, life)).toMatchObject({
      now: { "plain/east": "maint, weight 1, 3 sessions" },
      wanted: { "plain/east": "maint, weight 1, 0 sessions" },
    });
    expect(await actuator.apply(fenced, 8, life)).toMatchObject({
      ...{ kind: "done", now: { "plain/east": "maint, weight 1, 0 sessions" } },
    });
    await Promise.all(sessions.map(({ ended }) => ended));
    const after = await session();
    expect(after.to).toBe("west");
    after.socket.destroy();
  });

  it("are given weights", async () => {
    const wish = wished({ east: { state: "ready", weight: 0 }, west: { state: "ready", weight: 200 } });
    const now = { "web/east": "ready, weight 0", "web/west": "ready, weight 200" };
    expect(await actuator.apply(wish, 7, life)).toEqual({ kind: "done", now });
    expect(await Promise.all([served(), served(), served()])).toEqual(["west", "west", "west"]);
  });

  it.each<readonly [string, ProxyWish["servers"]]>([
    ["drained", { east: drain }],
    ["in maintenance", { east: cut, west: drain }],
    ["without weight", { east: { state: "ready", weight: 0 } }],
  ])("are not all %s, unless the wish says so", async (_, servers) => {
    const refused = problemIn(await actuator.apply(wished(servers), 7, life));
    expect(refused).toMatchObject({ code: "proxy/last-place" });
    expect(await served()).toBe("east");
    expect(await actuator.look(wished(servers), life)).toMatchObject({ epoch: null });
    expect(await actuator.apply(wished(servers, { lastPlace: "may-go" }), 7, life)).toMatchObject({
      kind: "done",
    });
    expect((await fetch(proxy.url)).status).toBe(503);
  });

  it("count for nothing where HAProxy's own checks find them down", async () => {
    await proxy.ask("set server sick/west state ready");
    const isDown = async (): Promise<boolean> => (await state("sick"))["west"] === "DOWN";
    for (let tries = 0; tries < 200 && !(await isDown()); tries += 1) await pause(25);
    const wish = wished({ east: drain, west: ready }, { backend: "sick" });
    const { code, what } = problemIn(await actuator.apply(wish, 7, life));
    expect(code).toBe("proxy/last-place");
    expect(what).toContain("find west down");
    expect((await state("sick"))["east"]).toBe("no check");
  });

  it("are not changed under a lower epoch, also after a restart of ourselves", async () => {
    const west = wished({ east: drain, west: ready });
    const east = wished({ east: ready, west: drain });
    expect(await actuator.apply(west, 8, life)).toMatchObject({ kind: "done" });
    expect(await actuator.apply(east, 7, life)).toEqual({ kind: "outdated", epoch: 8 });
    const other = haproxyActuator({ epochs: epochFiles, answerMsMax: 10_000 });
    expect(await other.apply(east, 7, life)).toEqual({ kind: "outdated", epoch: 8 });
    expect(await served()).toBe("west");
    expect(await other.apply(east, 9, life)).toMatchObject({ kind: "done" });
    expect(await served()).toBe("east");
  });

  it("are as the highest epoch wishes, whoever of one process races", async () => {
    const [west, east] = [wished({ east: drain, west: ready }), wished({ east: ready, west: drain })];
    for (let race = 0; race < 20; race += 1) {
      const attempts = [
        { wish: west, epoch: 2 * race + 2 },
        { wish: east, epoch: 2 * race + 1 },
      ];
      const inTurn = race % 2 === 0 ? attempts : [...attempts].reverse();
      const kinds = await Promise.all(
        inTurn.map(async ({ wish, epoch }) => (await actuator.apply(wish, epoch, life)).kind),
      );
      expect(kinds).toEqual(race % 2 === 0 ? ["done", "outdated"] : ["done", "done"]);
      expect(await state()).toEqual({ east: "DRAIN", west: "no check" });
    }
  });

  it("stay as they are when one of the names is unknown", async () => {
    const wish = wished({ west: ready, esat: drain });
    const { code, what, mend } = problemIn(await actuator.apply(wish, 7, life));
    expect({ code, what }).toEqual({
      code: "proxy/unknown-server",
      what: "the backend web has no server esat; nothing was changed",
    });
    expect(mend).toBe('did you mean "east"? its servers are east, west');
    expect(await state()).toEqual({ east: "no check", west: "MAINT" });
    expect(await actuator.look(wish, life)).toMatchObject({ kind: "unseen", problem: { code } });
    const nowhere = wished({ west: ready }, { backend: "wbe" });
    expect(problemIn(await actuator.apply(nowhere, 7, life)).code).toBe("proxy/unknown-backend");
  });

  it.each<readonly [string, ProxyWish["servers"]]>([
    ["a name with a command in it", { "east state maint;set server web/west": ready }],
    ["a name on two lines", { "east\nquit": ready }],
    ["a weight above 256", { east: { state: "ready", weight: 257 } }],
    ["a weight with a fraction", { east: { state: "ready", weight: 0.5 } }],
    ["no server", {}],
  ])("are not asked for by %s", async (_, servers) => {
    expect(problemIn(await actuator.apply(wished(servers), 7, life)).code).toBe("proxy/wish-unusable");
    expect(await state()).toEqual({ east: "no check", west: "MAINT" });
  });

  it("are as in the configuration after a restart of HAProxy, and are changed again under the same epoch", async () => {
    const wish = wished({ east: drain, west: ready });
    await actuator.apply(wish, 7, life);
    await proxy.restart();
    expect(await served()).toBe("east");
    expect(await actuator.apply(wish, 7, life)).toMatchObject({ kind: "done" });
    expect(await served()).toBe("west");
  });

  it("are reached over TCP too", async () => {
    const socket: ProxySocket = { kind: "tcp", host: "127.0.0.1", port: proxy.ports.api };
    const wish = wished({ east: drain, west: ready }, { socket });
    expect(await actuator.apply(wish, 7, life)).toMatchObject({ kind: "done" });
    expect(await served()).toBe("west");
    const nobody: ProxySocket = { ...socket, port: await freePort() };
    expect(problemIn(await actuator.apply({ ...wish, socket: nobody }, 7, life)).code).toBe("proxy/away");
  });

  it("cannot be changed at a socket that is missing, or of a lower level", async () => {
    const at = (path: string): ProxyWish => wished({ west: ready }, { socket: { kind: "unix", path } });
    expect(problemIn(await actuator.apply(at(join(proxy.folder, "none.sock")), 7, life)).code).toBe(
      "proxy/away",
    );
    expect(await actuator.look(at(proxy.socket("operator")), life)).toMatchObject({ kind: "seen" });
    expect(problemIn(await actuator.apply(at(proxy.socket("operator")), 7, life))).toMatchObject({
      code: "proxy/not-permitted",
      what: expect.stringContaining("Permission denied") as string,
    });
    expect(await state()).toEqual({ east: "no check", west: "MAINT" });
  });

  it("are told not to be known while HAProxy is frozen, and are changed when it is not", async () => {
    const impatient = haproxyActuator({ epochs: epochFiles, answerMsMax: 300 });
    const [west, east] = [wished({ east: drain, west: ready }), wished({ east: ready, west: drain })];
    proxy.signal("SIGSTOP");
    try {
      expect(problemIn(await impatient.apply(west, 7, life))).toMatchObject({
        code: "proxy/silent",
        what: expect.stringContaining("no answer within 300 ms") as string,
      });
      const stopped = await actuator.apply(west, 7, AbortSignal.abort(new Error("a newer plan")));
      expect(problemIn(stopped).what).toContain("a newer plan");
    } finally {
      proxy.signal("SIGCONT");
    }
    expect(await actuator.apply(east, 8, life)).toMatchObject({ kind: "done" });
    expect(await served()).toBe("east");
  });

  it("are as the newest wish says although HAProxy does late what it was told before", async () => {
    const late = new LateSocket(proxy.socket("admin"), join(proxy.folder, "late.sock"));
    await late.open();
    try {
      const impatient = haproxyActuator({ epochs: epochFiles, answerMsMax: 1_000 });
      const socket: ProxySocket = { kind: "unix", path: late.path };
      const [west, east] = [
        wished({ east: drain, west: ready }, { socket }),
        wished({ east: ready, west: drain }, { socket }),
      ];
      expect(problemIn(await impatient.apply(west, 7, life)).code).toBe("proxy/silent");
      expect(await state()).toEqual({ east: "no check", west: "MAINT" });
      expect(await impatient.apply(east, 8, life)).toMatchObject({ kind: "done" });
      expect(late.isDone).toBe(true);
      expect(await state()).toEqual({ east: "no check", west: "DRAIN" });
    } finally {
      await late.close();
    }
  });

  it.each([
    ["something else", "HTTP/1.1 400 Bad Request\r\n\r\n"],
    ["nothing", ""],
    ["a beginning", "1\n# be_id be_name srv_id srv_name\n3 web 1 ea"],
  ])("are not believed to be what %s tells", async (_, said) => {
    const path = join(proxy.folder, "strange.sock");
    const strange = createServer((client) =>
      client
        .on("error", () => undefined)
        .resume()
        .end(said),
    ).listen(path);
    await once(strange, "listening");
    try {
      const wish = wished({ west: ready }, { socket: { kind: "unix", path } });
      expect(problemIn(await actuator.apply(wish, 7, life)).code).toBe("proxy/other-answer");
    } finally {
      await new Promise((resolve) => strange.close(resolve));
    }
  });

  it("are not taken for changed, or sessions for cut, because nobody said no", async () => {
    const path = join(proxy.folder, "idle.sock");
    const answer = async (line: string): Promise<string> =>
      line.startsWith("set ") || line.startsWith("shutdown ") ? "\n\n" : said(proxy.socket("admin"), line);
    const idle = createServer((client) => {
      client.on("error", () => undefined).setEncoding("utf8");
      client.once("data", (line: string) => void answer(line).then((text) => client.end(text)));
    }).listen(path);
    await once(idle, "listening");
    const busy = await session();
    try {
      const wish = wished(
        { east: { ...cut }, west: ready },
        { backend: "plain", socket: { kind: "unix", path } },
      );
      const unchanged = problemIn(await actuator.apply(wish, 7, life));
      expect(unchanged).toMatchObject({
        code: "proxy/not-as-wished",
        what: expect.stringContaining("plain/east: ready, weight 1, 1 sessions") as string,
      });
      await proxy.ask("set server plain/west state ready;set server plain/east state maint");
      expect(problemIn(await actuator.apply(wish, 7, life)).code).toBe("proxy/sessions-left");
    } finally {
      busy.socket.destroy();
      await new Promise((resolve) => idle.close(resolve));
    }
  });

  it("stay as they are where the epoch cannot be kept or read", async () => {
    const nowhere = wished({ west: ready }, { epochFile: join(proxy.folder, "none", "epoch.json") });
    expect(problemIn(await actuator.apply(nowhere, 7, life)).code).toBe("plan/epoch-file");
    for (const text of ["", "{}", '{"of":"web","epoch":-1}', '{"of":"plain","epoch":1}']) {
      writeFileSync(epochFile, text);
      expect(problemIn(await actuator.apply(wished({ west: ready }), 7, life)).code).toBe("plan/epoch-file");
      expect(readFileSync(epochFile, "utf8")).toBe(text);
    }
    expect(await state()).toEqual({ east: "no check", west: "MAINT" });
  });
});

/** Passes on to HAProxy, but for the first change: that it does when the next has been made and read back. */
class LateSocket {
  readonly path: string;
  readonly #server: Server;
  #held: string | null = null;
  #looksSince = 0;
  isDone = false;

  constructor(to: string, path: string) {
    this.path = path;
    this.#server = createServer((client) => {
      client.on("error", () => undefined).setEncoding("utf8");
      client.once("data", (line: string) => void this.#pass(line, to, client));
    });
  }

  async #pass(line: string, to: string, client: Socket): Promise<void> {
    if (this.#held === null && line.startsWith("set ")) {
      this.#held = line;
      return;
    }
    client.write(await said(to, line));
    if (this.#held !== null && line.startsWith("show ")) this.#looksSince += 1;
    if (this.#looksSince === 2 && !this.isDone) {
      this.isDone = true;
      await said(to, this.#held ?? "");
    }
    client.end();
  }

  async open(): Promise<void> {
    this.#server.listen(this.path);
    await once(this.#server, "listening");
  }

  close(): Promise<unknown> {
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

async function said(path: string, line: string): Promise<string> {
  const socket = createConnection({ path }).setEncoding("utf8");
  let text = "";
  socket.on("data", (chunk: string) => (text += chunk)).write(line);
  await once(socket, "end");
  socket.destroy();
  return text;
}
