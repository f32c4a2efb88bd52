import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { invariant } from "../src/core/problem/problem.ts";
import type { ObjectiveStatus } from "../src/core/slo/status/status.ts";
import { backfill, isPrometheusHere, runningPrometheus } from "../test/running-prometheus.ts";
import { programFile } from "./bench-lab.ts";
import { costs, spreadWith } from "./process-cost.ts";
import { faultIn } from "./slo-answers.ts";
import { syntheticPast, worstCount } from "./slo-past.ts";
import type { Spread } from "./statistics.ts";
import { syntheticSlos } from "./synthetic-slos.ts";
import { tableText } from "./table.ts";
import { sloStatusTargets, verdictOf } from "./targets.ts";

type Target = (typeof sloStatusTargets)[number];

interface MeasuredStatus {
  readonly target: Target;
  readonly wallMs: Spread;
  readonly cpuMs: Spread;
  readonly memoryMb: Spread;
  /** Processor time of Prometheus for one run, in the mean. */
  readonly storeCpuMs: number;
  readonly isMet: boolean;
}

export interface StatusResult {
  /** Markdown. */
  readonly text: string;
  readonly measured: readonly MeasuredStatus[];
  /** Prometheus with its version. */
  readonly tookPart: readonly string[];
  readonly isMet: boolean;
}

interface Settings {
  readonly runs: number;
  readonly onProgress: (text: string) => void;
}

/** Measures how long it takes to tell how objectives stand, from a real Prometheus on this machine that holds what was recorded of them. */
export async function benchSloStatus(settings: Settings, signal: AbortSignal): Promise<StatusResult> {
  if (!isPrometheusHere) {
    const text = "status of objectives: not measured, for Debian's package prometheus is not here";
    return { text, measured: [], tookPart: [], isMet: false };
  }
  const measured: MeasuredStatus[] = [];
  for (const target of sloStatusTargets) {
    signal.throwIfAborted();
    measured.push(await measuredAt(target, settings));
  }
  return {
    text: `${tableText(columns, measured.map(rowOf))}\n\n${remarks}`,
    measured,
    tookPart: [prometheusVersion()],
    isMet: measured.every(({ isMet }) => isMet),
  };
}

async function measuredAt(target: Target, { runs, onProgress }: Settings): Promise<MeasuredStatus> {
  const { objectives, everyMinutes } = target;
  const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
  const store = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
  try {
    const files = syntheticSlos(objectives).map(({ path, text }) => {
      writeFileSync(join(folder, path), text);
      return join(folder, path);
    });
    onProgress(`status of ${objectives} objectives: their past is put into Prometheus`);
    backfill(store, syntheticPast({ objectives, everyMinutes, now: Date.now() / 1000 }));
    const prometheus = await runningPrometheus(store, "global: {}\n");
    try {
      onProgress(`status of ${objectives} objectives: ${runs} runs`);
      return await measuredOf({ target, files, url: prometheus.url, runs });
    } finally {
      await prometheus.stop();
    }
  } finally {
    for (const each of [folder, store]) rmSync(each, { recursive: true, force: true });
  }
}

interface Asked {
  readonly target: Target;
  readonly files: readonly string[];
  readonly url: string;
  readonly runs: number;
}

/** What it tells is judged as data before the runs and after them, and by its last line in each of them. */
async function measuredOf({ target, files, url, runs }: Asked): Promise<MeasuredStatus> {
  const { objectives, wallMsMax } = target;
  const command = ["slo", "status", ...files, "--prometheus", url];
  judge(command, objectives);
  const tally = `${objectives.toLocaleString("en")} objectives: ${(objectives - worstCount).toLocaleString("en")} met, ${worstCount} missed, 0 unknown (measured)`;
  const usedBefore = await cpuMsOf(url);
  const all = costs(runs, command, (printed) => {
    const last = printed.trimEnd().split("\n").at(-1);
    invariant(last === tally, `a run ended with "${last ?? ""}", where "${tally}" is true`);
  });
  // One more than are counted has warmed up.
  const storeCpuMs = ((await cpuMsOf(url)) - usedBefore) / (runs + 1);
  judge(command, objectives);
  const wallMs = spreadWith(all.map((cost) => cost.wallMs));
  return {
    target,
    wallMs,
    cpuMs: spreadWith(all.map((cost) => cost.cpuMs)),
    memoryMb: spreadWith(all.map((cost) => cost.memoryMb)),
    storeCpuMs,
    isMet: wallMs.median <= wallMsMax,
  };
}

function judge(command: readonly string[], objectives: number): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [programFile, ...command, "--json"], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  invariant(status === 0, `holdfast slo status ended with ${String(status)}: ${stderr}`);
  const answer = JSON.parse(stdout) as { readonly objectives: readonly ObjectiveStatus[] };
  const fault = faultIn(answer.objectives, objectives);
  invariant(fault === null, `a wrong answer is not worth measuring: ${fault ?? ""}`);
}

/** What Prometheus has used from its start, as it tells of itself. */
async function cpuMsOf(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const seconds = Number(/^process_cpu_seconds_total (\S+)$/m.exec(metrics)?.[1]);
  invariant(Number.isFinite(seconds), "Prometheus tells what it has used");
  return seconds * 1_000;
}

function prometheusVersion(): string {
  const { stdout } = spawnSync("prometheus", ["--version"], { encoding: "utf8" });
  return `Prometheus ${/version (\S+)/.exec(stdout)?.[1] ?? "of unknown version"}`;
}

const remarks = `status: \`holdfast slo status FILES --prometheus URL\`, the start of its process included, a Prometheus of its own for each row. Each
answer is judged: all are known, measured for all of their period, and attained what their past has. The ${worstCount} worst have 90 days at each
minute and a forecast that was tried. How dense the samples of all events are matters: Prometheus decodes a month of each series to tell
that it was there. Rules that run and scrapes beside the questions are left out.`;

const columns = [
  "status of objectives",
  "samples of all events",
  "n",
  "median",
  "worst",
  "processor time",
  "that of Prometheus",
  "memory, worst",
  "target",
  "verdict",
];

function rowOf({ target, wallMs, cpuMs, storeCpuMs, memoryMb, isMet }: MeasuredStatus): readonly string[] {
  const { objectives, everyMinutes, wallMsMax } = target;
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
  const isJudged = Number.isFinite(wallMsMax);
  return [
    objectives.toLocaleString("en"),
    `30 days, every ${everyMinutes === 1 ? "minute" : `${everyMinutes} minutes`}`,
    ...[String(wallMs.n), seconds(wallMs.median), seconds(wallMs.worst)],
    ...[seconds(cpuMs.median), seconds(storeCpuMs), `${memoryMb.worst.toFixed(0)} MB`],
    ...(isJudged ? [`≤ ${wallMsMax / 1_000} s`, verdictOf(isMet)] : ["–", "–"]),
  ];
}
