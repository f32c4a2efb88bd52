import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeFolder } from "../adapters/files/make-folder.ts";
import { openOutcomeFolder, type OutcomeFolder, placeOutcome } from "./outcome-folder.ts";

let folder = "";
let record = "";
let out: OutcomeFolder;
const written = { summary: "new summary", html: "new page", pdf: new Uint8Array([1]) };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-outcome-"));
  record = join(folder, "record");
  await mkdir(join(record, "drill"), { recursive: true });
  await writeFile(join(record, "drill", "entry"), "signed");
  await writeFile(join(record, "drill", "writer.lock"), "");
  const opened = await openOutcomeFolder(join(folder, "out"), { makeFolder });
  if (!opened.ok) throw new Error(opened.problems[0].what);
  out = opened.value;
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function place(
  change: { readonly evidence?: string | null; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const { evidence = record, signal = new AbortController().signal } = change;
  return placeOutcome(out, { ...written, evidence }, { instant: "2026-11-26T10:00:00Z", signal });
}

async function filesIn(path: string): Promise<readonly string[]> {
  return (await readdir(path, { recursive: true })).toSorted();
}

const whole = [
  "evidence",
  "evidence/drill",
  "evidence/drill/entry",
  "report.html",
  "report.pdf",
  "summary.json",
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
    await place();
    await writeFile(out.summary, "old summary");
    await place();
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
