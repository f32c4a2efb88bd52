import { execFileSync } from "node:child_process";
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileBytesMax, workspaceBytesMax } from "../../core/manifest/document.ts";
import type { Parsed } from "../../core/problem/problem.ts";
import { readFolder } from "./workspace.ts";
import { writeFolder } from "./workspace-writer.ts";

const forever = new AbortController().signal;
const isRoot = process.getuid?.() === 0;
let cwd = "";

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "holdfast-workspace-"));
});

afterEach(async () => {
  await rm(cwd, { recursive: true, force: true });
});

async function put(path: string, content: string | Uint8Array = "a: 1\n"): Promise<void> {
  await mkdir(join(cwd, path, ".."), { recursive: true });
  await writeFile(join(cwd, path), content);
}

function told<Value>(parsed: Parsed<Value>): readonly string[] {
  return parsed.ok ? [] : parsed.problems.map(({ code, what }) => `${code}: ${what}`);
}

async function problems(folder = "w"): Promise<readonly string[]> {
  return told(await readFolder(folder, cwd, forever));
}

describe("reading a workspace", () => {
  it("finds manifests in folders within folders, by both endings, and names them as the user would", async () => {
    const wanted = ["w/a.yaml", "w/b.yml", "w/teams/c.yaml"];
    for (const path of [...wanted, "w/README.md", "w/.git/d.yaml", "w/node_modules/e.yaml"])
      await put(path, path);
    const read = await readFolder("w", cwd, forever);
    expect(read.ok && read.value).toEqual(wanted.map((path) => ({ path, text: path })));
  });

  it("follows a link to a file, and no link to a folder, which may lead in a circle", async () => {
    await put("elsewhere.yaml");
    await mkdir(join(cwd, "w"));
    await symlink("../elsewhere.yaml", join(cwd, "w/link.yaml"));
    await symlink(".", join(cwd, "w/circle"));
    const read = await readFolder("w", cwd, forever);
    expect(read.ok && read.value.map((file) => file.path)).toEqual(["w/link.yaml"]);
  });

  it("stops when it is told to", async () => {
    await put("w/a.yaml");
    await expect(readFolder("w", cwd, AbortSignal.abort(new Error("stop")))).rejects.toThrow("stop");
  });

  it.each([
    ["nonex'q dir", "`holdfast init 'nonex'\\''q dir'`"],
    ["-x", "`holdfast init ./-x`"],
  ])(
    "names a way on that a shell reads as it is meant, where %j is missing or empty",
    async (folder, way) => {
      const missing = await readFolder(folder, cwd, forever);
      expect(missing.ok ? "" : missing.problems[0].mend).toContain(way);
      await mkdir(join(cwd, folder));
      const empty = await readFolder(folder, cwd, forever);
      expect(empty.ok ? "" : empty.problems[0].mend).toContain(way);
    },
  );

  it("says that the folder is missing", async () => {
    expect(await problems("nowhere")).toEqual(["workspace/missing: there is no folder nowhere"]);
  });

  it("says that a file was named instead of its folder", async () => {
    await put("w/a.yaml");
    expect(await problems("w/a.yaml")).toEqual(["workspace/not-a-folder: w/a.yaml is a file"]);
    expect(await problems("w/a.yaml/b")).toEqual(["workspace/not-a-folder: w/a.yaml/b leads through a file"]);
  });

  it("says that a folder holds no manifest", async () => {
    await put("w/notes.txt");
    expect(await problems()).toEqual(["workspace/empty: w holds no manifest"]);
  });

  it("tells every file that it cannot take, at once", async () => {
    await put("w/folder.yaml/a.txt");
    await put("w/latin.yaml", Uint8Array.of(0x61, 0x3a, 0x20, 0xe9, 0x0a));
    await put("w/utf16.yaml", Uint8Array.of(0xff, 0xfe, 0x61, 0x00));
    await put("w/huge.yaml", "#".repeat(fileBytesMax + 1));
    await symlink("gone", join(cwd, "w/broken.yaml"));
    execFileSync("mkfifo", [join(cwd, "w/pipe.yaml")]);
    expect(await problems()).toEqual([
      "workspace/unreadable: w/broken.yaml cannot be read: ENOENT",
      "workspace/not-a-file: w/folder.yaml is a folder",
      `workspace/too-large: w/huge.yaml has ${fileBytesMax + 1} bytes; at most ${fileBytesMax} are read`,
      "workspace/not-utf8: w/latin.yaml is not UTF-8 text",
      "workspace/not-a-file: w/pipe.yaml is a pipe, a socket or a device",
      "workspace/not-utf8: w/utf16.yaml is not UTF-8 text",
    ]);
  });

  it("says once that 100 MB of manifests are more than is read, and stops reading", async () => {
    const part = "#".repeat(fileBytesMax);
    for (let at = 10; at < 35; at++) await put(`w/part-${at}.yaml`, part);
    expect(await problems()).toEqual([
      `workspace/too-large: w/part-14.yaml is beyond ${workspaceBytesMax} bytes in all files together`,
    ]);
  });

  it.skipIf(isRoot)("says that a file may not be read (skipped for root, who may read all)", async () => {
    await put("w/a.yaml");
    await chmod(join(cwd, "w/a.yaml"), 0o000);
    expect(await problems()).toEqual(["workspace/unreadable: w/a.yaml cannot be read: EACCES"]);
  });
});

