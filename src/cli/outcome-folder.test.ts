import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundled } from "../../test/bundled.ts";
import { makeFolder } from "../adapters/files/make-folder.ts";
import { lockOutcome } from "../adapters/files/outcome-lock.ts";
import { openOutcomeFolder, type OutcomeFolder, placeOutcome } from "./outcome-folder.ts";

let folder = "";
let record = "";
let out: OutcomeFolder;
const written = { summary: "new summary", html: "new page", pdf: new Uint8Array([1]), trace: "{}" };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-outcome-"));
  record = join(folder, "record");
  await mkdir(join(record, "drill"), { recursive: true });
  await writeFile(join(record, "drill", "entry"), "signed");
  await writeFile(join(record, "drill", "writer.lock"), "");
  out = await openedAt("out");
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function openedAt(named: string): Promise<OutcomeFolder> {
  const opened = await openOutcomeFolder(named, folder, { makeFolder, lockOutcome });
  if (!opened.ok) throw new Error(opened.problems[0].what);
  return opened.value;
}

function place(
  change: { readonly evidence?: string | null; readonly signal?: AbortSignal } = {},
): Promise<string | null> {
  const { evidence = record, signal = new AbortController().signal } = change;
  return placeOutcome(out, { ...written, evidence }, { instant: "2026-11-26T10:00:00Z", signal });
}

/** What stands in a folder, besides the lock of whoever writes there. */
async function filesIn(path: string): Promise<readonly string[]> {
  return (await readdir(path, { recursive: true })).filter((name) => name !== "writer.lock").toSorted();
}

const whole = [
  "evidence",
  "evidence/drill",
  "evidence/drill/entry",
  "report.html",
  "report.pdf",
  "summary.json",
  "trace.json",
];

describe("the outcome of a drill", () => {
  it("stands in its folder, without its writer's lock and without a trace of how it came there", async () => {
    // What a program that was killed has left behind.
    await mkdir(join(out.folder, ".unfinished"));
    await writeFile(join(out.folder, ".unfinished", "report.pdf"), "half");
    await place();
    expect(await filesIn(out.folder)).toEqual(whole);
    expect([...(await readFile(out.pdf))]).toEqual([1]);
  });

  it("puts the one before it aside, whole", async () => {
    expect(await place()).toBeNull();
    await writeFile(out.summary, "old summary");
    expect(await place()).toBe(join(out.folder, "earlier", "2026-11-26T100000Z"));
    expect(await filesIn(join(out.folder, "earlier", "2026-11-26T100000Z"))).toEqual(whole);
    expect(await readFile(join(out.folder, "earlier", "2026-11-26T100000Z", "summary.json"), "utf8")).toBe(
      "old summary",
    );
    expect(await readFile(out.summary, "utf8")).toBe("new summary");
  });

  it("leaves a record alone that stands in its place already", async () => {
    await mkdir(out.evidence);
    await writeFile(join(out.evidence, "entry"), "signed");
    await place({ evidence: null });
    expect(await filesIn(out.folder)).toEqual([
      "evidence",
      "evidence/entry",
      "report.html",
      "report.pdf",
      "summary.json",
      "trace.json",
    ]);
  });
});

describe("an outcome that cannot be written to its end", () => {
  beforeEach(async () => {
    await place();
    await writeFile(out.summary, "old summary");
  });

  async function expectTheOneBefore(): Promise<void> {
    expect(await filesIn(out.folder)).toEqual(whole);
    expect(await readFile(out.summary, "utf8")).toBe("old summary");
  }

  it("leaves the one before it where it stood when it is interrupted", async () => {
    const interruption = new AbortController();
    const placing = place({ signal: interruption.signal });
    interruption.abort(new Error("interrupted by SIGINT"));
    await expect(placing).rejects.toThrow();
    await expectTheOneBefore();
  });

  it("leaves the one before it where it stood when the file system refuses", async () => {
    await expect(place({ evidence: join(folder, "nowhere") })).rejects.toThrow("ENOENT");
    await expectTheOneBefore();
  });
});

describe("an outcome's folder", () => {
  it("is refused to a second command while the first one writes, and nothing in it is touched", async () => {
    await place();
    const before = await readdir(out.folder);
    const second = await openOutcomeFolder("out", folder, { makeFolder, lockOutcome });
    expect(second).toMatchObject({ ok: false, problems: [{ code: "drill/out-in-use" }] });
    expect(JSON.stringify(second)).toContain(`the outcome folder ${out.folder}`);
    expect(await readdir(out.folder)).toEqual(before);
  });

  it("is free again when it is closed, and holds nothing but the outcome", async () => {
    await place();
    await out.close();
    expect((await readdir(out.folder, { recursive: true })).toSorted()).toEqual(whole);
    await (await openedAt("out")).close();
  });

  it("is not held by a process that was killed", async () => {
    await out.close();
    await mkdir(out.folder);
    const module = await bundled(new URL("../adapters/files/outcome-lock.ts", import.meta.url), folder);
    const script = `const { lockOutcome } = await import(process.argv[1]);
      if ((await lockOutcome(process.argv[2])).ok) process.kill(process.pid, "SIGKILL");`;
    const args = ["--input-type=module", "-e", script, module, out.folder];
    const { signal } = spawnSync(process.execPath, args);
    expect(signal).toBe("SIGKILL");
    expect(await readdir(out.folder)).toEqual(["writer.lock"]);
    await (await openedAt("out")).close();
    expect(await readdir(out.folder)).toEqual([]);
  });

  it("goes again with the folders made for it when nothing came to stand there, and no others do", async () => {
    await out.close();
    expect(await readdir(folder)).toEqual(["record"]);
    await mkdir(join(folder, "mine"));
    const deep = await openedAt("mine/made/too");
    await mkdir(deep.evidence);
    await deep.close();
    expect((await readdir(folder)).toSorted()).toEqual(["mine", "record"]);
    await (await openedAt("mine")).close();
    expect(await readdir(join(folder, "mine"))).toEqual([]);
  });

  it("must be named", async () => {
    const opened = await openOutcomeFolder("", folder, { makeFolder, lockOutcome });
    expect(opened).toMatchObject({ ok: false, problems: [{ code: "drill/out-unnamed" }] });
  });
});
