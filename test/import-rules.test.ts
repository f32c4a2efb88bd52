import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { projectRoot } from "./built-program.ts";
import { plantedTree } from "./planted-tree.ts";

/** `from imports to`, each a path of the tree, a package or a module of Node. */
type Import = readonly [from: string, to: string];

/** For each rule, by name, the imports that it must refuse. */
const refused: Readonly<Record<string, readonly Import[]>> = {
  "no-circle": [["src/runtime/egg.ts", "src/runtime/hen.ts"]],
  "no-circle-in-simulation": [["sim/egg.ts", "sim/hen.ts"]],
  "core-imports-core-only": [
    ["src/core/units/reaches-out.ts", "src/adapters/files/disk.ts"],
    ["src/core/units/reaches-out.ts", "src/waiting/deadline.ts"],
    ["src/core/units/reaches-out.ts", "src/runtime/loop.ts"],
    ["src/core/units/reaches-out.ts", "src/cli/command.ts"],
    ["src/core/units/reaches-out.ts", "lab/lab.ts"],
  ],
  "core-touches-no-machine": [["src/core/evidence/reads.ts", "node:fs"]],
  "only-languages-use-packages": [["src/core/model/parses.ts", "zod"]],
  "core-problem": [["src/core/problem/problem.ts", "src/core/units/units.ts"]],
  "core-units": [["src/core/units/knows-model.ts", "src/core/model/model.ts"]],
  "core-catalogue": [["src/core/catalogue/knows-model.ts", "src/core/model/model.ts"]],
  "core-model": [["src/core/model/knows-text.ts", "src/core/manifest/manifest.ts"]],
  "core-manifest": [["src/core/manifest/lints.ts", "src/core/lint/lint.ts"]],
  "core-availability|cost|carbon|recovery|training": [
    ["src/core/cost/knows-time.ts", "src/core/recovery/recovery.ts"],
    ["src/core/training/knows-time.ts", "src/core/recovery/recovery.ts"],
    ["src/core/recovery/knows-loss.ts", "src/core/training/training.ts"],
  ],
  "core-lint": [["src/core/lint/drills.ts", "src/core/drill/drill.ts"]],
  "core-prediction": [["src/core/prediction/judges.ts", "src/core/lint/lint.ts"]],
  "core-plan": [["src/core/plan/decides.ts", "src/core/failover/failover.ts"]],
  "core-optimise": [["src/core/optimise/decides.ts", "src/core/failover/failover.ts"]],
  "core-openslo": [["src/core/openslo/decides.ts", "src/core/slo/slo.ts"]],
  "core-promql": [["src/core/promql/knows-model.ts", "src/core/model/model.ts"]],
  "core-llm": [["src/core/llm/makes-rules.ts", "src/core/slo/slo.ts"]],
  "core-slo": [["src/core/slo/reads.ts", "src/core/manifest/manifest.ts"]],
  "core-experiment|failover|evidence": [
    ["src/core/failover/records.ts", "src/core/evidence/evidence.ts"],
    ["src/core/evidence/decides.ts", "src/core/failover/failover.ts"],
  ],
  "core-metrics": [["src/core/metrics/guards.ts", "src/core/slo/slo.ts"]],
  "core-mixin": [["src/core/mixin/decides.ts", "src/core/failover/failover.ts"]],
  "core-drill": [["src/core/drill/reports.ts", "src/core/report/report.ts"]],
  "core-trace": [
    ["src/core/trace/reports.ts", "src/core/report/report.ts"],
    ["src/core/trace/injects.ts", "src/core/experiment/experiment.ts"],
  ],
  "core-score": [["src/core/score/reports.ts", "src/core/report/report.ts"]],
  "waiting-knows-nobody": [["src/waiting/counts.ts", "src/core/units/units.ts"]],
  "adapters-stand-alone": [
    ["src/adapters/files/leans.ts", "src/adapters/links/link.ts"],
    ["src/adapters/files/leans.ts", "src/runtime/loop.ts"],
  ],
  "shell-gets-adapters-handed-in": [
    ["src/cli/takes.ts", "src/adapters/files/disk.ts"],
    ["src/runtime/takes.ts", "src/adapters/files/disk.ts"],
    ["src/cli/takes.ts", "lab/lab.ts"],
  ],
  "runtime-knows-no-face": [["src/runtime/prints.ts", "src/cli/command.ts"]],
  "nothing-imports-main": [["bench/starts.ts", "src/main.ts"]],
  "sim-uses-no-adapter": [
    ["sim/cheats.ts", "src/adapters/files/disk.ts"],
    ["sim/cheats.ts", "lab/lab.ts"],
  ],
  "no-test-in-product": [
    ["src/cli/tests-itself.ts", "src/core/units/units.test.ts"],
    ["src/cli/tests-itself.ts", "test/built-program.ts"],
  ],
  "no-unresolvable": [["src/cli/dreams.ts", "./nowhere.ts"]],
};

