import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openEvidenceLog } from "../../src/adapters/files/evidence-log.ts";
import type { Head } from "../../src/core/evidence/evidence.ts";
import { instantMs, monotonicMs } from "../../src/core/units/units.ts";

const root = join(import.meta.dirname, "../..");
const program = join(root, "dist", "main.js");
const manual = readFileSync(join(root, "docs", "manual", "evidence.md"), "utf8");
const recipe = /<!-- recipe -->\n```bash\n(.*?)```/s.exec(manual)?.[1] ?? "exit 99";

let folder = "";
let evidence = "";
let head: Head = { log: "", size: 0, root: "" };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-evidence-"));
  writeFileSync(join(folder, "confirm.sh"), recipe);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function write(log: string, count: number, anchors: readonly Head[] = []): Promise<Head> {
  const settings = {
    directory: join(folder, "written"),
    keyPath: join(folder, "keys", `${log}.pem`),
    software: "holdfast 0.1.0",
    clock: () => ({ at: instantMs(1_790_000_000_000), monotonic: monotonicMs(12.5) }),
  };
  const opened = await openEvidenceLog({ ...settings, log });
  if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
  for (let index = 1; index <= count; index += 1) {
    const entry = {
      kind: index === count ? "drill-ended" : "step-done",
      body: { index, note: 'naïve – "x"' },
    };
    await opened.value.append({ ...entry, anchors: index === count ? anchors : [] });
  }
  await opened.value.close();
  return opened.value.head();
}

beforeAll(async () => {
  const east = await write("controller-east", 7);
  head = await write("drill", 5, [east]);
});

beforeEach(() => {
  evidence = join(folder, "evidence");
  rmSync(evidence, { recursive: true, force: true });
  cpSync(join(folder, "written"), evidence, { recursive: true });
});

function entryPath(log: string, sequence: number): string {
  return join(evidence, log, "entries", `0000000${sequence}.json`);
}

/** Replaces one letter in the middle of the entry's payload. */
function tamper(log: string, sequence: number): void {
  const text = readFileSync(entryPath(log, sequence), "utf8");
  const at = text.indexOf('"payload":"') + 150;
  const letter = text.charAt(at) === "A" ? "B" : "A";
  writeFileSync(entryPath(log, sequence), text.slice(0, at) + letter + text.slice(at + 1));
}

function confirm(log: string, sequence: number): SpawnSyncReturns<string> {
  return spawnSync("bash", ["confirm.sh", join(evidence, log), String(sequence)], {
    encoding: "utf8",
    cwd: folder,
  });
}

describe("the manual's recipe with openssl and sha256sum", () => {
  it("confirms every entry of a log, of any size, and prints what it says", () => {
    for (let sequence = 1; sequence <= 7; sequence += 1) {
      const { status, stdout, stderr } = confirm("controller-east", sequence);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toMatch(new RegExp(`"sequence":${sequence},[^]*\nconfirmed\n$`));
    }
    expect(confirm("drill", 1).stdout).toContain(`root ${head.root}`);
  });

  it("stops at an entry whose payload was changed", () => {
    tamper("drill", 2);
    const { status, stdout, stderr } = confirm("drill", 2);
    expect(status).not.toBe(0);
    expect(stdout + stderr).toMatch(/Signature Verification Failure/);
    expect(stdout).not.toContain("confirmed");
  });

  it("stops when another entry of the log was changed, dropped or exchanged", () => {
    tamper("drill", 4);
    expect(confirm("drill", 2).status).not.toBe(0);
    cpSync(entryPath("drill", 3), entryPath("drill", 4));
    expect(confirm("drill", 2).status).not.toBe(0);
    rmSync(entryPath("drill", 4));
    expect(confirm("drill", 2).status).not.toBe(0);
  });

  it("stops at a checkpoint that was changed, and at an entry that it does not count", () => {
    expect(confirm("drill", 6).status).not.toBe(0);
    const checkpoint = join(evidence, "drill", "checkpoint");
    writeFileSync(checkpoint, readFileSync(checkpoint, "utf8").replace("\n5\n", "\n4\n"));
    expect(confirm("drill", 2).status).not.toBe(0);
  });
});

