import { connect, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Endpoint } from "./listening.ts";
import { type Network, openNetwork, type Route, type Slowness } from "./network.ts";

const undo: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of undo.reverse()) await step();
  undo.length = 0;
});

const heard = new Map<string, string>();

/** Sends back what it is sent, with its own name in front. */
async function echo(name: string): Promise<Endpoint> {
  heard.set(name, "");
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("data", (chunk) => {
      heard.set(name, `${heard.get(name) ?? ""}${chunk.toString()}`);
      socket.write(`${name}:${chunk.toString()}`);
    });
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  undo.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { host: "127.0.0.1", port: (server.address() as { port: number }).port };
}

interface Call {
  readonly socket: Socket;
  said: string;
  broken: boolean;
}

function call(at: Endpoint, words: string): Call {
  const socket = connect(at);
  const made: Call = { socket, said: "", broken: false };
  socket.on("data", (chunk) => (made.said += chunk.toString()));
  socket.on("error", () => (made.broken = true));
  socket.write(words);
  undo.push(() => void socket.destroy());
  return made;
}

async function answers(at: Endpoint, words: string): Promise<string> {
  const made = call(at, words);
  await expect.poll(() => made.said.length, { interval: 2 }).toBeGreaterThan(0);
  return made.said;
}

async function network(routes: readonly Route[]): Promise<Network> {
  const opened = await openNetwork({ routes });
  if (opened.kind === "refused") throw new Error(opened.problem.what);
  undo.push(() => opened.value.close());
  return opened.value;
}

async function threePlaces(): Promise<Network> {
  const services = { east: await echo("east"), west: await echo("west"), edge: await echo("edge") };
  const places = ["east", "west", "edge"] as const;
  return network(
    places.flatMap((from) =>
      places.map((to) => ({ from, to, service: "echo", group: to, upstream: services[to] })),
    ),
  );
}

