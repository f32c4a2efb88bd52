import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeLab } from "./remove.ts";

let root = "";

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "holdfast-remove-"));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

/** Goes on writing there as something does that was killed in the middle of it: for a moment, and never anew once the folder is gone. */
async function writing(folder: string): Promise<void> {
  const endsAt = performance.now() + 200;
  for (let at = 0; performance.now() < endsAt; at += 1)
    await writeFile(join(folder, `late-${at}`), "").catch(() => undefined);
}

describe("removing a lab", () => {
  it("outlasts whoever still finishes what it was writing there", async () => {
    const folder = join(root, "evidence");
    await mkdir(folder);
    const written = writing(folder);
    await removeLab(root, { keepLogs: false });
    await written;
    expect(existsSync(root)).toBe(false);
  });

  it("keeps the logs alone where they are to tell why it failed", async () => {
    for (const name of ["logs", "evidence"]) await mkdir(join(root, name));
    await writeFile(join(root, "logs", "lab.log"), "it failed");
    await removeLab(root, { keepLogs: true });
    expect(existsSync(join(root, "logs", "lab.log"))).toBe(true);
    expect(existsSync(join(root, "evidence"))).toBe(false);
  });
});