describe("writing a workspace", () => {
  const files = [
    { path: "a.yaml", text: "a" },
    { path: "b.yaml", text: "b" },
  ];
  const write = (
    folder: string,
    existing: "keep" | "overwrite" = "keep",
  ): Promise<Parsed<readonly string[]>> => writeFolder({ folder, cwd, files, existing }, forever);

  it("makes the folder and leaves nothing in it but the files", async () => {
    const written = await write("new/w");
    expect(written.ok && written.value).toEqual(["new/w/a.yaml", "new/w/b.yaml"]);
    expect(await readdir(join(cwd, "new/w"))).toEqual(["a.yaml", "b.yaml"]);
    expect(await readFile(join(cwd, "new/w/b.yaml"), "utf8")).toBe("b");
  });

  it("keeps what is there where a text that is made piece by piece cannot be made to its end", async () => {
    await put("w/a.yaml", "mine");
    const pieces = (texts: readonly string[]): Iterable<string> =>
      (function* () {
        for (const text of texts) {
          if (text === "fail") throw new Error("no more");
          yield text;
        }
      })();
    const writePieces = (texts: readonly string[]): Promise<Parsed<readonly string[]>> =>
      writeFolder(
        { folder: "w", cwd, files: [{ path: "a.yaml", text: pieces(texts) }], existing: "overwrite" },
        forever,
      );
    await expect(writePieces(["a", "fail"])).rejects.toThrow("no more");
    expect(await readFile(join(cwd, "w/a.yaml"), "utf8")).toBe("mine");
    expect(await readdir(join(cwd, "w"))).toEqual(["a.yaml"]);
    expect((await writePieces(["a", ": ", "1"])).ok).toBe(true);
    expect(await readFile(join(cwd, "w/a.yaml"), "utf8")).toBe("a: 1");
  });

  it("overwrites nothing: names every file that is there, and writes none", async () => {
    await put("w/b.yaml", "mine");
    expect(told(await write("w"))).toEqual(["workspace/exists: w/b.yaml is there already"]);
    expect(await readdir(join(cwd, "w"))).toEqual(["b.yaml"]);
    expect(await readFile(join(cwd, "w/b.yaml"), "utf8")).toBe("mine");
  });

  it("overwrites when asked to, and leaves other files alone", async () => {
    await put("w/b.yaml", "mine");
    await put("w/c.yaml", "mine");
    expect((await write("w", "overwrite")).ok).toBe(true);
    expect(await readFile(join(cwd, "w/b.yaml"), "utf8")).toBe("b");
    expect(await readFile(join(cwd, "w/c.yaml"), "utf8")).toBe("mine");
  });

  it("keeps the rights of a file that it overwrites", async () => {
    await put("w/a.yaml", "mine");
    await chmod(join(cwd, "w/a.yaml"), 0o640);
    await put("w/b.yaml", "mine");
    await chmod(join(cwd, "w/b.yaml"), 0o777);
    expect((await write("w", "overwrite")).ok).toBe(true);
    const modes = await Promise.all(
      ["a", "b"].map(async (name) => (await stat(join(cwd, `w/${name}.yaml`))).mode),
    );
    expect(modes.map((mode) => mode & 0o7777)).toEqual([0o640, 0o777]);
  });

  it.skipIf(!isRoot)(
    "keeps its owner (skipped for all but root, who alone may give files away)",
    async () => {
      await put("w/a.yaml", "mine");
      await chown(join(cwd, "w/a.yaml"), 4321, 1234);
      expect((await write("w", "overwrite")).ok).toBe(true);
      expect(await stat(join(cwd, "w/a.yaml"))).toMatchObject({ uid: 4321, gid: 1234 });
    },
  );

  it("writes what a link leads to, through other links and where nothing is yet, and never the link", async () => {
    await put("real/deep/a.yaml", "mine");
    await put("w/notes.txt");
    await symlink("real/deep", join(cwd, "folder"));
    await symlink("../folder/a.yaml", join(cwd, "w/step.yaml"));
    await symlink("step.yaml", join(cwd, "w/a.yaml"));
    await symlink("../new.yaml", join(cwd, "real/deep/b.yaml"));
    await symlink("../folder/b.yaml", join(cwd, "w/b.yaml"));
    expect((await write("w", "overwrite")).ok).toBe(true);
    const links = await Promise.all(["a", "b"].map((name) => readlink(join(cwd, `w/${name}.yaml`))));
    expect(links).toEqual(["step.yaml", "../folder/b.yaml"]);
    expect(await readFile(join(cwd, "real/deep/a.yaml"), "utf8")).toBe("a");
    expect(await readFile(join(cwd, "real/new.yaml"), "utf8")).toBe("b");
    const left = [...(await readdir(join(cwd, "real/deep"))), ...(await readdir(join(cwd, "real")))];
    expect(left.filter((name) => name.startsWith("."))).toEqual([]);
  });

  it("refuses what is no file, and writes none", async () => {
    await put("w/a.yaml", "mine");
    execFileSync("mkfifo", [join(cwd, "w/pipe")]);
    await symlink("pipe", join(cwd, "w/b.yaml"));
    expect(told(await write("w", "overwrite"))).toEqual([
      "workspace/not-a-file: w/b.yaml is a pipe, a socket or a device",
    ]);
    expect(await readFile(join(cwd, "w/a.yaml"), "utf8")).toBe("mine");
    await rm(join(cwd, "w/b.yaml"));
    await symlink("b.yaml", join(cwd, "w/b.yaml"));
    expect(told(await write("w", "overwrite"))).toEqual([
      "workspace/not-writable: w cannot be written: ELOOP",
    ]);
  });

  it("leaves nothing behind where a file stands in the way of the folder", async () => {
    await put("w");
    expect(told(await write("w/deep"))).toEqual([
      "workspace/not-a-folder: w/deep is, or leads through, a file",
    ]);
    expect(await readdir(cwd)).toEqual(["w"]);
  });

  it("leaves nothing hidden behind when a file cannot be put in its place", async () => {
    await mkdir(join(cwd, "w/b.yaml"), { recursive: true });
    expect(told(await write("w", "overwrite"))).toEqual(["workspace/not-a-file: w/b.yaml is a folder"]);
    expect((await readdir(join(cwd, "w"))).filter((name) => name.startsWith("."))).toEqual([]);
  });

  it.skipIf(isRoot)(
    "says that it may not write there (skipped for root, who may write anywhere)",
    async () => {
      await mkdir(join(cwd, "w"));
      await chmod(join(cwd, "w"), 0o500);
      expect(told(await write("w"))).toEqual(["workspace/not-writable: w cannot be written: EACCES"]);
    },
  );

  it.skipIf(!isRoot)(
    "says that the disk is full (skipped without the right to mount a small one)",
    async (context) => {
      const disk = join(cwd, "disk");
      await mkdir(disk);
      try {
        execFileSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", disk], { stdio: "ignore" });
      } catch {
        context.skip("this root may not mount");
      }
      try {
        const large = [...files, { path: "c.yaml", text: "c".repeat(64 * 1024) }];
        const written = await writeFolder({ folder: "disk/w", cwd, files: large, existing: "keep" }, forever);
        expect(told(written)).toEqual(["workspace/not-writable: the disk of disk/w is full"]);
        expect(await readdir(disk)).toEqual([]);
      } finally {
        execFileSync("umount", [disk]);
      }
    },
  );
});
