import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchOutput } from "./bench-output.ts";
import { costs, spreadWith } from "./process-cost.ts";
import { paceOfMachine } from "./pace.ts";
import type { Spread } from "./statistics.ts";
import { syntheticWorkspace } from "./synthetic-workspace.ts";
import { tableText } from "./table.ts";
import { checkTargets, verdictOf } from "./targets.ts";

/** Of large workspaces fewer runs are enough: they take long, and vary less. */
const runsOfLarge = 3;
const largeFrom = 3_000;

interface Measured {
  readonly components: number;
  readonly size: string;
  readonly wallMs: Spread;
  readonly cpuMs: Spread;
  readonly memoryMb: Spread;
  readonly targets: (typeof checkTargets)[number];
  readonly isMet: boolean;
}

/** Measures `check` on workspaces of several sizes, each run a process of its own. */
export function benchCheck(runs: number, onProgress: (text: string) => void): BenchOutput {
  const pace = paceOfMachine();
  const measured = checkTargets.map((targets): Measured => {
    const { components, regions, journeys, scenarios } = targets;
    const all = checkCosts(components >= largeFrom ? Math.min(runs, runsOfLarge) : runs, targets);
    onProgress(`${components} components: ${all.length} runs`);
    const wallMs = spreadWith(all.map((cost) => cost.wallMs));
    const cpuMs = spreadWith(all.map((cost) => cost.cpuMs));
    const memoryMb = spreadWith(all.map((cost) => cost.memoryMb));
    const isMet = wallMs.median <= targets.wallMs && memoryMb.worst <= targets.memoryMb;
    return {
      components,
      size: `${regions}, ${journeys}, ${scenarios}`,
      wallMs,
      cpuMs,
      memoryMb,
      targets,
      isMet,
    };
  });
  const text = tableText(columns, measured.map(rowOf));
  return {
    text: `${text}\nmachine: ${pace.toFixed(1)} ns for a step of a chain of whole-number sums and products\n`,
    data: { paceNs: pace, checks: measured },
    tookPart: [],
    verdict: verdictOf(measured.every(({ isMet }) => isMet)),
  };
}

const columns = [
  ...["components", "regions, journeys, scenarios", "n", "median", "worst"],
  ...["processor time", "memory, worst", "target", "verdict"],
];

function rowOf({ components, size, wallMs, cpuMs, memoryMb, targets, isMet }: Measured): readonly string[] {
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
  const isJudged = Number.isFinite(targets.wallMs);
  return [
    ...[
      components.toLocaleString("en"),
      size,
      String(wallMs.n),
      seconds(wallMs.median),
      seconds(wallMs.worst),
    ],
    ...[seconds(cpuMs.median), `${memoryMb.worst.toFixed(0)} MB`],
    isJudged ? `≤ ${targets.wallMs / 1_000} s${memoryText(targets.memoryMb)}` : "–",
    isJudged ? verdictOf(isMet) : "–",
  ];
}

function memoryText(memoryMb: number): string {
  return Number.isFinite(memoryMb) ? `, ${memoryMb} MB` : "";
}

function checkCosts(runs: number, size: Parameters<typeof syntheticWorkspace>[0]) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
  try {
    for (const { path, text } of syntheticWorkspace(size)) writeFileSync(join(folder, path), text);
    return costs(runs, ["check", folder]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
