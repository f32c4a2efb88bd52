import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchOutput } from "./bench-output.ts";
import { paceOfMachine } from "./pace.ts";
import { costs, spreadWith } from "./process-cost.ts";
import { benchSloStatus } from "./slo-status.ts";
import type { Spread } from "./statistics.ts";
import { syntheticSlos } from "./synthetic-slos.ts";
import { tableText } from "./table.ts";
import { sloTargets, verdictOf } from "./targets.ts";

interface Measured {
  readonly objectives: number;
  readonly wallMs: Spread;
  readonly cpuMs: Spread;
  readonly memoryMb: Spread;
  /** Queries of raw data over a range, for each SLO. */
  readonly rawRanges: number;
  readonly isMet: boolean;
}

/** Measures how long objectives take to become rules, and to be told of, each run a process of its own. */
export async function benchSlo(
  runs: number,
  onProgress: (text: string) => void,
  signal: AbortSignal,
): Promise<BenchOutput> {
  const pace = paceOfMachine();
  const rules = sloTargets.objectives.map((objectives): Measured => {
    onProgress(`rules of ${objectives} objectives: ${runs} runs`);
    return measuredOf(objectives, runs);
  });
  const status = await benchSloStatus({ runs, onProgress }, signal);
  return {
    text: [
      tableText(columns, rules.map(rowOf)),
      status.text,
      `machine: ${pace.toFixed(1)} ns for a step of a chain of whole-number sums and products\n`,
    ].join("\n\n"),
    data: { paceNs: pace, rules, status: status.measured },
    tookPart: status.tookPart,
    verdict: verdictOf(rules.every(({ isMet }) => isMet) && status.isMet),
  };
}

function measuredOf(objectives: number, runs: number): Measured {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
  const out = join(folder, "rules.yaml");
  try {
    for (const { path, text } of syntheticSlos(objectives)) writeFileSync(join(folder, path), text);
    const files = syntheticSlos(objectives).map(({ path }) => join(folder, path));
    const all = costs(runs, ["slo", "rules", ...files, "--out", out]);
    const wallMs = spreadWith(all.map((cost) => cost.wallMs));
    const cpuMs = spreadWith(all.map((cost) => cost.cpuMs));
    const memoryMb = spreadWith(all.map((cost) => cost.memoryMb));
    const rawRanges = readFileSync(out, "utf8").split("http_requests_total{").length - 1;
    const { wallMsMax, memoryMbMax, rawRangesMax } = sloTargets;
    const isQuick = wallMs.median <= wallMsMax && memoryMb.worst <= memoryMbMax;
    const perSlo = rawRanges / objectives;
    return {
      objectives,
      wallMs,
      cpuMs,
      memoryMb,
      rawRanges: perSlo,
      isMet: isQuick && perSlo <= rawRangesMax,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const columns = [
  "rules of objectives",
  "n",
  "median",
  "worst",
  "processor time",
  "memory, worst",
  "raw ranges per SLO",
  "target",
  "verdict",
];

function rowOf({ objectives, wallMs, cpuMs, memoryMb, rawRanges, isMet }: Measured): readonly string[] {
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
  const { wallMsMax, memoryMbMax, rawRangesMax } = sloTargets;
  return [
    ...[objectives.toLocaleString("en"), String(wallMs.n), seconds(wallMs.median), seconds(wallMs.worst)],
    ...[seconds(cpuMs.median), `${memoryMb.worst.toFixed(0)} MB`, String(rawRanges)],
    `≤ ${wallMsMax / 1_000} s, ${memoryMbMax} MB, ${rawRangesMax}`,
    verdictOf(isMet),
  ];
}
