import { mkdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { folderProblem } from "./folder-problem.ts";

const root = "/srv/ada/lab";

function refusal(code: string, path?: string): Error {
  return Object.assign(new Error(`${code}: the system's own words`), { code, syscall: "open", path });
}

describe("what the system refuses to a lab", () => {
  it.each([
    ["ENOSPC", "lab/disk-full"],
    ["EACCES", "lab/folder-not-writable"],
    ["ENOTDIR", "lab/folder-not-a-folder"],
    ["ENOENT", "lab/no-folder-there"],
    ["EMFILE", "lab/too-many-open-files"],
    ["EIO", "lab/system-refused"],
    ["ELOOP", "lab/system-refused"],
  ])("is told with a way out: %s", (code, expected) => {
    const problem = folderProblem(root, refusal(code));
    expect(problem).toMatchObject({ code: expected, what: expect.stringContaining(`(${code})`) as string });
    expect(problem.what).toContain(root);
  });

  it("names the very folder that is somebody else's", () => {
    const theirs = `${root}/regions/east/postgres`;
    expect(folderProblem(root, refusal("EACCES", theirs)).what).toContain(theirs);
  });

  it("is told when the path is longer than the system allows", async () => {
    const long = `/tmp/${"long".repeat(1_000)}`;
    const cause: unknown = await mkdir(long).catch((error: unknown) => error);
    expect(folderProblem(long, cause)).toMatchObject({
      code: "lab/folder-name-too-long",
      mend: "name a folder with a shorter path with --dir",
    });
  });

  it("is not what a mistake of ours is told as", () => {
    const mistake = new TypeError("region is not a function");
    expect(() => folderProblem(root, mistake)).toThrow(mistake);
  });
});
