import { cpSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, projectRoot } from "../built-program.ts";
import { ownProgram, RunningLab } from "../running-lab.ts";
import { ended, StartedProgram } from "../started-program.ts";

let own: Awaited<ReturnType<typeof ownProgram>>;
let lab: RunningLab;
let folder = "";

beforeAll(async () => {
  own = await ownProgram();
  folder = await mkdtemp(join(tmpdir(), "holdfast-drill-test-"));
  lab = await RunningLab.inNewFolder(own.file);
});
afterAll(async () => {
  await lab.remove();
  await own.remove();
  await rm(folder, { recursive: true });
});

function command(...options: readonly string[]): {
  program: string;
  args: readonly string[];
  folder: string;
} {
  return { program: own.file, args: ["drill", "run", ...options, "--dir", lab.root], folder };
}

function drill(...options: readonly string[]): Promise<Ended> {
  return ended(command(...options));
}

describe("a drill that cannot begin", () => {
  it("says how to start a lab when none runs, and leaves nothing behind", async () => {
    const { status, err } = await drill("region-loss");
    expect(status).toBe(1);
    expect(err).toMatch(/lab\/none-runs\n/);
    expect(err).toContain("mend: start one with `holdfast lab up --detach`");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("guesses which drill was meant", async () => {
    const { status, err } = await drill("region-los");
    expect(status).toBe(1);
    expect(err).toMatch(/^drill\/unknown\n.*did you mean "region-loss"\?/);
    expect(err).toContain("region-freeze");
  });

  it("shows where its workspace is broken", async () => {
    cpSync(join(projectRoot, "examples", "lab"), join(folder, "broken"), { recursive: true });
    writeFileSync(join(folder, "broken", "typo.yaml"), "apiVersion: holdfast/v1alpha1\nkind: Dril\n");
    const { status, err } = await drill("region-loss", "--workspace", "broken");
    expect(status).toBe(1);
    expect(err).toContain("typo.yaml:2:7");
    expect(err).toContain('"Drill"');
    await rm(join(folder, "broken"), { recursive: true });
  });

  it("names the missing workspace", async () => {
    const { status, err } = await drill("region-loss", "--workspace", "nowhere");
    expect(status).toBe(1);
    expect(err).toContain("nowhere");
    expect(err).toContain("mend:");
  });
});

/** One lab's story, in order: it runs, a drill on it is interrupted, another region takes over, a region is missing. */
describe("a drill on a lab that runs", () => {
  beforeAll(async () => {
    await lab.up();
    await lab.untilReady();
  });

  it("brings everything back when it is interrupted, and the lab keeps its record", async () => {
    const running = new StartedProgram(command("region-freeze"));
    await running.untilSays("east is lost");
    running.signal("SIGINT");
    const { status, err } = await running.ended();
    expect(status).toBe(130);
    expect(err).not.toContain("mistake of Holdfast");
    await lab.untilReady();
    const evidence = join(lab.root, "evidence");
    const verify = { program: own.file, args: ["evidence", "verify", evidence], folder };
    expect((await ended(verify)).status).toBe(0);
    const list = { program: own.file, args: ["evidence", "list", evidence], folder };
    expect((await ended(list)).out).toContain("drill-broken-off");
    expect(existsSync(join(folder, "holdfast-drill"))).toBe(false);
  });

  it("says who serves when the scenario strikes another region", async () => {
    if ((await lab.status()).active === "east") {
      await lab.do("fault", "kill", "east");
      await lab.until(
        "served from elsewhere",
        ({ active, state }) => active !== "east" && state === "degraded",
      );
    }
    const { active, state } = await lab.status();
    if (state !== "ready") {
      expect((await drill("region-loss")).err).toMatch(/drill\/lab-not-ready\n.*degraded/);
      await lab.do("restore", "east");
      await lab.untilReady();
    }
    const { status, err } = await drill("region-loss");
    expect(status).toBe(1);
    expect(err).toContain("drill/region-not-active");
    expect(err).toContain(`strikes east, but ${active} serves now`);
  });

  it("refuses a lab that is not whole", async () => {
    await lab.do("fault", "kill", "central");
    await lab.until("not whole", ({ state }) => state !== "ready");
    const { status, err } = await drill("region-loss");
    expect(status).toBe(1);
    expect(err).toContain("drill/lab-not-ready");
    expect(err).toContain("holdfast lab restore REGION");
  });
});