/** Circles are told once, by the import above; these close them. */
const otherHalves: readonly Import[] = [
  ["src/runtime/hen.ts", "src/runtime/egg.ts"],
  ["sim/hen.ts", "sim/egg.ts"],
];

/** What the product is made of; no rule may speak against any of it. */
const allowed: readonly Import[] = [
  ["src/core/manifest/manifest.ts", "zod"],
  ["src/core/manifest/manifest.ts", "src/core/model/model.ts"],
  ["src/core/openslo/openslo.ts", "zod"],
  ["src/core/openslo/openslo.ts", "src/core/manifest/manifest.ts"],
  ["src/core/lint/lint.ts", "src/core/recovery/recovery.ts"],
  ["src/core/lint/lint.ts", "src/core/training/training.ts"],
  ["src/core/lint/lint.ts", "src/core/failover/failover.ts"],
  ["src/core/drill/drill.ts", "src/core/failover/failover.ts"],
  ["src/core/report/report.ts", "src/core/drill/drill.ts"],
  ["src/core/metrics/metrics.ts", "src/core/failover/failover.ts"],
  ["src/core/trace/trace.ts", "src/core/drill/drill.ts"],
  ["src/core/mixin/mixin.ts", "src/core/metrics/metrics.ts"],
  ["src/core/mixin/mixin.ts", "src/core/slo/slo.ts"],
  ["src/core/mixin/mixin.ts", "src/core/llm/llm.ts"],
  ["src/core/units/units.test.ts", "node:fs"],
  ["src/adapters/files/disk.ts", "src/core/units/units.ts"],
  ["src/adapters/files/disk.ts", "node:fs"],
  ["src/adapters/files/disk.ts", "src/waiting/rest.ts"],
  ["src/runtime/loop.ts", "src/waiting/rest.ts"],
  ["src/runtime/loop.ts", "src/core/failover/failover.ts"],
  ["src/cli/command.ts", "src/runtime/loop.ts"],
  ["src/main.ts", "src/adapters/files/disk.ts"],
  ["lab/lab.ts", "src/adapters/files/disk.ts"],
  ["sim/world.ts", "src/runtime/loop.ts"],
];

interface Cruised {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
  };
}

/** A violation as text; a package by its name, wherever it is installed. */
function told({ rule, from, to }: Cruised["summary"]["violations"][number]): string {
  return `${rule.name}: ${from} -> ${to.replace(/^.*node_modules\/([^/]+)\/.*$/, "$1")}`;
}

/** What `npm run check` runs, in `root`, as data. */
async function cruised(root: string, folders: readonly string[]): Promise<Cruised["summary"]> {
  const { stdout } = await promisify(execFile)(
    join(projectRoot, "node_modules", ".bin", "depcruise"),
    [...folders, "--config", join(projectRoot, ".dependency-cruiser.cjs"), "--output-type", "json"],
    { cwd: root, maxBuffer: 64 * 1024 * 1024 },
  ).catch((error: unknown) => error as { readonly stdout: string });
  return (JSON.parse(stdout) as Cruised).summary;
}

/** Files that hold just these imports. */
function filesOf(imports: readonly Import[]): Record<string, string> {
  const files: Record<string, string> = {};
  const isFile = (path: string): boolean => path.endsWith(".ts") && !path.startsWith("./");
  for (const [from, to] of imports) {
    if (isFile(to)) files[to] ??= "export const here = true;\n";
    const depth = from.split("/").length - 1;
    files[from] =
      `${files[from] ?? "export const here = true;\n"}import "${isFile(to) ? "../".repeat(depth) : ""}${to}";\n`;
  }
  return files;
}

describe("the import rules", () => {
  it("refuse each planted import under its own rule, and nothing that the product needs", async () => {
    const tree = await plantedTree(filesOf([...allowed, ...otherHalves, ...Object.values(refused).flat()]));
    try {
      const { violations, ruleSetUsed } = await cruised(tree.root, ["src", "lab", "sim", "bench"]);
      const found = violations.map(told);
      const planted = Object.entries(refused).flatMap(([rule, imports]) =>
        imports.map(([from, to]) => `${rule}: ${from} -> ${to.replace("node:", "")}`),
      );
      expect(found.sort()).toEqual(planted.sort());
      expect(Object.keys(refused).sort()).toEqual(ruleSetUsed.forbidden.map(({ name }) => name).sort());
    } finally {
      await tree.remove();
    }
  });

  it("find nothing in the product", async () => {
    const { violations, totalCruised } = await cruised(projectRoot, ["src", "lab", "sim", "bench"]);
    expect(violations.map(told)).toEqual([]);
    expect(totalCruised).toBeGreaterThan(200);
  });
});
