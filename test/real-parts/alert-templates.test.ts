import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { brokenTemplates, soundTemplates } from "../alert-templates.ts";
import { isPromtoolHere, skipped } from "../rule-trial.ts";

function isTaken(template: string, where: "labels" | "annotations"): boolean {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-template-"));
  try {
    const rule = { alert: "A", expr: "up > 0", [where]: { told: template } };
    writeFileSync(join(folder, "rules.yaml"), JSON.stringify({ groups: [{ name: "g", rules: [rule] }] }));
    return spawnSync("promtool", ["check", "rules", "rules.yaml"], { cwd: folder }).status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(!isPromtoolHere)(`templates of alerts, as Prometheus itself reads them${skipped}`, () => {
  it("are taken where they are sound", () => {
    expect(soundTemplates.filter((each) => !isTaken(each, "annotations"))).toEqual([]);
    expect(isTaken("{{ $labels.region }}", "labels")).toBe(true);
  }, 60_000);

  it("are refused where they are broken, with the whole file of rules", () => {
    expect(brokenTemplates.filter((each) => isTaken(each, "annotations"))).toEqual([]);
    expect(isTaken("{{ nope }}", "labels")).toBe(false);
  }, 60_000);
});
