import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlanRun } from "../../src/core/plan/run.ts";
import type { LabStatus } from "../../src/runtime/lab.ts";
import { inOneLine } from "../built-program.ts";
import { LabWorkspace } from "../lab-workspace.ts";
import { SteadyWriter } from "../running-lab.ts";
import type { StartedProgram } from "../started-program.ts";

const asks = "- { phase: approve, name: spend, people: 1, within: 5 min }";
const tells =
  "- { phase: run, name: told, within: 20 s, by: { kind: exec, directory: ., environment: [PATH], command: [sh, -c, 'echo $HOLDFAST_EPOCH >> told'] } }";

describe("a plan that is carried out where the region that serves is lost", () => {
  let lab: LabWorkspace;
  let writer: SteadyWriter;

  beforeAll(async () => {
    lab = await LabWorkspace.make();
    lab.edit("recovery.yaml", "failover: always", "failover: when-armed");
    lab.recovery = lab.recovery
      .replace("  steps:\n", `  steps:\n    ${asks}\n`)
      .replace(/( +- \{ phase: verify,.*\n)/, `$1    ${tells}\n`);
    const up = await lab.holdfast(
      ...["lab", "up", "--detach", "--dir", "lab", "--workspace", "workspace", "--json"],
    );
    expect(up).toMatchObject({ status: 0 });
    await lab.keep("region-failover", "agreed.json");
    writer = new SteadyWriter((JSON.parse(up.out) as LabStatus).edge.postgresUrl);
    await writer.start();
    await writer.untilServed();
  });
  afterAll(async () => {
    await writer.end();
    expect(await lab.remove()).toEqual([]);
  });

  async function until(awaited: string, isSo: (lab: LabStatus) => boolean): Promise<LabStatus> {
    for (let tries = 0; ; tries += 1) {
      const { out } = await lab.holdfast("lab", "status", "--dir", "lab", "--json");
      const seen = JSON.parse(out) as LabStatus;
      if (isSo(seen)) return seen;
      if (tries > 200) throw new Error(`never ${awaited}: ${out}`);
      await pause(100);
    }
  }

  async function runNow(): Promise<PlanRun> {
    const { out } = await lab.holdfast("failover", "status", "--dir", "lab", "--json");
    return (JSON.parse(out) as { readonly run: PlanRun }).run;
  }

  async function lose(region: string): Promise<void> {
    const fault = await lab.holdfast("lab", "fault", "kill", region, "--dir", "lab");
    expect(fault).toMatchObject({ status: 0 });
  }

  async function approved(running: StartedProgram): ReturnType<StartedProgram["ended"]> {
    const yes = await lab.holdfast("failover", "approve", "--dir", "lab", "--by", "bob");
    expect(yes).toMatchObject({ status: 0 });
    return running.ended();
  }

  async function begun(...form: readonly string[]): Promise<StartedProgram> {
    const running = lab.run("agreed.json", ...form);
    await running.untilSays("1 approve spend: waits for");
    return running;
  }

  const told = (): readonly string[] =>
    readFileSync(join(lab.folder, "workspace", "told"), "utf8")
      .trimEnd()
      .split("\n");

  it("begins by nobody's hand while it is held, and is carried out ungracefully on a person's word, with nothing lost", async () => {
    await lose("east");
    const held = await until("blocked", ({ blockedBy }) => blockedBy !== null);
    expect(held).toMatchObject({ active: "east", trust: "held" });
    expect(held.blockedBy).toContain("automatic failover is held, and waits");
    const done = await approved(await begun("--ungraceful"));
    expect([done.status, inOneLine(done.err)]).toEqual([0, expect.stringContaining("told")]);
    const run = await runNow();
    expect(run).toMatchObject({ end: "done" });
    expect(told()).toEqual([`${run.epoch}`]);
    await writer.untilServed();
    expect(await until("served by another", ({ active }) => active !== "east")).toMatchObject({
      trust: "held",
    });
    expect(await writer.lost()).toEqual([]);
    expect(await lab.holdfast("evidence", "verify", "lab/evidence")).toMatchObject({ status: 0 });
  });

  it("stops where it was begun gracefully and the region is lost meanwhile, and goes on ungracefully under its epoch", async () => {
    expect((await lab.holdfast("lab", "restore", "east", "--dir", "lab")).status).toBe(0);
    await until("whole", ({ state }) => state === "ready");
    expect((await lab.holdfast("failover", "failback", "--dir", "lab")).status).toBe(0);
    await until("led by the first", ({ state, active }) => state === "ready" && active === "east");
    await writer.untilServed();
    const before = told().length;

    const running = await begun();
    await lose("east");
    await until("blocked", ({ blockedBy }) => blockedBy !== null);
    const stopped = await approved(running);
    expect(stopped.status).toBe(2);
    expect(inOneLine(stopped.err)).toContain("--resume --ungraceful");
    const { id, epoch } = await runNow();
    expect(told()).toHaveLength(before);

    const done = await lab.run("agreed.json", "--resume", "--ungraceful").ended();
    expect([done.status, inOneLine(done.err)]).toEqual([0, expect.stringContaining("told")]);
    expect(await runNow()).toMatchObject({ id, epoch, end: "done" });
    expect(told().slice(before)).toEqual([`${epoch}`]);
    await writer.untilServed();
    expect(await writer.lost()).toEqual([]);
  });
});
