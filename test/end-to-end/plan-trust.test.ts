import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, inOneLine } from "../built-program.ts";
import { LabWorkspace } from "../lab-workspace.ts";

let lab: LabWorkspace;

beforeAll(async () => {
  lab = await LabWorkspace.make();
  await lab.labUp();
});
afterAll(async () => {
  expect(await lab.remove()).toEqual([]);
});

function trust(...more: readonly string[]): Promise<Ended> {
  return lab.holdfast("plan", "trust", "workspace", "--evidence", "lab/evidence", ...more);
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
      /^SIMULATED region-failover in region-lost carried out on paper in \d+ courses \(simulated\) not DRILLED: nobody has carried it out: no drill, and no run it goes by itself proven or not: automation.failover is always SIMULATED region-failover in region-frozen/,
    );
    expect(Math.max(...told.out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("is ARMED once a drill of it was met, in the scenario that was drilled, while it stays what it was", async () => {
    const drill = ["drill", "run", "region-loss", "--dir", "lab", "--workspace", "workspace", "--out", "out"];
    expect(await lab.holdfast(...drill)).toMatchObject({ status: 0 });
    expect(await states()).toEqual({ "region-lost": "ARMED", "region-frozen": "SIMULATED" });
    const told = await trust("--require", "SIMULATED");
    expect(told.status).toBe(0);
    expect(inOneLine(told.out)).toMatch(
      /^ARMED region-failover in region-lost proven by the drill drill\/\d+, until \d{4}-\d\d-\d\d/,
    );
    expect(inOneLine(told.out)).toMatch(/ in region-frozen .* not DRILLED: nobody has carried it out/);
    const text = lab.recovery;
    lab.recovery = text.replace("coolDown: 3 s", "coolDown: 4 s");
    const changed = await trust();
    expect(inOneLine(changed.out)).toContain("not DRILLED: it has changed since the drill of ");
    // What is said in prose, and of what it has nothing to do with, changes nothing of it.
    lab.recovery = text.replace("  description: Another region", "  description: A further region");
    expect(await states()).toMatchObject({ "region-lost": "ARMED" });
    lab.recovery = text;
    expect(await states()).toMatchObject({ "region-lost": "ARMED" });
  });

  it("is no further than evidence holds", async () => {
    const entries = join(lab.folder, "lab", "evidence", "drill", "entries");
    // The last of a drill says how it ended.
    const path = join(entries, readdirSync(entries).sort().at(-1) ?? "");
    const text = readFileSync(path, "utf8");
    try {
      writeFileSync(path, text.replace(/[a-z]/, "x"));
      expect(await states()).toMatchObject({ "region-lost": "SIMULATED" });
      expect(inOneLine((await trust()).err)).toMatch(
        /^lab\/evidence: drill\/\d+: .*; nothing of drill proves anything/,
      );
    } finally {
      writeFileSync(path, text);
    }
    expect(await states()).toMatchObject({ "region-lost": "ARMED" });
  });

  it("believes only the keys that it is given", async () => {
    const keyOf = (log: string): string => join("lab", "evidence", log, "public-key.pem");
    const other = readdirSync(join(lab.folder, "lab", "evidence")).find((log) => log !== "drill") ?? "";
    expect((await trust("--key", keyOf("drill"))).out).toMatch(/^ARMED/);
    const disbelieved = await trust("--key", keyOf(other));
    expect(disbelieved.out).toMatch(/^SIMULATED/);
    expect(inOneLine(disbelieved.err)).toMatch(
      /drill, public-key\.pem: the key [0-9a-f]{16}… is not among those given/,
    );
    expect(await trust("--key", "nowhere.pem")).toMatchObject({ status: 1, out: "" });
  });

  it("says that there is no such folder of evidence", async () => {
    const refused = await lab.holdfast("plan", "trust", "workspace", "--evidence", "nowhere");
    expect(refused.status).toBe(1);
    expect(refused.err).toContain("nowhere");
  });
});
