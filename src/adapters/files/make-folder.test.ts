import { mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeFolder } from "./make-folder.ts";

let root = "";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "holdfast-make-"));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

describe("making a folder", () => {
  it("makes those above it that are missing, and answers the first", async () => {
    expect(await makeFolder(join(root, "a", "b", "c"))).toBe(join(root, "a"));
    expect((await stat(join(root, "a", "b", "c"))).isDirectory()).toBe(true);
  });

  it("answers null where one is", async () => {
    expect(await makeFolder(root)).toBeNull();
    expect(await makeFolder("/")).toBeNull();
  });

  it("is one folder for many who make it at once", async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => makeFolder(join(root, "a", "b"))));
    expect(made).toContain(join(root, "a"));
  });

  it.each([
    ["a file", "EEXIST", () => writeFile(join(root, "there"), "")],
    ["a link to nothing", "EEXIST", () => symlink(join(root, "nothing"), join(root, "there"))],
  ])("refuses where %s stands", async (_what, code, place) => {
    await place();
    await expect(makeFolder(join(root, "there"))).rejects.toMatchObject({ code });
  });

  it("refuses a folder below a file", async () => {
    await writeFile(join(root, "there"), "");
    await expect(makeFolder(join(root, "there", "a", "b"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  it.skipIf(process.platform !== "linux")(
    "refuses where the system says for ever that something is missing (skipped where there is no /proc)",
    async () => {
      await expect(makeFolder("/proc/x")).rejects.toMatchObject({ code: "ENOENT", path: "/proc/x" });
      await expect(makeFolder("/proc/x/y")).rejects.toMatchObject({ code: "ENOENT", path: "/proc/x" });
    },
  );
});
