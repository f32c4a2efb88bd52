import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openEvidenceLog } from "../src/adapters/files/evidence-log.ts";
import type { EvidenceLog } from "../src/core/evidence/ports.ts";
import { metricsText } from "../src/core/metrics/exposition.ts";
import { instantMs, monotonicMs } from "../src/core/units/units.ts";
import { DrillRecord } from "./drill-record.ts";

const patience = new AbortController().signal;
let folder = "";
let atMs = 1_700_000_000_000;
let log: EvidenceLog;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-drills-"));
  const opened = await openEvidenceLog({
    directory: join(folder, "evidence"),
    log: "drill",
    keyPath: join(folder, "drill.pem"),
    software: "holdfast",
    clock: () => ({ at: instantMs(atMs), monotonic: monotonicMs(atMs) }),
  });
  if (!opened.ok) throw new Error(opened.problems[0].what);
  log = opened.value;
});
afterEach(async () => {
  await log.close();
  await rm(folder, { recursive: true });
});

async function recorded(kind: string, body: Readonly<Record<string, string | boolean>>): Promise<void> {
  atMs += 1_000;
  await log.append({ kind, body });
}

async function told(drills: DrillRecord): Promise<readonly string[]> {
  await drills.refresh(patience);
  return metricsText(drills.samples())
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

describe("the record of drills", () => {
  it("tells when each drill last finished and whether it met its objectives, as soon as it has", async () => {
    const drills = new DrillRecord(join(folder, "evidence"));
    expect(await told(drills)).toEqual([]);
    await recorded("drill-started", { drill: "region-loss" });
    expect(await told(drills)).toEqual([]);
    await recorded("fault-injected", { region: "east" });
    await recorded("drill-finished", { objectivesMet: true });
    const finishedAt = atMs / 1_000;
    expect(await told(drills)).toEqual([
      `holdfast_drill_finished_timestamp_seconds{drill="region-loss"} ${finishedAt}`,
      'holdfast_drill_objectives_met{drill="region-loss"} 1',
    ]);
    await recorded("drill-started", { drill: "region-loss" });
    await recorded("drill-finished", { objectivesMet: false });
    expect(await told(drills)).toEqual([
      `holdfast_drill_finished_timestamp_seconds{drill="region-loss"} ${finishedAt + 2}`,
      'holdfast_drill_objectives_met{drill="region-loss"} 0',
    ]);
  });

  it("passes over a run that was broken off", async () => {
    await recorded("drill-started", { drill: "region-loss" });
    await recorded("drill-broken-off", { because: "the lab was ended" });
    await recorded("drill-finished", { objectivesMet: true });
    await recorded("drill-started", { drill: "region-freeze" });
    await recorded("drill-finished", { objectivesMet: true });
    const lines = await told(new DrillRecord(join(folder, "evidence")));
    expect(lines.join()).toContain('drill="region-freeze"');
    expect(lines.join()).not.toContain("region-loss");
  });

  it("tells nothing of what was written into it by another hand", async () => {
    await recorded("drill-started", { drill: "region-loss" });
    await recorded("drill-finished", { objectivesMet: true });
    const entry = join(folder, "evidence", "drill", "entries", "00000002.json");
    await writeFile(entry, "{}");
    expect(await told(new DrillRecord(join(folder, "evidence")))).toEqual([]);
  });
});
