import { spawnSync } from "node:child_process";
import { invariant } from "../src/core/problem/problem.ts";
import { programFile } from "./bench-lab.ts";
import { type Spread, spreadOf } from "./statistics.ts";

/** What one run of the program took. */
export interface ProcessCost {
  /** User and system time of all its threads, from its start. */
  readonly cpuMs: number;
  readonly wallMs: number;
  /** The most memory that it held at once. */
  readonly memoryMb: number;
}

/**
 * Of so many runs, and of one more before them: that reads the program from disk, which users meet once.
 *
 * @param judge throws at what a run printed, if it is not what was to be measured
 */
export function costs(
  runs: number,
  args: readonly string[],
  judge: (printed: string) => void = () => undefined,
): readonly ProcessCost[] {
  costOf(args, judge);
  return Array.from({ length: runs }, () => costOf(args, judge));
}

/** The program itself is asked, as it ends, what it has used: nobody else may know of a process that is gone. */
const tellUsage = `data:text/javascript,${encodeURIComponent(
  `import { writeSync } from "node:fs";
   import { isMainThread } from "node:worker_threads";
   if (isMainThread) process.on("exit", () => {
     const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
     writeSync(3, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, memoryMb: maxRSS / 1024 }));
   });`,
)}`;

function costOf(args: readonly string[], judge: (printed: string) => void): ProcessCost {
  const begun = performance.now();
  const { status, output, stderr } = spawnSync(
    process.execPath,
    ["--import", tellUsage, programFile, ...args],
    {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    },
  );
  const wallMs = performance.now() - begun;
  // An objective that is missed is an answer, too.
  invariant(
    status === 0 || status === 2,
    `holdfast ${args.join(" ")} ended with ${String(status)}: ${stderr}`,
  );
  judge(output[1] ?? "");
  return { ...(JSON.parse(output[3] ?? "") as Omit<ProcessCost, "wallMs">), wallMs };
}

export function spreadWith(values: readonly number[]): Spread {
  const spread = spreadOf(values);
  invariant(spread !== null, "at least one run is measured");
  return spread;
}
