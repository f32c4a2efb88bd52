import type { Parsed } from "../src/core/problem/problem.ts";
import type { BenchOutput } from "./bench-output.ts";
import { BenchLab } from "./bench-lab.ts";
import { type CpuLoad, underCpuLoad } from "./cpu-load.ts";
import { lengthOf, lossResultOf } from "./failover-result.ts";
import { failoverText, secondsText } from "./failover-text.ts";
import type { FailoverPart } from "./options.ts";
import { type LeaderPlace, type LossFault, loseRegion, type RegionLoss } from "./region-loss.ts";
import { makeTable, serverVersion } from "./sequential-writer.ts";

export interface FailoverBench {
  readonly runs: number;
  readonly parts: readonly FailoverPart[];
  readonly loadMinutes: number;
  readonly onProgress: (text: string) => void;
}

/** Measures on a lab of its own, which is gone afterwards; its folder stays when something was not as it must be. */
export async function benchFailover(bench: FailoverBench, signal: AbortSignal): Promise<Parsed<BenchOutput>> {
  const lab = await BenchLab.start(bench.onProgress, signal);
  if (!lab.ok) return lab;
  let remains: "keep" | "remove" = "keep";
  try {
    const output = await measure(lab.value, bench, signal);
    if (output.ok && output.value.verdict === "met") remains = "remove";
    return output;
  } finally {
    await lab.value.end(signal.aborted ? "remove" : remains);
  }
}

async function measure(
  lab: BenchLab,
  bench: FailoverBench,
  signal: AbortSignal,
): Promise<Parsed<BenchOutput>> {
  const { postgresUrl } = lab.details;
  await makeTable(postgresUrl);
  const losses: RegionLoss[] = [];
  for (const fault of ["kill", "freeze"] as const) {
    if (!bench.parts.includes(fault)) continue;
    for (let run = 1; run <= bench.runs; run += 1) {
      const loss = await loseRegion(lab, { fault, leader: leaderOf(run), name: `${fault}-${run}` }, signal);
      if (!loss.ok) return loss;
      losses.push(loss.value);
      bench.onProgress(lossLine(`${fault} ${run}/${bench.runs}`, loss.value));
    }
  }
  const load = bench.parts.includes("load") ? await underCpuLoad(lab, bench.loadMinutes, signal) : null;
  if (load?.ok === false) return load;
  return {
    ok: true,
    value: outputOf(losses, load?.value ?? null, `PostgreSQL ${await serverVersion(postgresUrl)}`),
  };
}

/** Every second loss takes the leading controller with it: a leader that happens to survive would flatter the figures. */
function leaderOf(run: number): LeaderPlace {
  return run % 2 === 0 ? "in-lost-region" : "anywhere";
}

function outputOf(losses: readonly RegionLoss[], load: CpuLoad | null, store: string): BenchOutput {
  const faults: readonly LossFault[] = ["kill", "freeze"];
  const results = faults.flatMap((fault) => lossResultOf(fault, losses) ?? []);
  const isLoadFine = load === null || load.kind === "skipped" || load.verdict === "met";
  return {
    text: failoverText(results, load),
    data: { losses: results, load },
    tookPart: [store],
    verdict: results.every(({ verdict }) => verdict === "met") && isLoadFine ? "met" : "missed",
  };
}

function lossLine(name: string, loss: RegionLoss): string {
  const phases = loss.phases.map((phase) => `${phase.name} ${secondsText(phase.duration)}`).join(", ");
  return (
    `${name}: ${loss.region}${loss.leader === "in-lost-region" ? " with the leader" : ""}, outage ${secondsText(lengthOf(loss.outage))} (${loss.outage.kind}); ${phases}; ` +
    `${loss.acknowledged} acknowledged, ${loss.lostIds.length} lost, ${loss.acknowledgedByOld} by the old primary; ` +
    `${loss.failovers} failover by ${loss.completedBy ?? "nobody"}, whole again after ${secondsText(loss.wholeAfter)} with pauses up to ${secondsText(loss.returnPause)}`
  );
}
