import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LabStatus } from "../../src/runtime/lab.ts";
import { ownProgram, RunningLab, SteadyWriter } from "../running-lab.ts";

const delaySeconds = 0.2;
/** There and back, with the delay each way. */
const roundTripMs = 2 * 1_000 * delaySeconds;

describe("a lab of which a region is slow", () => {
  let program: Awaited<ReturnType<typeof ownProgram>>;
  let lab: RunningLab;
  let writer: SteadyWriter;
  let client: pg.Client;

  beforeAll(async () => {
    program = await ownProgram();
    lab = await RunningLab.inNewFolder(program.file);
    const { edge } = await lab.up();
    writer = new SteadyWriter(edge.postgresUrl);
    await writer.start();
    client = new pg.Client({ connectionString: edge.postgresUrl });
    // A connection that breaks shows in the query that it carried.
    client.on("error", () => undefined);
    await client.connect();
    await client.query("create table noted (what text)");
  });

  afterAll(async () => {
    await writer.end();
    await client.end().catch(() => undefined);
    await lab.remove();
    await program.remove();
  });

  /** Over one connection through the edge that stands already. */
  async function msOf(text: string): Promise<number> {
    const begin = performance.now();
    await client.query(text);
    return performance.now() - begin;
  }

  function faultsOf({ regions }: LabStatus, region: string): unknown {
    const { faults, network } = regions.find(({ name }) => name === region) ?? {};
    return { faults, network };
  }

  async function healed(region: string): Promise<LabStatus> {
    await lab.do("fault", "heal", region);
    const whole = await lab.untilReady();
    expect(faultsOf(whole, region)).toEqual({ faults: [], network: [] });
    return whole;
  }

  it("goes on writing while one that follows is, and nobody fails over", async () => {
    const { active, epoch, regions } = await lab.untilReady();
    const standby = String(regions.find(({ name }) => name !== active)?.name);
    const { status, err } = await lab.lab("fault", "slow", standby, "--delay", "300ms");
    expect(status).toBe(0);
    expect(err.replaceAll(/\s+/g, " ")).toContain(
      `what passes between ${standby} and everybody is 300 ms late, each way`,
    );
    expect(faultsOf(await lab.status(), standby)).toEqual({
      faults: ["slow"],
      network: [{ kind: "delay", delaySeconds: 0.3, direction: "both", from: "everybody" }],
    });
    const seen = new Set<string>();
    const end = performance.now() + 8_000;
    while (performance.now() < end) {
      const now = await lab.status();
      seen.add(`${now.active} ${now.epoch}`);
    }
    await writer.untilServed();
    expect([...seen]).toEqual([`${active} ${epoch}`]);
    expect(await healed(standby)).toMatchObject({ active, epoch });
    expect(await writer.lost()).toEqual([]);
  });

  it("has another serve where the one that serves is so slow that nobody has a timely answer, and loses nothing", async () => {
    const { active } = await lab.untilReady();
    await lab.do("fault", "slow", active, "--delay", "1500ms");
    const { active: next } = await lab.until("served by another", (now) => now.active !== active, 60_000);
    await writer.untilServed();
    expect(await healed(active)).toMatchObject({ active: next });
    expect(await writer.lost()).toEqual([]);
    // Connections to the one that served have been cut.
    await client.end().catch(() => undefined);
    client = new pg.Client({ connectionString: (await lab.status()).edge.postgresUrl });
    client.on("error", () => undefined);
    await client.connect();
  });

  it.each([
    ["clients", "select 1"],
    ["peers", "insert into noted values ('a commit that a slow follower confirms')"],
    ["everybody", "select 1"],
  ])(
    "shows it where the one that serves is somewhat slow towards %s, and it serves on",
    async (from, text) => {
      const { active, epoch } = await lab.untilReady();
      const delay = `${1_000 * delaySeconds}ms`;
      await lab.do("fault", "slow", active, "--delay", delay, "--from", from);
      // A machine that is busy makes it later still, and never earlier.
      expect(await msOf(text)).toBeGreaterThanOrEqual(roundTripMs);
      await writer.untilServed();
      expect(await healed(active)).toMatchObject({ active, epoch });
      await writer.untilServed();
      expect(await writer.lost()).toEqual([]);
    },
  );

  it("shows half of it where it is slow one way alone", async () => {
    const { active } = await lab.untilReady();
    await lab.do("fault", "slow", active, "--delay", "300ms", "--from", "clients", "--direction", "in");
    expect(await msOf("select 1")).toBeGreaterThanOrEqual(300);
    await lab.do("fault", "slow", active, "--delay", "400ms", "--from", "clients", "--direction", "out");
    expect(await msOf("select 1")).toBeGreaterThanOrEqual(700);
    await healed(active);
    expect(await writer.lost()).toEqual([]);
  });
});