describe("a network", () => {
  it("carries each route to its own service", async () => {
    const wires = await threePlaces();
    expect(await answers(wires.addressOf("east", "west", "echo"), "hi")).toBe("west:hi");
    expect(await answers(wires.addressOf("west", "east", "echo"), "hi")).toBe("east:hi");
  });

  it("cuts a partitioned region off from everybody, and nobody else from each other", async () => {
    const wires = await threePlaces();
    wires.setCuts("east", [{ direction: "both", group: null }]);
    const lost = [
      call(wires.addressOf("west", "east", "echo"), "a"),
      call(wires.addressOf("east", "edge", "echo"), "b"),
    ];
    expect(await answers(wires.addressOf("west", "edge", "echo"), "c")).toBe("edge:c");
    expect(await answers(wires.addressOf("east", "east", "echo"), "d")).toBe("east:d");
    expect(lost.map((each) => each.said)).toEqual(["", ""]);
    wires.setCuts("east", []);
    await expect.poll(() => lost.map((each) => each.said)).toEqual(["east:a", "edge:b"]);
  });

  it("lets a region hear while it cannot be heard", async () => {
    const wires = await threePlaces();
    const there = call(wires.addressOf("west", "east", "echo"), "1");
    const back = call(wires.addressOf("east", "west", "echo"), "a");
    await expect.poll(() => [there.said, back.said]).toEqual(["east:1", "west:a"]);
    wires.setCuts("east", [{ direction: "out", group: null }]);
    there.socket.write("2");
    back.socket.write("b");
    await expect.poll(() => heard.get("east")).toBe("12");
    expect(await answers(wires.addressOf("edge", "west", "echo"), "x")).toBe("west:x");
    expect([there.said, heard.get("west")]).toEqual(["east:1", "ax"]);
    wires.setCuts("east", []);
    await expect.poll(() => [there.said, back.said]).toEqual(["east:1east:2", "west:awest:b"]);
  });

  it("lets a region be heard while it cannot hear", async () => {
    const wires = await threePlaces();
    const there = call(wires.addressOf("west", "east", "echo"), "1");
    const back = call(wires.addressOf("east", "west", "echo"), "a");
    await expect.poll(() => [there.said, back.said]).toEqual(["east:1", "west:a"]);
    wires.setCuts("east", [{ direction: "in", group: null }]);
    there.socket.write("2");
    back.socket.write("b");
    await expect.poll(() => heard.get("west")).toBe("ab");
    expect(await answers(wires.addressOf("edge", "west", "echo"), "x")).toBe("west:x");
    expect([back.said, heard.get("east")]).toEqual(["west:a", "1"]);
    wires.setCuts("east", []);
    await expect.poll(() => [there.said, back.said]).toEqual(["east:1east:2", "west:awest:b"]);
  });

  it("cuts a region off from some, whichever way they call, and not from others", async () => {
    const services = { east: await echo("east"), west: await echo("west"), edge: await echo("edge") };
    const wires = await network([
      { from: "east", to: "edge", service: "echo", group: "clients", upstream: services.edge },
      { from: "edge", to: "east", service: "echo", group: "clients", upstream: services.east },
      { from: "east", to: "west", service: "echo", group: "peers", upstream: services.west },
    ]);
    wires.setCuts("east", [{ direction: "both", group: "clients" }]);
    const lost = [
      call(wires.addressOf("edge", "east", "echo"), "a"),
      call(wires.addressOf("east", "edge", "echo"), "b"),
    ];
    expect(await answers(wires.addressOf("east", "west", "echo"), "c")).toBe("west:c");
    expect(lost.map((each) => each.said)).toEqual(["", ""]);
    wires.setCuts("east", []);
    await expect.poll(() => lost.map((each) => each.said)).toEqual(["east:a", "edge:b"]);
  });

  it("keeps one region's partition when another's is healed", async () => {
    const wires = await threePlaces();
    wires.setCuts("east", [{ direction: "both", group: null }]);
    wires.setCuts("west", [{ direction: "in", group: null }]);
    wires.setCuts("west", []);
    const lost = call(wires.addressOf("west", "east", "echo"), "a");
    expect(await answers(wires.addressOf("edge", "west", "echo"), "b")).toBe("west:b");
    expect(lost.said).toBe("");
    wires.setCuts("east", []);
    await expect.poll(() => lost.said).toBe("east:a");
  });

  it("is slow at a place towards some, either way, and nowhere else", async () => {
    const services = { east: await echo("east"), west: await echo("west"), edge: await echo("edge") };
    const wires = await network([
      { from: "east", to: "edge", service: "echo", group: "clients", upstream: services.edge },
      { from: "edge", to: "east", service: "echo", group: "clients", upstream: services.east },
      { from: "east", to: "west", service: "echo", group: "peers", upstream: services.west },
      { from: "east", to: "east", service: "echo", group: "clients", upstream: services.east },
    ]);
    const longMs = 60_000;
    wires.setSlowness("east", [{ direction: "in", group: "clients", ms: longMs }]);
    const late = call(wires.addressOf("edge", "east", "echo"), "a");
    const back = call(wires.addressOf("east", "edge", "echo"), "b");
    // What the edge sends east is late, what east sends it is not.
    await expect.poll(() => heard.get("edge")).toBe("b");
    expect(await answers(wires.addressOf("east", "west", "echo"), "c")).toBe("west:c");
    expect(await answers(wires.addressOf("east", "east", "echo"), "d")).toBe("east:d");
    expect([late.said, back.said, heard.get("east")]).toEqual(["", "", "d"]);
    wires.setSlowness("east", [{ direction: "out", group: "clients", ms: longMs }]);
    await expect.poll(() => [back.said, heard.get("east")]).toEqual(["edge:b", "da"]);
    expect(late.said).toBe("");
    wires.setSlowness("east", []);
    await expect.poll(() => late.said).toBe("east:a");
    expect(await answers(wires.addressOf("edge", "east", "echo"), "e")).toBe("east:e");
  });

  it("is as slow as the slowest of what is asked for at one place, and as both places between two", async () => {
    const wires = await threePlaces();
    const slow = (direction: "in" | "out", ms: number): Slowness => ({ direction, group: null, ms });
    wires.setSlowness("east", [slow("out", 20), slow("out", 40)]);
    wires.setSlowness("west", [slow("in", 80), slow("in", 10)]);
    const begin = performance.now();
    expect(await answers(wires.addressOf("east", "west", "echo"), "hi")).toBe("west:hi");
    expect(performance.now() - begin).toBeGreaterThanOrEqual(120);
  });

  it("resets calls to a service that does not stand yet, and carries them once it does", async () => {
    const wires = await network([{ from: "a", to: "b", service: "late", group: "any", upstream: null }]);
    const early = call(wires.addressOf("a", "b", "late"), "?");
    await expect.poll(() => early.broken).toBe(true);
    wires.setUpstream("b", "late", await echo("late"));
    expect(await answers(wires.addressOf("a", "b", "late"), "!")).toBe("late:!");
  });

  it("takes an unknown route for a mistake of ours", async () => {
    const wires = await network([]);
    expect(() => wires.addressOf("a", "b", "none")).toThrow("no route was opened from a to none of b");
  });
});
