import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { asynchronousWorkspace } from "../../bench/peers/asynchronous.ts";
import { ownProgram, RunningLab, SteadyWriter } from "../running-lab.ts";

describe("a lab whose commits nobody confirms", () => {
  let program: Awaited<ReturnType<typeof ownProgram>>;
  /** What undoes the lab of a test, the last first. */
  const ends: (() => Promise<void> | void)[] = [];

  beforeAll(async () => {
    program = await ownProgram();
  });

  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  afterAll(() => program.remove());

  /** A lab that accepts the loss of so much without a person, with a client that writes. */
  async function labWithin(
    rpo: string,
  ): Promise<{ readonly lab: RunningLab; readonly writer: SteadyWriter }> {
    const workspace = asynchronousWorkspace(rpo);
    ends.push(workspace.remove);
    const lab = await RunningLab.inNewFolder(program.file);
    ends.push(() => lab.remove());
    const { edge } = await lab.up("--workspace", workspace.folder);
    const writer = new SteadyWriter(edge.postgresUrl);
    ends.push(() => writer.end());
    await writer.start();
    await writer.untilServed();
    return { lab, writer };
  }

  async function logsOf(lab: RunningLab): Promise<string> {
    const regions = ["west", "central"];
    const logs = regions.map((region) =>
      readFile(join(lab.root, "logs", `controller-${region}.log`), "utf8"),
    );
    return (await Promise.all(logs)).join("");
  }

  it("serves on while its active region is cut off from the store for longer than its lease lasts, and loses nothing", async () => {
    const { lab, writer } = await labWithin("10 s");
    const { active, epoch } = await lab.untilReady();
    await lab.do("fault", "partition", active, "--from", "coordination");
    const end = performance.now() + 10_000;
    while (performance.now() < end) expect(await lab.status()).toMatchObject({ active, epoch });
    await writer.untilServed();
    await lab.do("fault", "heal", active);
    expect(await lab.untilReady()).toMatchObject({ active, epoch });
    await writer.untilServed();
    expect(await writer.lost()).toEqual([]);
  });

  it("fails over by itself within its RPO, and says what it may have lost", async () => {
    const { lab } = await labWithin("10 s");
    await lab.do("fault", "kill", "east");
    const after = await lab.until(
      "served by another",
      ({ active, state }) => active !== "east" && state !== "failing-over",
    );
    expect(after.mayLack).toMatchObject({ kind: "estimated" });
    expect(await logsOf(lab)).toMatch(/may lack [\d.]+ s of writes, [\d,]+ bytes of log \(estimated\)/);
  });

  it("waits for a person where more may be lost, and goes on when that person says so", async () => {
    const { lab } = await labWithin("1 s");
    await lab.do("fault", "kill", "east");
    const ask = "and the RPO is 1 s: ask for it with `holdfast failover run --ungraceful`";
    const end = performance.now() + 20_000;
    while (!(await logsOf(lab)).includes(ask) && performance.now() < end) await lab.status();
    expect(await logsOf(lab)).toContain(ask);
    expect(await lab.status()).toMatchObject({ active: "east", state: "failing-over" });
    expect((await lab.status()).blockedBy).toContain("a person decides");
    const { status } = await lab.failover("run", "--ungraceful", "--by", "ada");
    expect(status).toBe(0);
    const after = await lab.until(
      "served by another",
      ({ active, state }) => active !== "east" && state !== "failing-over",
    );
    expect(after.mayLack).toMatchObject({ kind: "estimated" });
  });
});
