import { type AddressInfo, createServer, type Socket } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { milliseconds, monotonicMs } from "../../core/units/units.ts";
import { ageAtMost, learnt, readingAt, readingText, readReading } from "./clock-reading.ts";
import { type Link, openLink } from "./link.ts";
import { type Address, bodyBytesMax } from "./wire.ts";

const host = "127.0.0.1";
const token = "shared by all";
const links: Link[] = [];
const undo: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.close()));
  await Promise.all(undo.splice(0).map((run) => run()));
});

interface Node {
  readonly link: Link;
  readonly heard: unknown[];
  /** Ends when `count` messages have come in. */
  heardAll(count: number): Promise<void>;
}

async function node(options: { readonly token?: string; readonly port?: number } = {}): Promise<Node> {
  const heard: unknown[] = [];
  let check: () => void = () => undefined;
  const opened = await openLink({
    listen: { host, port: options.port ?? 0 },
    token: options.token ?? token,
    onMessage: (message) => {
      heard.push(message);
      check();
    },
  });
  if (opened.kind === "refused") throw new Error(opened.problem.what);
  links.push(opened.value);
  return {
    link: opened.value,
    heard,
    heardAll: (count) =>
      new Promise((resolve) => {
        check = (): void => {
          if (heard.length >= count) resolve();
        };
        check();
      }),
  };
}

/** Takes connections and never says a word, as a frozen process does. */
async function silentPeer(): Promise<Address> {
  const sockets = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  undo.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { host, port: (server.address() as AddressInfo).port };
}

