import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { namespacePrefix, regionHost } from "../../lab/network/places.ts";
import type { LabStatus } from "../../src/runtime/lab.ts";
import { isEtcdHere } from "../running-etcd.ts";
import { ownProgram, RunningLab, SteadyWriter } from "../running-lab.ts";

const tools = [
  ["ip", "-V"],
  ["nft", "--version"],
  ["nsenter", "--version"],
  ["socat", "-V"],
] as const;
const hasTools = tools.every(([program, version]) => spawnSync(program, [version]).error === undefined);
const canRun = process.getuid?.() === 0 && hasTools && isEtcdHere;
const skipped = canRun
  ? ""
  : " (skipped: it needs root and Debian's iproute2, nftables, util-linux, socat, etcd-server)";

const labAddress = "198.18.0.5";
const postgresPort = 5432;
/** Connects some times, each a round trip, and says how many ms the shortest took; -1 where nobody answers. */
const connects = `
const [host, port, from] = process.argv.slice(1);
const once = () => new Promise((resolve, reject) => {
  const begin = performance.now();
  const socket = require("node:net").connect({ host, port: Number(port), ...(from ? { localAddress: from } : {}) });
  socket.on("connect", () => { socket.destroy(); resolve(performance.now() - begin); }).on("error", reject);
});
setTimeout(() => { console.log(-1); process.exit(); }, 9000);
const all = async () => { const took = []; while (took.length < 5) took.push(await once()); return Math.min(...took); };
all().catch(() => -1).then((ms) => { console.log(ms); process.exit(); });
`;