function holdfast(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "evidence", ...args], {
    encoding: "utf8",
    cwd: folder,
  });
  return { status, stdout, stderr };
}

describe.skipIf(!existsSync(program))("the built program (skipped where nothing is built)", () => {
  it("verifies evidence, tells the head, and says whose keys it believed", () => {
    const { status, stdout, stderr } = holdfast("verify", "evidence");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^Evidence in evidence holds: 12 entries in 2 logs\.\n/);
    expect(stdout).toContain(`  head        ${head.root}`);
    expect(stdout).toContain("  seals       controller-east at 7");
    expect(stdout).toContain("The keys were found beside the logs and believed.");
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("names the first broken entry and exits with 2", () => {
    tamper("controller-east", 4);
    tamper("controller-east", 6);
    const { status, stdout } = holdfast("verify", "evidence");
    expect(status).toBe(2);
    expect(stdout).toMatch(/^Evidence in evidence DOES NOT HOLD\.\n\n {2}controller-east\/4: /);
    expect(stdout).not.toContain("controller-east/6");
    const data = JSON.parse(holdfast("verify", "evidence", "--json").stdout) as Record<string, unknown>;
    expect(data).toMatchObject({ formatVersion: 1, ok: false, faults: [{ place: "controller-east/4" }] });
  });

  it("believes only the keys that it is given", () => {
    const keys = ["controller-east", "drill"].map((log) => join(folder, "written", log, "public-key.pem"));
    const both = keys.flatMap((key) => ["--key", key]);
    expect(holdfast("verify", "evidence", ...both)).toMatchObject({ status: 0 });
    const one = holdfast("verify", "evidence", "--key", keys[0] ?? "");
    expect(one.status).toBe(2);
    expect(one.stdout).toMatch(/drill, public-key\.pem: the key [0-9a-f]{16}… is not among those given/);
  });

  it("refuses a private key where a public one belongs", () => {
    const refused = holdfast("verify", "evidence", "--key", join(folder, "keys", "drill.pem"));
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/^evidence\/public-key-unusable\n/);
  });

  it("says of a key that is not there that it is not there", () => {
    const { status, stderr } = holdfast("verify", "evidence", "--key", "nowhere.pem");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^evidence\/public-key-unusable\n.*nowhere\.pem: there is no such file\n/);
  });

  it("finds a head kept elsewhere, and misses one that is not there", () => {
    expect(holdfast("verify", "evidence", "--head", head.root.toUpperCase()).stdout).toContain(
      'This is the head of "drill" at 5 entries:',
    );
    expect(holdfast("verify", "evidence", "--head", "0".repeat(64))).toMatchObject({ status: 2 });
    expect(holdfast("verify", "evidence", "--head", "abc")).toMatchObject({ status: 1 });
  });

  it("lists and shows entries, in words and as data", () => {
    expect(holdfast("list", "evidence").stdout.split("\n")).toHaveLength(13);
    const shown = holdfast("show", "evidence", "drill/5");
    expect(shown.status).toBe(0);
    expect(shown.stdout).toContain("drill/5  drill-ended");
    expect(shown.stdout).toContain('note: naïve – "x"');
    for (const line of shown.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    const data = JSON.parse(holdfast("show", "evidence", "drill/5", "--json").stdout) as unknown;
    expect(data).toMatchObject({
      formatVersion: 1,
      entry: { sequence: 5, at: "2026-09-21T14:13:20.000Z", monotonicMs: 12.5 },
      proof: { head },
    });
  });

  it("says what it cannot read and what there is not, with a way out", () => {
    expect(holdfast("verify", "nowhere")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("mend: name a folder that exists") as string,
    });
    expect(holdfast("show", "evidence", "drill/9")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("controller-east (7), drill (5)") as string,
    });
  });

  it("changes nothing in what it reads", () => {
    holdfast("verify", "evidence");
    expect(readdirSync(join(evidence, "drill"))).toEqual(["checkpoint", "entries", "public-key.pem"]);
  });
});
