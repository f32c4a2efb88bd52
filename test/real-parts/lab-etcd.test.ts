import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LabStatus } from "../../src/runtime/lab.ts";
import { isEtcdHere, leaderSeenAt, skipped } from "../running-etcd.ts";
import { isListening, ownProgram, RunningLab, SteadyWriter } from "../running-lab.ts";
import { canSlowDisks, slowedDisk } from "../slow-disk.ts";

function votersOf({ coordination }: LabStatus): readonly number[] {
  return coordination.voters.flatMap(({ pid }) => pid ?? []);
}

function roleIn({ regions }: LabStatus, region: string): string {
  return regions.find(({ name }) => name === region)?.role ?? "";
}

function standbyOf({ regions, active }: LabStatus): string {
  return regions.find(({ name }) => name !== active)?.name ?? "";
}

describe.skipIf(!isEtcdHere)(`a lab that coordinates by an etcd${skipped}`, () => {
  let program: Awaited<ReturnType<typeof ownProgram>>;
  let lab: RunningLab;
  let writer: SteadyWriter;

  beforeAll(async () => {
    program = await ownProgram();
    lab = await RunningLab.inNewFolder(program.file);
    const { edge } = await lab.up("--coordinator", "etcd");
    writer = new SteadyWriter(edge.postgresUrl);
    await writer.start();
  });

  afterAll(async () => {
    await lab.remove();
    await program.remove();
  });

  it("says so, with its three voters", async () => {
    const { coordination } = await lab.untilReady();
    expect(coordination).toMatchObject({ kind: "etcd", isAnswering: true });
    expect(new Set(coordination.voters.map(({ pid }) => pid)).size).toBe(3);
    const { out } = await lab.lab("status");
    expect(out).toContain(`  etcd    ${coordination.voters.map(({ url }) => url).join(",")}\n`);
  });

  it.each(["kill", "freeze", "partition"] as const)(
    "fails over when its active region is lost to %s, with every acknowledged write",
    async (fault) => {
      const before = await lab.untilReady();
      await writer.untilServed();
      await lab.do("fault", fault, before.active);
      await writer.untilServed();
      const after = await lab.until(
        "served by another",
        ({ active, state }) => active !== before.active && state !== "failing-over",
      );
      expect(after.epoch).toBeGreaterThan(before.epoch);
      await lab.do("restore", before.active);
      expect(roleIn(await lab.untilReady(), before.active)).toBe("synchronous-standby");
      expect(await writer.lost()).toEqual([]);
    },
  );

  it("fails over without one of its voters, which comes back with any region that is restored", async () => {
    const before = await lab.untilReady();
    const [voter = 0] = votersOf(before);
    process.kill(voter, "SIGKILL");
    const without = await lab.until("degraded", ({ state }) => state === "degraded");
    expect(votersOf(without)).toHaveLength(2);
    expect((await lab.lab("status")).out).toContain("(missing: voter-1)\n");
    await lab.do("fault", "kill", before.active);
    await writer.untilServed();
    await lab.do("restore", before.active);
    const whole = await lab.untilReady();
    expect(whole.active).not.toBe(before.active);
    expect(votersOf(whole)).toHaveLength(3);
    expect(await writer.lost()).toEqual([]);
  });

  it.skipIf(!canSlowDisks)(
    "serves on, and fails over, while each sync of its leading voter's disk takes 300 ms longer (skipped without strace)",
    async () => {
      const before = await lab.untilReady();
      const { voters, access } = before.coordination;
      const authority = await readFile(access?.authorityFile ?? "", "utf8");
      const seen = await Promise.all(voters.map(({ url }) => leaderSeenAt(url, authority)));
      const leading = voters[seen.findIndex((each) => each !== null && each.own === each.leader)];
      const mend = await slowedDisk(leading?.pid ?? 0, 300);
      try {
        await writer.untilServed();
        // Longer than any lease: what is slow is not lost.
        await pause(12_000);
        expect(await lab.status()).toMatchObject({ active: before.active, epoch: before.epoch });
        await lab.do("fault", "kill", before.active);
        await writer.untilServed(60_000);
        const after = await lab.until("served by another", ({ active }) => active !== before.active);
        expect(after.epoch).toBeGreaterThan(before.epoch);
      } finally {
        await mend();
      }
      await lab.do("restore", before.active);
      await lab.untilReady();
      expect(await writer.lost()).toEqual([]);
    },
  );

  it("goes on as it was while most of its voters are away, decides nothing, and decides once they are back", async () => {
    const before = await lab.untilReady();
    for (const pid of votersOf(before).slice(0, 2)) process.kill(pid, "SIGKILL");
    const silent = await lab.until("silent", ({ coordination }) => !coordination.isAnswering);
    expect(silent).toMatchObject({ state: "degraded", active: before.active, epoch: before.epoch });
    await writer.untilServed();
    await lab.do("fault", "kill", before.active);
    const idle = await lab.until("idle", ({ state }) => state === "failing-over");
    expect(idle).toMatchObject({ active: before.active, epoch: before.epoch });
    expect(idle.blockedBy).toBe("the coordination store does not answer");
    // Restoring a region that is whole brings the voters back, and not the one that was lost.
    await lab.do("restore", standbyOf(before));
    await writer.untilServed();
    const after = await lab.until("served by another", ({ active }) => active !== before.active);
    expect(after.epoch).toBeGreaterThan(before.epoch);
    await lab.do("restore", before.active);
    await lab.untilReady();
    expect(await writer.lost()).toEqual([]);
  });

  it("leaves no voter running when its daemon is killed, and goes on with what they know", async () => {
    const before = await lab.untilReady();
    await writer.untilServed();
    await writer.end();
    const [voter = 0] = votersOf(before);
    process.kill(voter, "SIGSTOP");
    process.kill(await lab.daemonPid(), "SIGKILL");
    expect(await lab.untilNothingRuns()).toEqual([]);
    const again = await lab.up();
    expect(again).toMatchObject({ state: "ready", coordination: { kind: "etcd" } });
    expect(again.epoch).toBeGreaterThanOrEqual(before.epoch);
    expect(await writer.lost(again.edge.postgresUrl)).toEqual([]);
  });

  it("is taken down with its voters when its state file is lost, and is no lab of another coordinator", async () => {
    const { coordination } = await lab.untilReady();
    await rm(join(lab.root, "lab.json"));
    await lab.do("down");
    expect(await lab.processes()).toEqual([]);
    for (const { url } of coordination.voters) expect(await isListening(url)).toBe(false);
    const refused = await lab.lab("up", "--detach", "--coordinator", "built-in");
    expect(refused.status).toBe(1);
    expect(refused.err).toMatch(/^lab\/other-coordinator\n/);
    expect(refused.err.replaceAll(/\s+/g, " ")).toContain(
      "coordinates by an etcd, and its own store is asked for",
    );
  });
});