describe.skipIf(!canRun)(`a region that is slow in a lab of namespaces${skipped}`, () => {
  let program: Awaited<ReturnType<typeof ownProgram>>;
  let lab: RunningLab;
  let writer: SteadyWriter;
  let client: pg.Client;
  let prefix: string;

  /** From a place to a region's PostgreSQL and back. */
  function roundTripMs(from: string, to: string, ownAddress: readonly string[] = []): number {
    const args = [`--net=/run/netns/${prefix}-${from}`, process.execPath, "-e", connects];
    const said = execFileSync("nsenter", [...args, regionHost(to), String(postgresPort), ...ownAddress], {
      encoding: "utf8",
    });
    return Number(said);
  }

  /** The shortest of some, over a connection that stands. */
  async function queryMs(): Promise<number> {
    const took: number[] = [];
    while (took.length < 5) {
      const begin = performance.now();
      await client.query("select 1");
      took.push(performance.now() - begin);
    }
    return Math.min(...took);
  }

  /** By their command lines. */
  async function delayers(): Promise<readonly number[]> {
    const found: number[] = [];
    for (const pid of await lab.processes()) {
      const args = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
      if (args[3] === "process" && args[4] === "delayer") found.push(pid);
    }
    return found;
  }

  /** Whose stream of the log has not been broken has the same one. */
  async function receivers(): Promise<readonly number[]> {
    const pids = await lab.processes();
    const titles = await Promise.all(
      pids.map(async (pid) => ({
        pid,
        title: await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
      })),
    );
    return titles.filter(({ title }) => title.includes("walreceiver streaming")).map(({ pid }) => pid);
  }

  async function others(): Promise<{ readonly active: string; readonly one: string; readonly two: string }> {
    const { active, regions } = await lab.untilReady();
    const [one = "", two = ""] = regions.map(({ name }) => name).filter((name) => name !== active);
    return { active, one, two };
  }

  function standingOf({ regions }: LabStatus, region: string): unknown {
    const { faults, network } = regions.find(({ name }) => name === region) ?? {};
    return { faults, network };
  }

  async function slow(region: string, delay: string, ...options: readonly string[]): Promise<void> {
    await lab.do("fault", "slow", region, "--delay", delay, ...options);
  }

  function ownNamespaces(): readonly string[] {
    return existsSync("/run/netns")
      ? readdirSync("/run/netns").filter((name) => name.startsWith(`${prefix}-`))
      : [];
  }

  beforeAll(async () => {
    program = await ownProgram();
    lab = await RunningLab.inNewFolder(program.file);
    prefix = String(await namespacePrefix(lab.root));
    const { edge } = await lab.up("--network", "namespaces");
    writer = new SteadyWriter(edge.postgresUrl);
    await writer.start();
    client = new pg.Client({ connectionString: edge.postgresUrl });
    // A connection that breaks shows in the query that it carried.
    client.on("error", () => undefined);
    await client.connect();
  });

  afterAll(async () => {
    await writer.end();
    await client.end().catch(() => undefined);
    await lab.remove();
    await program.remove();
  });

  it("answers every partner late, breaks no connection as it begins and ends, and serves on with nothing lost", async () => {
    const { active, one } = await others();
    const { epoch } = await lab.status();
    await writer.untilServed();
    const streams = await receivers();
    expect(streams).toHaveLength(2);
    await slow(active, "100ms");
    expect(standingOf(await lab.status(), active)).toEqual({
      faults: ["slow"],
      network: [{ kind: "delay", delaySeconds: 0.1, direction: "both", from: "everybody" }],
    });
    for (const from of [one, "edge"]) expect(roundTripMs(from, active)).toBeGreaterThanOrEqual(200);
    expect(roundTripMs(active, one)).toBeGreaterThanOrEqual(200);
    // The lab itself, and whoever looks into a store for it, is no partner.
    expect(roundTripMs("edge", active, [labAddress])).toBeLessThan(200);
    expect(await queryMs()).toBeGreaterThanOrEqual(200);
    for (let write = 0; write < 3; write += 1) await writer.untilServed();
    await lab.do("fault", "heal", active);
    expect(await queryMs()).toBeLessThan(200);
    expect(roundTripMs("edge", active)).toBeLessThan(200);
    expect(await lab.untilReady()).toMatchObject({ active, epoch });
    expect(await receivers()).toEqual(streams);
    expect(await writer.lost()).toEqual([]);
    expect(await delayers()).toEqual([]);
  });

  it("is so one way or towards some alone, and by the newest delay; between two that are slow it adds up", async () => {
    const { active, one, two } = await others();
    await slow(one, "300ms", "--from", "clients", "--direction", "in");
    expect(roundTripMs("edge", one)).toBeGreaterThanOrEqual(300);
    expect(roundTripMs(two, one)).toBeLessThan(300);
    await slow(one, "300ms");
    await slow(one, "50ms");
    await slow(two, "100ms");
    const both = roundTripMs(two, one);
    expect(both).toBeGreaterThanOrEqual(300);
    expect(both).toBeLessThan(800);
    expect(roundTripMs("edge", one)).toBeGreaterThanOrEqual(100);
    for (const region of [one, two]) await lab.do("fault", "heal", region);
    expect(roundTripMs(two, one)).toBeLessThan(300);
    expect(await lab.untilReady()).toMatchObject({ active });
  });

  it("can be cut off too, and restoring it ends both", async () => {
    const { one } = await others();
    await slow(one, "100ms");
    await lab.do("fault", "partition", one, "--from", "clients");
    expect(standingOf(await lab.status(), one)).toMatchObject({ faults: ["partly-partitioned", "slow"] });
    expect(roundTripMs("edge", one)).toBe(-1);
    await lab.do("restore", one);
    expect(standingOf(await lab.untilReady(), one)).toEqual({ faults: [], network: [] });
    expect(roundTripMs("edge", one)).toBeLessThan(200);
  });

  it("is reached straight again, and told so, where the process that holds its packets up dies", async () => {
    const { one } = await others();
    await slow(one, "200ms");
    const [pid = 0, ...more] = await delayers();
    expect(more).toEqual([]);
    process.kill(pid, "SIGKILL");
    const after = await lab.until("no longer slow", (status) =>
      status.regions.every(({ faults }) => faults.length === 0),
    );
    expect(standingOf(after, one)).toEqual({ faults: [], network: [] });
    expect(roundTripMs("edge", one)).toBeLessThan(200);
    expect(await readFile(join(lab.root, "logs", "lab.log"), "utf8")).toContain(
      `${one} is slow no more: the process that held its packets up ended (killed by SIGKILL)`,
    );
    await lab.untilReady();
    expect(await writer.lost()).toEqual([]);
  });

  it("leaves no process and no namespace where all else was killed in the midst, and the lab can begin anew", async () => {
    const { one } = await others();
    await writer.end();
    /** One that is stopped cannot end by itself when its lab is gone. */
    const struck = async (): Promise<void> => {
      await slow(one, "200ms");
      const [pid = 0] = await delayers();
      process.kill(pid, "SIGSTOP");
      for (const other of [await lab.edgePid(), await lab.daemonPid()]) process.kill(other, "SIGKILL");
      expect(await delayers()).toEqual([pid]);
    };
    await struck();
    const { edge } = await lab.up();
    expect(await delayers()).toEqual([]);
    expect(ownNamespaces()).toHaveLength(5);
    expect(await writer.lost(edge.postgresUrl)).toEqual([]);
    await struck();
    await lab.do("down");
    expect(await lab.untilNothingRuns()).toEqual([]);
    expect(ownNamespaces()).toEqual([]);
  });
});
