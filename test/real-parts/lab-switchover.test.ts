import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownProgram, RunningLab, SteadyWriter } from "../running-lab.ts";

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

describe("a lab that is told to let another region serve", () => {
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
    await lab.remove();
    await program.remove();
  });

  /** Whether a region's agent has copied its data anew since the lab began. */
  async function hasReseeded(region: string): Promise<boolean> {
    return (await readFile(join(lab.root, "logs", `agent-${region}.log`), "utf8")).includes("reseed is done");
  }

  it("hands over in order: every acknowledged write is kept, and the old region follows without a copy", async () => {
    const before = await lab.untilReady();
    await writer.untilServed();
    const { status, out } = await lab.failover("run", "--to", "west", "--by", "ada", "--json");
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ formatVersion: 1, result: "served", active: "west" });
    const after = await lab.untilReady();
    expect(after.active).toBe("west");
    expect(after.epoch).toBeGreaterThan(before.epoch);
    await writer.untilServed();
    expect(await writer.lost()).toEqual([]);
    expect(await hasReseeded("east")).toBe(false);
  });

  it("says that a region serves already, and what it does not know", async () => {
    const refused = await lab.failover("run", "--to", "west");
    expect(refused.status).toBe(1);
    expect(refused.err).toMatch(/^failover\/refused\n/);
    expect(inOneLine(refused.err)).toContain("the switchover is not begun: west serves already");
    expect((await lab.failover("run", "--to", "mars")).err).toContain("there is no region mars");
    expect(inOneLine((await lab.failover("abort")).err)).toContain("no switchover is under way");
  });

  it("carries out one of two orders at once, and tells whoever gave the other unless it came once that was done", async () => {
    await lab.untilReady();
    const both = await Promise.all([
      lab.failover("run", "--to", "east", "--by", "ada"),
      lab.failover("run", "--to", "central", "--by", "bob"),
    ]);
    const late = both.filter(({ status }) => status !== 0);
    expect(late.length).toBeLessThan(2);
    for (const { err } of late)
      expect(err).toMatch(/^failover\/(another-order|under-way|refused|not-taken)\n/);
    await lab.untilReady();
    expect(await writer.lost()).toEqual([]);
  });

  it("hands back to the region that serves on a good day", async () => {
    const { active } = await lab.untilReady();
    if (active === "east") expect((await lab.failover("run", "--to", "west")).status).toBe(0);
    await lab.untilReady();
    const { status, err } = await lab.failover("failback");
    expect(status).toBe(0);
    expect(err).toMatch(/^east serves under epoch \d+, \d+\.\d\d s after it was asked for\n/);
    expect((await lab.untilReady()).active).toBe("east");
    await writer.untilServed();
    expect(await writer.lost()).toEqual([]);
  });

  it("takes the region that serves for lost on a person's word", async () => {
    await lab.untilReady();
    const { status, out } = await lab.failover("run", "--ungraceful", "--to", "central", "--json");
    // Of two standbys one confirms: where that was the other, it holds more, and nobody may be promoted over it.
    const { active } = JSON.parse(out) as { readonly active: string };
    expect([active, status]).toEqual(active === "central" ? ["central", 0] : ["west", 2]);
    const after = await lab.untilReady();
    expect(after.active).toBe(active);
    await writer.untilServed();
    expect(await writer.lost()).toEqual([]);
  });

  it("goes on as after a loss when the region dies while it hands over", async () => {
    const { active } = await lab.untilReady();
    await writer.untilServed();
    const handing = lab.failover("run", "--to", "west");
    await pause(300);
    await lab.do("fault", "kill", active);
    const { status, err } = await handing;
    // It died before the order was taken, or on the way: either way another region serves, and nothing is lost.
    expect(err).toMatch(status === 0 ? /serves under epoch/ : /^failover\/(refused|not-taken|unfinished)\n/);
    await lab.until("served by another", (now) => now.active !== active && now.state !== "failing-over");
    await lab.do("restore", active);
    await lab.untilReady();
    await writer.untilServed();
    expect(await writer.lost()).toEqual([]);
  });

  it("says that no lab runs where none does", async () => {
    await writer.end();
    await lab.do("down");
    const { status, err } = await lab.failover("failback");
    expect(status).toBe(1);
    expect(err).toMatch(/^lab\/none-runs\n/);
  });
});
