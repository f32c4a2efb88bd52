import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AttemptCount } from "../../core/slo/ports.ts";
import { keepAttempts, readAttempts } from "./attempt-store.ts";

const noon = Date.parse("2026-12-05T12:00:00Z") / 1000;
const hour = 3600;

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-attempts-"));
  file = join(folder, "attempts.db");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Keeps attempts of the journey "chat" at these instants; those with a minus failed. */
function kept(...instants: readonly number[]): void {
  const keeper = keepAttempts(file);
  for (const at of instants) keeper.keep({ journey: "chat", at: Math.abs(at), isBad: at < 0 });
  keeper.close();
}

function since(journey: string, from: number): readonly AttemptCount[] {
  const read = readAttempts(file);
  if (!read.ok) throw new Error(read.problems[0].what);
  const counts = read.value.since(journey, from);
  read.value.close();
  return counts;
}

describe("a file of attempts", () => {
  it("counts by the second, good ones and bad ones, over a restart of who keeps it", () => {
    kept(noon + 0.2, -(noon + 0.9), noon + 61);
    kept(-(noon + 61.5), noon + 62);
    expect(since("chat", noon)).toEqual([
      { at: noon, bad: 1, total: 2 },
      { at: noon + 61, bad: 1, total: 2 },
      { at: noon + 62, bad: 0, total: 1 },
    ]);
    expect(since("chat", noon + 62)).toEqual([{ at: noon + 62, bad: 0, total: 1 }]);
    expect(since("search", 0)).toEqual([]);
  });

  it("tells what is older than six hours by the minute, and counts nothing twice", () => {
    kept(-(noon + 1), noon + 2, noon + 65, noon + 6 * hour + 70);
    expect(since("chat", 0)).toEqual([
      { at: noon, bad: 1, total: 2 },
      { at: noon + 60, bad: 0, total: 1 },
      { at: noon + 6 * hour + 70, bad: 0, total: 1 },
    ]);
  });

  it("tells the minute in which it was begun as a whole", () => {
    kept(noon + 30, noon + 59, noon + 60);
    expect(since("chat", 0)).toEqual([
      { at: noon, bad: 0, total: 2 },
      { at: noon + 60, bad: 0, total: 1 },
    ]);
  });

  it("forgets minutes after four hundred days", () => {
    kept(noon, noon + 401 * 24 * hour);
    expect(since("chat", 0)).toEqual([{ at: noon + 401 * 24 * hour, bad: 0, total: 1 }]);
  });

  it("is read while it is kept, and is its owner's alone", () => {
    const keeper = keepAttempts(file);
    keeper.keep({ journey: "chat", at: noon, isBad: false });
    expect(since("chat", 0)).toHaveLength(1);
    keeper.keep({ journey: "chat", at: noon + 60, isBad: false });
    expect(since("chat", 0)).toHaveLength(2);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    keeper.close();
  });

  it.each<[string, string, () => void]>([
    ["is not there", "slo/no-attempts", () => undefined],
    [
      "is no database",
      "slo/attempts-unreadable",
      () => {
        writeFileSync(file, "hello ".repeat(300));
      },
    ],
    [
      "is that of another program",
      "slo/attempts-unreadable",
      () => {
        const other = new Database(file);
        other.exec("CREATE TABLE seconds (at INTEGER)");
        other.close();
      },
    ],
    [
      "is of a newer version",
      "slo/attempts-unreadable",
      () => {
        kept(noon);
        const newer = new Database(file);
        newer.exec("PRAGMA user_version = 2");
        newer.close();
      },
    ],
  ])("that %s is told", (_, code, make) => {
    make();
    expect(readAttempts(file)).toMatchObject({ ok: false, problems: [{ code }] });
  });

  it("that is damaged is told", () => {
    const keeper = keepAttempts(file);
    for (let second = 0; second < 3_000; second += 1)
      keeper.keep({ journey: "chat", at: noon + second, isBad: false });
    keeper.close();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0xab, 8_192, 40_960));
    expect(readAttempts(file)).toMatchObject({ ok: false, problems: [{ code: "slo/attempts-unreadable" }] });
  });

  it("of another program is not written to", () => {
    const other = new Database(file);
    other.exec("CREATE TABLE theirs (at INTEGER); PRAGMA application_id = 7");
    other.close();
    expect(() => keepAttempts(file)).toThrow("another program");
    const after = new Database(file);
    expect(after.prepare("SELECT name FROM sqlite_master").all()).toEqual([{ name: "theirs" }]);
    after.close();
  });
});
