import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keptPassword } from "./passwords.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-passwords-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("the password of a user of a lab's etcd", () => {
  it("is made once and kept, for its owner alone, another one for each", async () => {
    const made = await keptPassword(folder, "holdfast");
    expect(made).toMatch(/^[\w-]{32}$/);
    expect(await keptPassword(folder, "holdfast")).toBe(made);
    expect(await keptPassword(folder, "root")).not.toBe(made);
    expect((await stat(join(folder, "holdfast.password"))).mode & 0o777).toBe(0o600);
  });

  it("is what its file says, without the end of the line, and another one where that is empty", async () => {
    await writeFile(join(folder, "holdfast.password"), "open sesame\n");
    expect(await keptPassword(folder, "holdfast")).toBe("open sesame");
    await writeFile(join(folder, "holdfast.password"), "");
    expect(await keptPassword(folder, "holdfast")).toMatch(/^[\w-]{32}$/);
  });
});
