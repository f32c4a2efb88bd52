import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writePieces } from "./write-pieces.ts";

const forever = new AbortController().signal;
const megabyte = 1 << 20;
let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-pieces-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function written(pieces: Iterable<string>, signal: AbortSignal = forever): Promise<string> {
  const path = join(folder, "text");
  const file = await open(path, "w");
  try {
    await writePieces(file, pieces, signal);
  } finally {
    await file.close();
  }
  return readFile(path, "utf8");
}

describe("writing a text piece by piece", () => {
  it.each([
    ["nothing", []],
    ["an empty piece", [""]],
    ["a few words", ["a", "", "b", "c"]],
    ["more pieces than a buffer holds", Array.from({ length: 300_000 }, (_, at) => `line ${at}\n`)],
    ["characters of one to four bytes", Array.from({ length: 200_000 }, (_, at) => `xäゆ😀${at}`)],
    [
      "pieces that are longer than a buffer",
      ["a", "b".repeat(3 * megabyte), "c", "ゆ".repeat(megabyte), "d"],
    ],
    ["pairs of units wherever a piece is cut", ["😀".repeat(megabyte), `x${"😀".repeat(megabyte)}`]],
  ] as const)("writes %s as it is", async (_what, pieces) => {
    expect((await written(pieces)) === pieces.join("")).toBe(true);
  });

  it("makes no piece after it was told to stop", async () => {
    const stop = new AbortController();
    let made = 0;
    const pieces = (function* () {
      for (; made < 1_000; made += 1) {
        if (made === 10) stop.abort(new Error("enough"));
        yield "x".repeat(megabyte / 4);
      }
    })();
    await expect(written(pieces, stop.signal)).rejects.toThrow("enough");
    expect(made).toBeLessThan(20);
  });

  it("throws what making a piece does", async () => {
    const pieces = (function* () {
      yield "x".repeat(megabyte);
      throw new Error("no such piece");
    })();
    await expect(written(pieces)).rejects.toThrow("no such piece");
  });

  it.skipIf(process.platform !== "linux")(
    "throws what the file system does (skipped where there is no /dev/full)",
    async () => {
      const file = await open("/dev/full", "w");
      const endless = (function* () {
        for (;;) yield "x".repeat(1_000);
      })();
      await expect(writePieces(file, endless, forever)).rejects.toMatchObject({ code: "ENOSPC" });
      await file.close();
    },
  );
});
