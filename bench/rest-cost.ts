import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Parsed } from "../src/core/problem/problem.ts";
import type { BenchLab } from "./bench-lab.ts";
import { spreadWith } from "./process-cost.ts";
import type { Spread } from "./statistics.ts";
import { restTargets, type Verdict, verdictOf } from "./targets.ts";

/** What the processes of one kind take while nothing happens. */
export interface RestCost {
  readonly process: "controller" | "agent";
  /** Resident memory at the end. */
  readonly memoryMb: Spread;
  /** Of one core. */
  readonly coreShare: Spread;
  readonly seconds: number;
  readonly verdict: Verdict;
}

const settledMs = 20_000;
const watchedSeconds = 60;

/** Of the three controllers and the three agents of a lab that serves and has no clients, once it has come to rest. */
export async function restCosts(lab: BenchLab, signal: AbortSignal): Promise<Parsed<readonly RestCost[]>> {
  const whole = await lab.untilWhole(signal);
  if (!whole.ok) return whole;
  const status = await lab.status();
  if (!status.ok) return status;
  await pause(settledMs, undefined, { signal });
  const watched = status.value.regions.flatMap(({ processes }) =>
    processes.flatMap(({ name, pid }) =>
      name === "controller" || name === "agent" ? [{ name, pid, cpuBefore: cpuSecondsOf(pid) }] : [],
    ),
  );
  await pause(watchedSeconds * 1_000, undefined, { signal });
  const costs = watched.map(({ name, pid, cpuBefore }) => ({
    name,
    coreShare: (cpuSecondsOf(pid) - cpuBefore) / watchedSeconds,
    memoryMb: memoryMbOf(pid),
  }));
  return {
    ok: true,
    value: (["controller", "agent"] as const).map((kind) => {
      const own = costs.filter(({ name }) => name === kind);
      const memoryMb = spreadWith(own.map((cost) => cost.memoryMb));
      const coreShare = spreadWith(own.map((cost) => cost.coreShare));
      const isMet = memoryMb.worst <= restTargets.memoryMbMax && coreShare.worst <= restTargets.coreShareMax;
      return { process: kind, memoryMb, coreShare, seconds: watchedSeconds, verdict: verdictOf(isMet) };
    }),
  };
}

const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** User and system time so far; proc_pid_stat(5), fields 14 and 15. */
function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function memoryMbOf(pid: number): number {
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(resident) / 1_024;
}
