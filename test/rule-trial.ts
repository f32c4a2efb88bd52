import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readOpenSlo } from "../src/core/openslo/openslo.ts";
import { compositeGroups } from "../src/core/slo/composite.ts";
import type { RuleGroup } from "../src/core/slo/prometheus.ts";
import { readSlos } from "../src/core/slo/read-slos.ts";
import { ruleTestText } from "../src/core/slo/rule-test-text.ts";
import type { RuleTest } from "../src/core/slo/rule-tests.ts";
import { ruleFileTexts } from "../src/core/slo/rule-text.ts";
import { ruleGroups } from "../src/core/slo/rules.ts";
import { instantMs } from "../src/core/units/units.ts";

export const isPromtoolHere = spawnSync("promtool", ["--version"]).status === 0;
export const skipped = isPromtoolHere
  ? ""
  : " (skipped: promtool of Debian's package prometheus is not here)";

export type Fields = Readonly<Record<string, unknown>>;

/** The rules of documents, as they are made in the first second of 1970, which is where promtool's time begins. */
export function groupsOf(...documents: readonly Fields[]): readonly RuleGroup[] {
  const read = documents.flatMap((document) =>
    readOpenSlo({ path: "slo.json", text: JSON.stringify(document) }, "strict"),
  );
  const { slos, composites, problems } = readSlos(read, instantMs(0));
  const all = [...read.flatMap((each) => each.problems), ...problems];
  if (all.length > 0) throw new Error(JSON.stringify(all));
  return [...slos.flatMap(ruleGroups), ...composites.flatMap(compositeGroups)];
}

/** What promtool says of rules, and of tests of them. */
export function triedBy(
  groups: readonly RuleGroup[],
  tests: readonly RuleTest[],
): { readonly status: number | null; readonly told: string } {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-trial-"));
  try {
    writeFileSync(join(folder, "rules.yaml"), [...ruleFileTexts(groups)].join(""));
    const names = groups.map(({ name }) => name);
    writeFileSync(join(folder, "tests.yaml"), ruleTestText("rules.yaml", tests, names));
    const run = (...args: readonly string[]): ReturnType<typeof triedBy> => {
      const { status, stdout, stderr } = spawnSync("promtool", args, { cwd: folder, encoding: "utf8" });
      return { status, told: stdout + stderr };
    };
    const checked = run("check", "rules", "rules.yaml");
    const isOdd = checked.status !== 0 || checked.told.includes("duplicate");
    return isOdd ? { ...checked, status: 1 } : run("test", "rules", "tests.yaml");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
