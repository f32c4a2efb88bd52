import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { labSecrets } from "./secrets.ts";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-secrets-"));
  path = join(folder, "secrets.json");
});
afterEach(() => rm(folder, { recursive: true }));

describe("a lab's secrets", () => {
  it("are made once and kept, for their owner alone", async () => {
    const made = await labSecrets(path, []);
    expect(made).toMatchObject({ ok: true });
    expect(await labSecrets(path, [])).toEqual(made);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["secrets.json"]);
  });

  it("are not half written by a lab that was killed over it", async () => {
    await writeFile(`${path}.next`, '{"token": "ab');
    expect(await labSecrets(path, [])).toMatchObject({ ok: true });
  });

  it.each([
    ["is empty", ""],
    ["breaks off", '{"token": "abc", "cred'],
    ["holds nothing", "null"],
    ["lacks all it should hold", "{}"],
    ["lacks the passwords", '{"token": "abc"}'],
    [
      "lacks one password",
      '{"token": "abc", "credentials": {"superuser": "a", "replication": "b", "prober": "c"}}',
    ],
  ])("are not guessed or made anew when their file %s", async (_what, text) => {
    await writeFile(path, text);
    expect(await labSecrets(path, [])).toMatchObject({
      ok: false,
      problems: [{ code: "lab/secrets-unreadable", what: expect.stringContaining(path) as string }],
    });
    expect(await readFile(path, "utf8")).toBe(text);
  });
});
