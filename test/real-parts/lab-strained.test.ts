import { readFileSync, readlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LabStatus } from "../../src/runtime/lab.ts";
import { ownProgram, RunningLab, sql, SteadyWriter } from "../running-lab.ts";
import { canSlowDisks, failingDisk, slowedDisk } from "../slow-disk.ts";

const herdSize = 120;

describe("a lab under strain", () => {
  let program: Awaited<ReturnType<typeof ownProgram>>;
  let lab: RunningLab;
  let writer: SteadyWriter;

  beforeAll(async () => {
    program = await ownProgram();
    lab = await RunningLab.inNewFolder(program.file);
    const { edge } = await lab.up();
    writer = new SteadyWriter(edge.postgresUrl);
    await writer.start();
  });

  afterAll(async () => {
    await writer.end();
    await lab.remove();
    await program.remove();
  });

  /** The process of PostgreSQL that has started all others of the region that serves. */
  function postmasterOf({ active, regions }: LabStatus): number {
    const { processes = [] } = regions.find(({ name }) => name === active) ?? {};
    return processes.find(({ name }) => name === "postgres")?.pid ?? 0;
  }

  /** Whoever serves, and since which epoch, at every look for so long. */
  async function seenFor(ms: number): Promise<readonly string[]> {
    const seen = new Set<string>();
    const end = performance.now() + ms;
    while (performance.now() < end) {
      const { active, epoch } = await lab.status();
      seen.add(`${active} ${epoch}`);
    }
    return [...seen];
  }

  it.skipIf(!canSlowDisks)(
    "serves on while each sync of its active region's disk takes 300 ms longer, and nobody fails over (skipped without strace)",
    async () => {
      const before = await lab.untilReady();
      const mend = await slowedDisk(postmasterOf(before), 300);
      try {
        expect(await seenFor(8_000)).toEqual([`${before.active} ${before.epoch}`]);
        await writer.untilServed();
      } finally {
        await mend();
      }
      expect(await lab.untilReady()).toMatchObject({ active: before.active, epoch: before.epoch });
      expect(await writer.lost()).toEqual([]);
    },
  );

  it.skipIf(!canSlowDisks)(
    "loses nothing when syncs of its active region's disk fail: PostgreSQL ends itself, and is started again or succeeded (skipped without strace)",
    async () => {
      const before = await lab.untilReady();
      await writer.untilServed();
      const postmaster = postmasterOf(before);
      const log = join(dirname(readlinkSync(`/proc/${postmaster}/cwd`)), "postgres.log");
      const mend = await failingDisk(postmaster);
      try {
        while (![log, `${log}.1`].some(tellsOfFailedSync)) await pause(50);
        await writer.untilServed(60_000);
      } finally {
        await mend();
      }
      await lab.do("restore", before.active);
      await lab.untilReady();
      await writer.untilServed();
      expect(await writer.lost()).toEqual([]);
    },
  );

  it("fails over once when its active region flaps, and does not hand back by itself", async () => {
    const before = await lab.untilReady();
    await writer.untilServed();
    await lab.do("fault", "flap", before.active, "--period", "10s");
    const after = await lab.until(
      "served by another",
      ({ active, state }) => active !== before.active && state !== "failing-over",
    );
    expect(await seenFor(25_000)).toEqual([`${after.active} ${after.epoch}`]);
    await lab.do("fault", "heal", before.active);
    expect(await lab.untilReady()).toMatchObject({ active: after.active, epoch: after.epoch });
    await writer.untilServed();
    expect(await writer.lost()).toEqual([]);
  });

  it("serves every one of a herd that reconnects at once after a loss, of which it lets in fewer, and fails over once", async () => {
    const before = await lab.untilReady();
    await writer.untilServed();
    const { postgresUrl } = before.edge;
    await sql(postgresUrl, "create table herd (id integer primary key)");
    await lab.do("fault", "kill", before.active);
    await Promise.all(Array.from({ length: herdSize }, (_, id) => served(postgresUrl, id)));
    const after = await lab.until("served by another", ({ active }) => active !== before.active);
    const rows = await sql(postgresUrl, "select count(*)::int as count from herd");
    expect(rows).toEqual([{ count: herdSize }]);
    await lab.do("restore", before.active);
    expect(await lab.untilReady()).toMatchObject({ active: after.active, epoch: after.epoch });
    expect(await writer.lost()).toEqual([]);
  });
});

/** A client that tries again, whatever it is told, until it has written its row. */
async function served(url: string, id: number): Promise<void> {
  for (;;) {
    try {
      await sql(url, `insert into herd values (${id}) on conflict do nothing`);
      return;
    } catch {
      await pause(20);
    }
  }
}

function tellsOfFailedSync(log: string): boolean {
  try {
    return /PANIC: +could not f(data)?sync file/.test(readFileSync(log, "utf8"));
  } catch {
    return false;
  }
}