async function deadPeer(): Promise<Address> {
  const { link } = await node();
  await link.close();
  return link.address;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function post(to: Address, init: RequestInit): Promise<Response> {
  return fetch(`http://${to.host}:${to.port}/messages`, { method: "POST", ...init });
}

describe("a link", () => {
  it("carries messages both ways, the first one too", async () => {
    const [east, west] = [await node(), await node()];
    east.link.send(west.link.address, { kind: "question", text: "东?" });
    await west.heardAll(1);
    west.link.send(east.link.address, { kind: "answer" });
    await east.heardAll(1);
    expect(west.heard).toEqual([{ kind: "question", text: "东?" }]);
    expect(east.heard).toEqual([{ kind: "answer" }]);
  });

  it("delivers each of many messages once to a peer that is well", async () => {
    const [east, west] = [await node(), await node()];
    for (let batch = 0; batch < 10; batch += 1) {
      for (let number = 0; number < 50; number += 1) east.link.send(west.link.address, 50 * batch + number);
      await west.heardAll(50 * (batch + 1));
    }
    expect([...west.heard].sort((one, other) => Number(one) - Number(other))).toEqual([...Array(500).keys()]);
    expect(east.link.counts()).toMatchObject({ lost: 0, dropped: 0 });
  });

  it("delays no message to a healthy peer because another is dead or frozen", async () => {
    const [east, west] = [await node(), await node()];
    const [dead, frozen] = [await deadPeer(), await silentPeer()];
    east.link.send(west.link.address, "warm");
    await west.heardAll(1);
    const begun = performance.now();
    for (let number = 0; number < 60; number += 1) {
      for (const peer of [dead, frozen, west.link.address]) east.link.send(peer, number);
    }
    await west.heardAll(61);
    expect(performance.now() - begun).toBeLessThan(900);
    await until(() => east.link.counts().lost >= 60);
  });

  it("keeps the newest messages for a frozen peer and counts those that it gave up", async () => {
    const east = await node();
    const frozen = await silentPeer();
    for (let number = 0; number < 100; number += 1) east.link.send(frozen, number);
    expect(east.link.counts()).toMatchObject({ dropped: 100 - 4 - 64, delivered: 0 });
  });

  it("reaches a peer that was started again on the same port", async () => {
    const [east, west] = [await node(), await node()];
    east.link.send(west.link.address, "before");
    await west.heardAll(1);
    await west.link.close();
    const again = await node({ port: west.link.address.port });
    east.link.send(again.link.address, "after");
    await again.heardAll(1);
    expect(again.heard).toEqual(["after"]);
  });

  it("is refused with a wrong token, and nothing is passed on", async () => {
    const [east, stranger] = [await node(), await node({ token: "guess" })];
    stranger.link.send(east.link.address, "let me in");
    await until(() => stranger.link.counts().lost === 1);
    expect(east.heard).toEqual([]);
    expect((await post(east.link.address, { body: "{}" })).status).toBe(401);
    const headers = { authorization: "Bearer guess" };
    expect((await post(east.link.address, { body: "{}", headers })).status).toBe(401);
  });

  it("refuses what is no message", async () => {
    const { link, heard } = await node();
    const headers = { authorization: `Bearer ${token}` };
    expect((await post(link.address, { headers, body: "{" })).status).toBe(400);
    expect((await post(link.address, { headers, method: "PUT", body: "{}" })).status).toBe(405);
    expect((await fetch(`http://${host}:${link.address.port}/`, { headers })).status).toBe(404);
    expect((await post(link.address, { headers, body: "x".repeat(bodyBytesMax + 1) })).status).toBe(413);
    expect(heard).toEqual([]);
  });

  it("passes on nothing whose age nobody can tell", async () => {
    const { link, heard } = await node();
    const headers = { authorization: `Bearer ${token}` };
    const told = await post(link.address, { headers, body: "{}" });
    expect(told.status).toBe(425);
    const other = { ...headers, "x-holdfast-clock": "another-start 12.000" };
    expect((await post(link.address, { headers: other, body: "{}" })).status).toBe(425);
    expect(heard).toEqual([]);
  });

  it("throws away a message that may be older than a second", async () => {
    const { link, heard } = await node();
    const headers = { authorization: `Bearer ${token}` };
    const reading = readReading(
      (await post(link.address, { headers, body: "{}" })).headers.get("x-holdfast-clock"),
    );
    const sent = (ago: number): Promise<Response> => {
      const clock = readingText({ start: reading?.start ?? "", now: (reading?.now ?? 0) - ago });
      return post(link.address, { headers: { ...headers, "x-holdfast-clock": clock }, body: String(ago) });
    };
    expect((await sent(1_001)).status).toBe(204);
    expect((await sent(0)).status).toBe(204);
    expect(heard).toEqual([0]);
    expect(link.counts()).toMatchObject({ stale: 1, received: 1 });
  });

  it("refuses to send more than others take", async () => {
    const { link } = await node();
    expect(() => {
      link.send(link.address, "x".repeat(bodyBytesMax));
    }).toThrow(/larger than/);
  });

  it("closes with messages on their way to a frozen peer, and sends nothing more", async () => {
    const [east, west] = [await node(), await node()];
    east.link.send(await silentPeer(), "stuck");
    await east.link.close();
    east.link.send(west.link.address, "too late");
    expect(east.link.counts()).toMatchObject({ lost: 1, delivered: 0 });
  });

  it("names the port that another process has", async () => {
    const { link } = await node();
    const second = await openLink({ listen: link.address, token, onMessage: () => undefined });
    expect(second).toMatchObject({ kind: "refused", problem: { code: "link/port-in-use" } });
  });
});

describe("what is known of another node's clock", () => {
  const spans = fc.double({ min: 0, max: 1e6, noNaN: true });

  it("never makes a message younger than it is, however long the reading and the message were on their way", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.array(fc.record({ back: spans, pause: fc.double({ min: 0, max: 9_000, noNaN: true }) }), {
          minLength: 1,
        }),
        fc.record({ wait: spans, there: spans }),
        (ahead, readings, { wait, there }) => {
          let now = 0;
          let clock = null;
          for (const { back, pause } of readings) {
            const reading = { start: "a", now: now + ahead };
            now += back;
            clock = learnt(clock, reading, monotonicMs(now));
            now += pause;
          }
          const sentAt = now;
          if (clock === null) return;
          const said = readingAt(clock, monotonicMs(sentAt));
          const age = ageAtMost(said, { start: "a", now: sentAt + wait + there + ahead });
          expect(age).toBeGreaterThanOrEqual(wait + there - 1e-6);
        },
      ),
    );
  });

  it("keeps the reading that was quickest to come", () => {
    const quick = learnt(null, { start: "a", now: 100 }, monotonicMs(50));
    const slow = learnt(quick, { start: "a", now: 900 }, monotonicMs(1_000));
    expect(readingAt(slow, monotonicMs(1_000)).now).toBe(1_050);
  });

  it("forgets a reading once clocks may have drifted, and when the node has started again", () => {
    const quick = learnt(null, { start: "a", now: 100 }, monotonicMs(50));
    expect(learnt(quick, { start: "a", now: 10_000 }, monotonicMs(10_100)).aheadAtLeast).toBe(-100);
    expect(learnt(quick, { start: "b", now: 10 }, monotonicMs(100))).toMatchObject({
      start: "b",
      aheadAtLeast: -90,
    });
  });

  it("tells no age across a start", () => {
    expect(ageAtMost({ start: "a", now: 1 }, { start: "b", now: 2 })).toBeNull();
    expect(ageAtMost({ start: "a", now: 3 }, { start: "a", now: 2 })).toBe(milliseconds(0));
  });

  it("is read back as it was written, and nothing else is read", () => {
    expect(readReading(readingText({ start: "a-b", now: 12.5 }))).toEqual({ start: "a-b", now: 12.5 });
    for (const text of ["", "a", "a b", " 1", "a Infinity", undefined]) expect(readReading(text)).toBeNull();
  });
});
