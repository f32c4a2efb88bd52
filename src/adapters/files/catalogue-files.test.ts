import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readCatalogueFiles } from "./catalogue-files.ts";

const packageFolder = join(import.meta.dirname, "..", "..", "..");
const { signal } = new AbortController();
let cwd: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "holdfast-catalogue-"));
});

afterEach(async () => {
  await rm(cwd, { recursive: true, force: true });
});

async function pathsRead(workspace: string | null): Promise<readonly string[]> {
  const read = await readCatalogueFiles({ packageFolder, workspace, cwd }, signal);
  return read.ok ? read.value.map((file) => file.path) : read.problems.map((problem) => problem.what);
}

describe("the files of the catalogue", () => {
  it("are those of the product, by name", async () => {
    const shipped = ["failures", "locations", "machines", "slas", "storage", "transfer"];
    expect(await pathsRead(null)).toEqual(shipped.map((name) => `data/${name}.tsv`));
  });

  it("are those of the product alone where a workspace has none", async () => {
    expect(await pathsRead("platform")).toEqual(await pathsRead(null));
  });

  it("are those of the product and then the workspace's own, as the user named it", async () => {
    await mkdir(join(cwd, "platform", "catalogue"), { recursive: true });
    await writeFile(join(cwd, "platform", "catalogue", "machines.tsv"), "id\n");
    await writeFile(join(cwd, "platform", "catalogue", "notes.md"), "ours\n");
    expect((await pathsRead("platform")).slice(6)).toEqual(["platform/catalogue/machines.tsv"]);
  });

  it("are told of when they cannot be read, and none is passed over in silence", async () => {
    await mkdir(join(cwd, "catalogue", "slas.tsv"), { recursive: true });
    await writeFile(join(cwd, "catalogue", "machines.tsv"), Uint8Array.of(0xff, 0xfe, 0x00));
    expect(await pathsRead(".")).toEqual([
      "catalogue/machines.tsv cannot be read: it is not UTF-8 text",
      "catalogue/slas.tsv cannot be read: it is no file",
    ]);
  });
});
