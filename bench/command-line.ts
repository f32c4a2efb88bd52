import type { BenchOutput } from "./bench-output.ts";
import { costs, spreadWith } from "./process-cost.ts";
import type { Spread } from "./statistics.ts";
import { tableText } from "./table.ts";
import { cliTargets, verdictOf } from "./targets.ts";

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

const columns = ["command", "measured", "n", "median", "p95", "worst", "target (median)", "verdict"];

function row(names: readonly string[], spread: Spread, target: number): readonly string[] {
  const { n, median, p95, worst } = spread;
  const times = [median, p95, worst].map((ms) => `${ms.toFixed(0)} ms`);
  return [...names, String(n), ...times, `≤ ${target} ms`, verdictOf(median <= target)];
}
