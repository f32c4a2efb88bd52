import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Disk, realDisk } from "./evidence-disk.ts";
import { type Guarded, takeLock } from "./writer-lock.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-lock-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const guarded: Guarded = {
  name: 'log "drill"',
  codes: {
    held: "evidence/log-held",
    unreadable: "evidence/lock-unreadable",
    contended: "evidence/lock-contended",
  },
  why: "a log has one writer",
  otherwise: "write another log",
};

/** A disk that does something else before its `count`th deed. */
function interruptedDisk(count: number, interruption: () => Promise<void>): Disk {
  let left = count;
  async function deed(whole: () => Promise<void>): Promise<void> {
    left -= 1;
    if (left === 0) await interruption();
    await whole();
  }
  return {
    write: (path, bytes, mode) => deed(() => realDisk.write(path, bytes, mode)),
    link: (from, to) => deed(() => realDisk.link(from, to)),
    rename: (from, to) => deed(() => realDisk.rename(from, to)),
    remove: (path) => deed(() => realDisk.remove(path)),
    syncFolder: (path) => deed(() => realDisk.syncFolder(path)),
  };
}

/** A lock whose holder has ended: this process's number, begun at another time. */
async function deadLock(path: string): Promise<void> {
  await takeLock(path, guarded, realDisk);
  const text = readFileSync(path, "utf8");
  rmSync(path);
  writeFileSync(path, text.replace(/"started":"\d+"/, '"started":"1"'));
}

it("ends with one of two that find the same dead holder, wherever the one overtakes the other", async () => {
  const winners = new Set<string>();
  for (let deeds = 1; deeds <= 12; deeds += 1) {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    const path = join(folder, "writer.lock");
    await deadLock(path);
    const faster = { isIn: false };
    const slow = interruptedDisk(deeds, async () => {
      faster.isIn = (await takeLock(path, guarded, realDisk)).ok;
    });
    const isSlowerIn = (await takeLock(path, guarded, slow)).ok;
    expect([faster.isIn, isSlowerIn]).not.toEqual([true, true]);
    winners.add(faster.isIn ? "faster" : isSlowerIn ? "slower" : "neither");
    expect(readdirSync(folder).filter((name) => name.endsWith(".after"))).toEqual([]);
  }
  expect([...winners].toSorted()).toEqual(["faster", "slower"]);
});

it("is taken over too when the one who was taking it over has died", async () => {
  const path = join(folder, "writer.lock");
  await deadLock(path);
  const { claim } = JSON.parse(readFileSync(path, "utf8")) as { claim: string };
  await deadLock(`${path}.${claim}.after`);
  const lock = await takeLock(path, guarded, realDisk);
  expect(lock.ok).toBe(true);
  expect(readdirSync(folder)).toEqual(["writer.lock"]);
  if (lock.ok) await lock.value.release();
  expect(readdirSync(folder)).toEqual([]);
});
