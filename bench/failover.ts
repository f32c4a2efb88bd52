import type { Parsed } from "../src/core/problem/problem.ts";
import type { BenchOutput } from "./bench-output.ts";
import { BenchLab, usualLab } from "./bench-lab.ts";
import { type CpuLoad, underCpuLoad } from "./cpu-load.ts";
import { lengthOf, lossResultOf } from "./failover-result.ts";
import { failoverText, secondsText } from "./failover-text.ts";
import type { FailoverPart } from "./options.ts";
import { type LeaderPlace, type LossFault, loseRegion, type RegionLoss } from "./region-loss.ts";
import { type ProbeRate, probeRate } from "./probe-rate.ts";
import { type RestCost, restCosts } from "./rest-cost.ts";
import { restText, steadyText } from "./rest-text.ts";
import { makeTable, serverVersion } from "./sequential-writer.ts";
import { type SteadyResult, steadyRequests } from "./steady-requests.ts";
import { verdictOf } from "./targets.ts";

export interface FailoverBench {
  readonly runs: number;
  readonly parts: readonly FailoverPart[];
  readonly loadMinutes: number;
  readonly onProgress: (text: string) => void;
}

/** Measures on a lab of its own, which is gone afterwards; its folder stays when something was not as it must be. */
export async function benchFailover(bench: FailoverBench, signal: AbortSignal): Promise<Parsed<BenchOutput>> {
  const lab = await BenchLab.start(usualLab, bench.onProgress, signal);
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
  const losses = await lossesOf(lab, bench, signal);
  if (!losses.ok) return losses;
  const load = await loadOf(lab, bench, signal);
  if (!load.ok) return load;
  const steady = await steadyOf(lab, bench, signal);
  if (!steady.ok) return steady;
  const rest = await restOf(lab, bench, signal);
  if (!rest.ok) return rest;
  const measured = {
    losses: losses.value,
    load: load.value,
    steady: steady.value,
    rest: rest.value,
  };
  return { ok: true, value: outputOf(measured, `PostgreSQL ${await serverVersion(postgresUrl)}`) };
}

async function lossesOf(
  lab: BenchLab,
  bench: FailoverBench,
  signal: AbortSignal,
): Promise<Parsed<readonly RegionLoss[]>> {
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
  return { ok: true, value: losses };
}

async function loadOf(
  lab: BenchLab,
  { parts, loadMinutes }: FailoverBench,
  signal: AbortSignal,
): Promise<Parsed<CpuLoad | null>> {
  return parts.includes("load") ? underCpuLoad(lab, loadMinutes, signal) : { ok: true, value: null };
}

async function steadyOf(
  lab: BenchLab,
  { runs, parts }: FailoverBench,
  signal: AbortSignal,
): Promise<Parsed<readonly SteadyResult[]>> {
  const results: SteadyResult[] = [];
  for (const fault of parts.includes("requests") ? (["kill", "switchover"] as const) : []) {
    const result = await steadyRequests(lab, { fault, runs }, signal);
    if (!result.ok) return result;
    results.push(result.value);
  }
  return { ok: true, value: results };
}

interface Rest {
  readonly costs: readonly RestCost[];
  readonly probes: ProbeRate;
}

async function restOf(
  lab: BenchLab,
  { parts }: FailoverBench,
  signal: AbortSignal,
): Promise<Parsed<Rest | null>> {
  if (!parts.includes("rest")) return { ok: true, value: null };
  const costs = await restCosts(lab, signal);
  if (!costs.ok) return costs;
  const probes = await probeRate(lab, signal);
  return probes.ok ? { ok: true, value: { costs: costs.value, probes: probes.value } } : probes;
}

/** Every second loss takes the leading controller with it: a leader that happens to survive would flatter the figures. */
function leaderOf(run: number): LeaderPlace {
  return run % 2 === 0 ? "in-lost-region" : "anywhere";
}

interface Measured {
  readonly losses: readonly RegionLoss[];
  readonly load: CpuLoad | null;
  readonly steady: readonly SteadyResult[];
  readonly rest: Rest | null;
}

function outputOf({ losses, load, steady, rest }: Measured, store: string): BenchOutput {
  const faults: readonly LossFault[] = ["kill", "freeze"];
  const results = faults.flatMap((fault) => lossResultOf(fault, losses) ?? []);
  const verdicts = [
    ...results.map(({ verdict }) => verdict),
    ...(load === null || load.kind === "skipped" ? [] : [load.verdict]),
    ...steady.map(({ verdict }) => verdict),
    ...(rest === null ? [] : [...rest.costs.map(({ verdict }) => verdict), rest.probes.verdict]),
  ];
  const texts = [
    ...(results.length > 0 || load !== null ? [failoverText(results, load)] : []),
    ...(steady.length > 0 ? [steadyText(steady)] : []),
    ...(rest === null ? [] : [restText(rest.costs, rest.probes)]),
  ];
  return {
    text: texts.join("\n\n"),
    data: { losses: results, load, steady, rest },
    tookPart: [store],
    verdict: verdictOf(verdicts.every((verdict) => verdict === "met")),
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
