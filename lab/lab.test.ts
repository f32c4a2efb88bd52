import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isAlive, type ProcessIdentity } from "../src/adapters/processes/identity.ts";
import { stopAll } from "../src/adapters/processes/signals.ts";
import { startProcess } from "../src/adapters/processes/start-process.ts";
import { milliseconds } from "../src/core/units/units.ts";
import { labVerbs } from "./lab.ts";

let root = "";
let started: ProcessIdentity[] = [];
const lab = labVerbs("no program is run");

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "holdfast-state-"));
  // Else the places of its data, for root, would be made outside of it.
  await chmod(root, 0o711);
  started = [];
});
afterEach(async () => {
  await stopAll(started, { gentleMs: milliseconds(1_000) });
  await rm(root, { recursive: true });
});

/** A process that stands in the lab's folder and runs a command line with these words. */
async function running(...words: readonly string[]): Promise<ProcessIdentity> {
  await writeFile(join(root, "wait.mjs"), "setInterval(() => undefined, 1000);");
  const begun = await startProcess({
    command: process.execPath,
    args: [join(root, "wait.mjs"), ...words],
    env: {},
    cwd: root,
    logFile: join(root, "wait.log"),
  });
  if (!begun.ok) throw new Error(begun.problems[0].what);
  started.push(begun.value.identity);
  return begun.value.identity;
}

const broken = [
  ["empty", ""],
  ["no JSON", '{"formatVersion": 1, "dae'],
  ["nothing", "null"],
  ["a number", "0"],
  ["a list", "[]"],
  ["a record without anything", "{}"],
  [
    "a record that would end everybody's processes",
    '{"formatVersion":1,"daemon":{"pid":-1,"startedAt":null},"controlPort":1,"token":"t","processes":[],"dataFolders":[]}',
  ],
] as const;

describe("a folder whose lab.json broke", () => {
  it.each(broken)("is told as such by every verb when the file is %s", async (_what, text) => {
    const path = join(root, "lab.json");
    await writeFile(path, text);
    const refusal = {
      ok: false,
      problems: [
        {
          code: "lab/state-unreadable",
          what: expect.stringContaining(path) as string,
          mend: expect.stringContaining(`holdfast lab down --dir ${root}`) as string,
        },
      ],
    };
    const ports = { sql: null, http: null };
    const signal = AbortSignal.timeout(10_000);
    expect(await lab.status(root)).toMatchObject(refusal);
    expect(await lab.restore(root, "east")).toMatchObject(refusal);
    expect(
      await lab.start({ root, ports, leaves: "data", onProgress: () => undefined }, signal),
    ).toMatchObject(refusal);
  });

  it("is cleaned up all the same: what runs there ends, and the file is put aside", async () => {
    await writeFile(join(root, "lab.json"), "{}");
    const parts = [
      await running("lab", "daemon", "--dir", root),
      await running("lab", "process", "agent", "region.json"),
    ];
    const other = await running("lab-notes", "daemon");
    expect(await lab.stop(root)).toEqual({ ok: true, value: "stopped" });
    expect(parts.filter(isAlive)).toEqual([]);
    expect(isAlive(other)).toBe(true);
    expect(await readFile(join(root, "lab.json.unreadable"), "utf8")).toBe("{}");
    expect(await lab.stop(root)).toEqual({ ok: true, value: "none-ran" });
  });
});

describe("a folder without a lab", () => {
  it("has none to end", async () => {
    expect(await lab.stop(root)).toEqual({ ok: true, value: "none-ran" });
    expect(await lab.stop(join(root, "not", "made"))).toEqual({ ok: true, value: "none-ran" });
    expect(await readdir(root)).toEqual([]);
  });

  it("says how one is started there", async () => {
    expect(await lab.status(root)).toMatchObject({
      problems: [
        {
          code: "lab/none-runs",
          mend: expect.stringContaining(`\`holdfast lab up --detach --dir ${root}\``) as string,
        },
      ],
    });
  });

  it("says so when a folder stands where its state belongs", async () => {
    await mkdir(join(root, "lab.json"));
    expect(await lab.stop(root)).toMatchObject({ ok: false, problems: [{ code: "lab/system-refused" }] });
  });

  it("says so when its name is too long", async () => {
    const long = join(root, "long".repeat(100));
    expect(await lab.status(long)).toMatchObject({ problems: [{ code: "lab/folder-name-too-long" }] });
  });
});
