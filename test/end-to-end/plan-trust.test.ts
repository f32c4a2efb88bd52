import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { chmod, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, inOneLine } from "../built-program.ts";
import { ownProgram } from "../running-lab.ts";
import { ended, StartedProgram } from "../started-program.ts";

let own: Awaited<ReturnType<typeof ownProgram>>;
let folder = "";

beforeAll(async () => {
  own = await ownProgram();
  folder = await mkdtemp(join(tmpdir(), "holdfast-plan-trust-"));
  // PostgreSQL runs as another account when we are root, and must be able to pass.
  await chmod(folder, 0o711);
  await cp("examples/lab", join(folder, "workspace"), { recursive: true });
  expect(await holdfast("lab", "up", "--detach", "--dir", "lab")).toMatchObject({ status: 0 });
});
afterAll(async () => {
  const down = new StartedProgram({ program: own.file, args: ["lab", "down", "--dir", "lab"], folder });
  await down.ended();
  const left = await down.leftRunning();
  await rm(folder, { recursive: true });
  await own.remove();
  expect(left).toEqual([]);
});

function holdfast(...args: readonly string[]): Promise<Ended> {
  return ended({ program: own.file, args, folder });
}

function trust(...more: readonly string[]): Promise<Ended> {
  return holdfast("plan", "trust", "workspace", "--evidence", "lab/evidence", ...more);
}

async function states(): Promise<Readonly<Record<string, string>>> {
  const told = JSON.parse((await trust("--json")).out) as {
    readonly plans: readonly { readonly scenario: string; readonly state: string }[];
  };
  return Object.fromEntries(told.plans.map(({ scenario, state }) => [scenario, state]));
}

describe("how far the lab's plan is trusted", () => {
  it("is as far as paper goes before anything was done", async () => {
    const told = await trust("--require", "DRILLED");
    expect(told.status).toBe(2);
    expect(inOneLine(told.out)).toMatch(
      /^SIMULATED region-failover in region-lost carried out on paper in \d+ courses \(simulated\) not DRILLED: nobody has carried it out: no drill, and no run SIMULATED region-failover in region-frozen/,
    );
    expect(Math.max(...told.out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("is ARMED once a drill of it was met, in the scenario that was drilled, while it stays what it was", async () => {
    const drill = ["drill", "run", "region-loss", "--dir", "lab", "--workspace", "workspace", "--out", "out"];
    expect(await holdfast(...drill)).toMatchObject({ status: 0 });
    expect(await states()).toEqual({ "region-lost": "ARMED", "region-frozen": "SIMULATED" });
    const told = await trust("--require", "SIMULATED");
    expect(told.status).toBe(0);
    expect(inOneLine(told.out)).toMatch(
      /^ARMED region-failover in region-lost proven by the drill drill\/\d+, until \d{4}-\d\d-\d\d/,
    );
    expect(inOneLine(told.out)).toMatch(/ in region-frozen .* not DRILLED: nobody has carried it out/);
    const manifest = join(folder, "workspace", "recovery.yaml");
    const text = readFileSync(manifest, "utf8");
    writeFileSync(manifest, text.replace("coolDown: 3 s", "coolDown: 4 s"));
    const changed = await trust();
    expect(inOneLine(changed.out)).toContain("not DRILLED: it has changed since the drill of ");
    // What is said in prose, and of what it has nothing to do with, changes nothing of it.
    writeFileSync(manifest, text.replace("  description: Another region", "  description: A further region"));
    expect(await states()).toMatchObject({ "region-lost": "ARMED" });
    writeFileSync(manifest, text);
    expect(await states()).toMatchObject({ "region-lost": "ARMED" });
  });

  it("is no further than evidence holds", async () => {
    const entries = join(folder, "lab", "evidence", "drill", "entries");
    // The last of a drill says how it ended.
    const path = join(entries, readdirSync(entries).sort().at(-1) ?? "");
    const text = readFileSync(path, "utf8");
    try {
      writeFileSync(path, text.replace(/[a-z]/, "x"));
      expect(await states()).toMatchObject({ "region-lost": "SIMULATED" });
    } finally {
      writeFileSync(path, text);
    }
    expect(await states()).toMatchObject({ "region-lost": "ARMED" });
  });

  it("says that there is no such folder of evidence", async () => {
    const refused = await holdfast("plan", "trust", "workspace", "--evidence", "nowhere");
    expect(refused.status).toBe(1);
    expect(refused.err).toContain("nowhere");
  });
});
