import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { invariant } from "../src/core/problem/problem.ts";
import type { BenchOutput } from "./bench-output.ts";
import { programFile } from "./bench-lab.ts";
import { type Spread, spreadOf } from "./statistics.ts";
import { syntheticWorkspace } from "./synthetic-workspace.ts";
import { tableText } from "./table.ts";
import { cliTargets, verdictOf } from "./targets.ts";

/** What one run of the program took, in milliseconds. */
interface ProcessCost {
  /** User and system time of all its threads, from its start. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Measures the program as its users meet it: a process of its own each time. */
export function benchCommandLine(runs: number): BenchOutput {
  const helpCpu = spreadWith(costs(runs, ["--help"]).map(({ cpuMs }) => cpuMs));
  return {
    text: tableText(columns, [row(["holdfast --help", "processor time"], helpCpu, cliTargets.helpCpuMs)]),
    data: { helpCpuMs: helpCpu },
    tookPart: [],
    verdict: verdictOf(helpCpu.median <= cliTargets.helpCpuMs),
  };
}

/** Measures `check` on workspaces of several sizes, each a process of its own. */
export function benchCheck(runs: number): BenchOutput {
  const measured = cliTargets.check.map(({ components, wallMs }) => {
    const spread = spreadWith(checkCosts(runs, components).map((cost) => cost.wallMs));
    return { components, targetMs: wallMs, spread, isMet: spread.median <= wallMs };
  });
  return {
    text: tableText(
      columns,
      measured.map(({ components, targetMs, spread }) =>
        row([`holdfast check, ${components} components`, "whole process"], spread, targetMs),
      ),
    ),
    data: { checks: measured.map(({ components, spread }) => ({ components, checkMs: spread })) },
    tookPart: [],
    verdict: verdictOf(measured.every(({ isMet }) => isMet)),
  };
}

const columns = ["command", "measured", "n", "median", "p95", "worst", "target (median)", "verdict"];

function checkCosts(runs: number, components: number): readonly ProcessCost[] {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
  try {
    for (const { path, text } of syntheticWorkspace({ components })) writeFileSync(join(folder, path), text);
    return costs(runs, ["check", folder]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function row(names: readonly string[], spread: Spread, target: number): readonly string[] {
  const { n, median, p95, worst } = spread;
  const times = [median, p95, worst].map((ms) => `${ms.toFixed(0)} ms`);
  return [...names, String(n), ...times, `≤ ${target} ms`, verdictOf(median <= target)];
}

function costs(runs: number, args: readonly string[]): readonly ProcessCost[] {
  // The first run reads the program from disk; users meet that once.
  costOf(args);
  return Array.from({ length: runs }, () => costOf(args));
}

/** The program itself is asked, as it ends, what it has used: nobody else may know of a process that is gone. */
const tellUsage = `data:text/javascript,${encodeURIComponent(
  `import { writeSync } from "node:fs";
   process.on("exit", () => { const { user, system } = process.cpuUsage(); writeSync(3, String((user + system) / 1000)); });`,
)}`;

function costOf(args: readonly string[]): ProcessCost {
  const begun = performance.now();
  const { status, output, stderr } = spawnSync(
    process.execPath,
    ["--import", tellUsage, programFile, ...args],
    {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      encoding: "utf8",
    },
  );
  const wallMs = performance.now() - begun;
  invariant(status === 0, `holdfast ${args.join(" ")} ended with ${String(status)}: ${stderr}`);
  return { cpuMs: Number(output[3]), wallMs };
}

function spreadWith(values: readonly number[]): Spread {
  const spread = spreadOf(values);
  invariant(spread !== null, "at least one run is measured");
  return spread;
}
