import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAttempts } from "../src/adapters/libsql/attempt-store.ts";
import type { AttemptCount } from "../src/core/slo/ports.ts";
import { instantMs, seconds } from "../src/core/units/units.ts";
import type { ProbeResult } from "../src/runtime/probes.ts";
import { keptAttempts } from "./kept-attempts.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-kept-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function attempt(atMs: number, outcome: ProbeResult["outcome"]): ProbeResult {
  return { journey: "chat", atMs: instantMs(atMs), outcome, seconds: seconds(0.1) };
}

function countsIn(file: string): readonly AttemptCount[] {
  const read = readAttempts(file);
  if (!read.ok) throw new Error(read.problems[0].what);
  const counts = read.value.since("chat", 0);
  read.value.close();
  return counts;
}

describe("attempts that a lab keeps", () => {
  it("are counted in the second in which they began, until it ends", () => {
    const file = join(folder, "attempts.db");
    const until = new AbortController();
    const hear = keptAttempts(file, { write: () => undefined }, until.signal);
    hear(attempt(1_800_000_000_900, "bad"));
    hear(attempt(1_800_000_000_100, "good"));
    until.abort();
    hear(attempt(1_800_000_001_000, "good"));
    expect(countsIn(file)).toEqual([{ at: 1_800_000_000, bad: 1, total: 2 }]);
  });

  it("are lost while the disk takes none, which is logged once, and kept again once it does", () => {
    const below = join(folder, "gone");
    const file = join(below, "attempts.db");
    const logged: string[] = [];
    const until = new AbortController();
    const hear = keptAttempts(file, { write: (_, text) => void logged.push(text) }, until.signal);
    hear(attempt(1_800_000_000_000, "good"));
    hear(attempt(1_800_000_001_000, "good"));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain(`what probes find is not kept in ${file}`);
    mkdirSync(below);
    hear(attempt(1_800_000_002_000, "good"));
    until.abort();
    expect(countsIn(file)).toEqual([{ at: 1_800_000_000, bad: 0, total: 1 }]);
    expect(logged).toHaveLength(1);
  });
});
