import { simulate } from "../sim/simulate.ts";
import type { BenchOutput } from "./bench-output.ts";
import { tableText } from "./table.ts";
import { schedulesPerSecondMin, verdictOf } from "./targets.ts";

/** Counts schedules of 10 s per second of processor time, on one core. A broken promise is no speed: it misses. */
export function benchSimulation(seeds: number): BenchOutput {
  const before = process.cpuUsage();
  let failovers = 0;
  let broken = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { work, violations } = simulate(seed);
    failovers += work.failovers;
    if (violations.length > 0) broken += 1;
  }
  const used = process.cpuUsage(before);
  const cpuSeconds = (used.user + used.system) / 1_000_000;
  const perSecond = seeds / cpuSeconds;
  const verdict = verdictOf(perSecond >= schedulesPerSecondMin && broken === 0);
  return {
    text: tableText(
      [
        "schedules of 10 s",
        "failovers in them",
        "that broke a promise",
        "per second and core",
        "target",
        "verdict",
      ],
      [[seeds, failovers, broken, Math.round(perSecond), `≥ ${schedulesPerSecondMin}`, verdict].map(String)],
    ),
    data: { seeds, failovers, broken, cpuSeconds, perSecondAndCore: perSecond },
    tookPart: [],
    verdict,
  };
}
