import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LabStatus } from "../../src/runtime/lab.ts";
import { inOneLine } from "../built-program.ts";
import { LabWorkspace } from "../lab-workspace.ts";
import { SteadyWriter } from "../running-lab.ts";
import { SmallDisk } from "../small-disk.ts";

const full = "no space is left to write evidence (ENOSPC)";

describe.skipIf(!SmallDisk.canBeMounted())(
  "a lab whose evidence has a disk of its own, which fills up (skipped: only root can mount a small one)",
  () => {
    let lab: LabWorkspace;
    let disk: SmallDisk;
    let writer: SteadyWriter;

    const made = (name: string): string => join(lab.folder, "made", name);

    /** A program of one's own, as a step of a plan has it. */
    function step(name: string, script: string): string {
      const by = `kind: exec, directory: ../made, environment: [PATH], command: [sh, -c, ${JSON.stringify(script)}]`;
      return `- { phase: run, name: ${name}, within: 20 s, by: { ${by} } }`;
    }

    beforeAll(async () => {
      lab = await LabWorkspace.make();
      for (const name of ["made", "lab/evidence"]) mkdirSync(join(lab.folder, name), { recursive: true });
      const mounted = SmallDisk.mounted(join(lab.folder, "lab", "evidence"));
      if (mounted === null) throw new Error("a small disk could be mounted a moment ago");
      disk = mounted;
      lab.declare("small", [
        step("one", "touch one; while [ -e hold ]; do sleep 0.05; done"),
        step("two", 'echo "$HOLDFAST_EPOCH" >> two'),
      ]);
      const [{ edge }] = await Promise.all([lab.labUp(), lab.keep("small", "small.json")]);
      writer = new SteadyWriter(edge.postgresUrl);
      await writer.start();
    });
    afterAll(async () => {
      await writer.end();
      await lab.holdfast("lab", "down", "--dir", "lab");
      disk.remove();
      expect(await lab.remove()).toEqual([]);
    });

    async function status(): Promise<LabStatus> {
      return JSON.parse((await lab.holdfast("lab", "status", "--dir", "lab", "--json")).out) as LabStatus;
    }

    async function until(isSo: (now: LabStatus) => boolean): Promise<LabStatus> {
      for (;;) {
        const now = await status();
        if (isSo(now)) return now;
        await pause(200);
      }
    }

    it("carries a plan out to its end, and says once that not all of its evidence is kept", async () => {
      writeFileSync(made("hold"), "");
      const running = lab.run("small.json");
      await running.untilSays("1 run one: under way");
      while (!existsSync(made("one"))) await pause(50);
      disk.fillBut(0);
      rmSync(made("hold"));
      const { status: code, err } = await running.ended();
      expect(code).toBe(0);
      expect(readFileSync(made("two"), "utf8")).toMatch(/^\d+\n$/);
      expect(err.match(/evidence of this run/g)).toHaveLength(1);
      const told = inOneLine(err);
      expect(told).toContain("not all evidence of this run is kept: ");
      expect(told).toContain(`${full} mend: free some space there`);
      disk.clear();
      expect(await lab.holdfast("evidence", "verify", "lab/evidence")).toMatchObject({ status: 0 });
    });

    it("begins no failover that nobody can write down, says why, and fails over once there is room", async () => {
      const before = await until(({ state }) => state === "ready");
      await writer.untilServed();
      disk.fillBut(0);
      expect(await lab.holdfast("lab", "fault", "kill", before.active, "--dir", "lab")).toMatchObject({
        status: 0,
      });
      const held = await until(({ blockedBy }) => blockedBy?.includes(full) === true);
      expect(held).toMatchObject({ state: "failing-over", active: before.active, epoch: before.epoch });
      expect(held.blockedBy).toMatch(/^a decision could not be written down: /);
      expect(held.regions.filter(({ role }) => role === "primary")).toEqual([]);
      const told = await lab.holdfast("lab", "status", "--dir", "lab");
      expect(inOneLine(told.out)).toContain(full);
      disk.clear();
      await until(({ active, state }) => active !== before.active && state !== "failing-over");
      await writer.untilServed();
      expect(await lab.holdfast("lab", "restore", before.active, "--dir", "lab")).toMatchObject({
        status: 0,
      });
      await until(({ state }) => state === "ready");
      expect(await writer.lost()).toEqual([]);
      expect(await lab.holdfast("evidence", "verify", "lab/evidence")).toMatchObject({ status: 0 });
    });
  },
);
