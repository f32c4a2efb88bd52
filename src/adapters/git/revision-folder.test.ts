import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { folderAt } from "./revision-folder.ts";

let repository = "";
const never = new AbortController().signal;

function git(...words: readonly string[]): void {
  const who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
  execFileSync("git", ["-C", repository, ...who, ...words], { stdio: "ignore" });
}

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), "holdfast-git-"));
  git("init", "-b", "main");
  mkdirSync(join(repository, "platform"));
  writeFileSync(join(repository, "platform", "a.yaml"), "first\n");
  git("add", ".");
  git("commit", "-m", "one");
  writeFileSync(join(repository, "platform", "a.yaml"), "second\n");
});

afterEach(() => {
  rmSync(repository, { recursive: true, force: true });
});

describe("a folder as it was in a revision", () => {
  it.each([
    ["platform", ""],
    [".", "platform"],
  ])("is laid out apart, %s from %j, and gone once it is given back", async (folder, below) => {
    const read = await folderAt({ folder, cwd: join(repository, below), revision: "main" }, never);
    if (!read.ok) throw new Error(read.problems[0].what);
    const { path, giveBack } = read.value;
    expect(readFileSync(join(path, "a.yaml"), "utf8")).toBe("first\n");
    expect(readFileSync(join(repository, "platform", "a.yaml"), "utf8")).toBe("second\n");
    await giveBack();
    expect(existsSync(path)).toBe(false);
  });

  it.each(["nowhere", "--output=stolen", "main:platform"])("is not found in %s", async (revision) => {
    const read = await folderAt({ folder: "platform", cwd: repository, revision }, never);
    expect(read).toMatchObject({ ok: false, problems: [{ code: "git/no-revision" }] });
    expect(existsSync(join(repository, "stolen"))).toBe(false);
  });

  it("is not found where there is no repository", async () => {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-none-"));
    const read = await folderAt({ folder: ".", cwd: folder, revision: "main" }, never);
    expect(read).toMatchObject({ ok: false, problems: [{ code: "git/no-revision" }] });
    rmSync(folder, { recursive: true });
  });
});
