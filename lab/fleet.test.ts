import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isAlive, type ProcessIdentity } from "../src/adapters/processes/identity.ts";
import { Fleet } from "./fleet.ts";
import { layoutOf } from "./layout.ts";

/** In place of the lab's own program: does nothing until its lab is gone. */
const program = `import { Socket } from "node:net"; new Socket({ fd: 3 }).on("close", () => process.exit()).resume();`;

let root = "";
let fleet: Fleet;
let started: ProcessIdentity[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "holdfast-fleet-"));
  await mkdir(layoutOf(root).logs);
  await writeFile(join(root, "program.mjs"), program);
  started = [];
  fleet = new Fleet({
    layout: layoutOf(root),
    dataFolders: { east: join(root, "east"), west: join(root, "west"), central: join(root, "central") },
    program: join(root, "program.mjs"),
    onStarted: (identity) => {
      started.push(identity);
      return Promise.resolve();
    },
  });
});
afterEach(async () => {
  await fleet.stop();
  await rm(root, { recursive: true });
});

const alive = (): readonly ProcessIdentity[] => started.filter(isAlive);
const namesOf = (region: string): readonly string[] => fleet.processesOf(region).map(({ name }) => name);

describe("a lab's processes", () => {
  it("are started once when a region is brought back many times at once", async () => {
    await Promise.all(Array.from({ length: 8 }, () => fleet.bringBack("east", {})));
    expect(started).toHaveLength(3);
    expect(namesOf("east")).toEqual(["inference", "agent", "controller"]);
  });

  it("are all killed when their region is struck while it is being brought back", async () => {
    await Promise.all([fleet.bringBack("east", {}), fleet.signalRegion("east", "SIGKILL")]);
    await expect.poll(alive).toEqual([]);
    expect(started).toHaveLength(3);
  });

  it("do not wait for those of another region", async () => {
    await Promise.all([fleet.bringBack("east", {}), fleet.bringBack("west", {})]);
    expect(alive()).toHaveLength(6);
  });

  it("are none when the lab ends while a region is being brought back", async () => {
    const [, left] = await Promise.all([fleet.bringBack("east", {}), fleet.stop()]);
    expect(left).toEqual([]);
    expect(alive()).toEqual([]);
  });

  it("hold one edge, started again when it was lost", async () => {
    await fleet.startEdge({});
    await Promise.all([fleet.startEdge({}), fleet.startEdge({})]);
    expect(started).toHaveLength(1);
    process.kill(started[0]?.pid ?? 0, "SIGKILL");
    await expect.poll(alive).toEqual([]);
    expect(await fleet.startEdge({})).toEqual({ ok: true, value: null });
    expect(alive()).toHaveLength(1);
  });

  it("are brought back after one that could not be started", async () => {
    await rm(layoutOf(root).logs, { recursive: true });
    expect(await fleet.bringBack("east", {})).toMatchObject({ ok: false });
    await mkdir(layoutOf(root).logs);
    expect(await fleet.bringBack("east", {})).toEqual({ ok: true, value: null });
  });
});
