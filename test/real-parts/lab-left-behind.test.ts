import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ownProgram, RunningLab, sql, SteadyWriter } from "../running-lab.ts";

let program: Awaited<ReturnType<typeof ownProgram>>;
let lab: RunningLab;
let writer: SteadyWriter;

beforeAll(async () => {
  program = await ownProgram();
  lab = await RunningLab.inNewFolder(program.file);
  const { edge } = await lab.up();
  writer = new SteadyWriter(edge.postgresUrl);
  await writer.start();
  await writer.untilServed();
});
afterAll(async () => {
  await writer.end();
  await lab.remove();
  await program.remove();
});

function storeOf(region: string): string {
  return join(lab.root, "regions", region, "postgres");
}

/** With what was written before it was started last. */
async function logOf(region: string): Promise<string> {
  const names = ["postgres.log.1", "postgres.log"].map((name) => join(storeOf(region), name));
  return (await Promise.all(names.map((name) => readFile(name, "utf8")))).join("");
}

async function oldestSegment(region: string): Promise<string> {
  const names = await readdir(join(storeOf(region), "data", "pg_wal"));
  return names.filter((name) => /^[0-9A-F]{24}$/.test(name)).toSorted()[0] ?? "";
}

/** Until the log of the region that serves begins after this segment: the server throws away what it need not keep. */
async function writeLogBeyond(segment: string, active: string, url: string): Promise<void> {
  const megabytes =
    "select count(pg_logical_emit_message(false, 'log', repeat('x', 1000000))) from generate_series(1, 10)";
  for (let pieces = 0; (await oldestSegment(active)) <= segment; pieces += 1) {
    if (pieces > 200) throw new Error(`the log still reaches back to ${segment}`);
    await sql(url, megabytes);
  }
}

it("seeds a standby anew that the log no longer reaches back to, and serves on meanwhile", async () => {
  const { active, epoch, regions, edge } = await lab.untilReady();
  const { name: left } = regions.find(({ name }) => name !== active) ?? { name: "" };
  await lab.do("fault", "kill", left);
  const [at] = await sql(edge.postgresUrl, "select pg_walfile_name(pg_current_wal_lsn()) as segment");
  await writeLogBeyond(String(at?.["segment"]), active, edge.postgresUrl);

  await lab.do("restore", left);
  expect(await lab.untilReady()).toMatchObject({ active, epoch });
  expect(await logOf(left)).toContain("has already been removed");
  await writer.untilServed();
  expect(await writer.lost()).toEqual([]);
});
