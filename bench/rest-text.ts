import type { ProbeRate } from "./probe-rate.ts";
import type { RestCost } from "./rest-cost.ts";
import type { SteadyResult } from "./steady-requests.ts";
import { tableText } from "./table.ts";
import { restTargets, steadyTargets } from "./targets.ts";

/** Requests at a steady rate, for people; Markdown that goes into the documents as it is. */
export function steadyText(results: readonly SteadyResult[]): string {
  return tableText(
    [
      `${steadyTargets.perSecond} requests per second, active region`,
      "n",
      "requests",
      "failed",
      "failed at worst",
      "target",
      "verdict",
    ],
    results.map((result) => [
      result.fault === "kill" ? "killed" : "asked to hand over",
      String(result.n),
      String(result.requests),
      String(result.failed),
      String(result.failedAtWorst),
      `≤ ${result.fault === "kill" ? steadyTargets.failedOnKillMax : steadyTargets.failedOnSwitchoverMax}`,
      result.verdict,
    ]),
  );
}

/** What Holdfast itself takes, for people. */
export function restText(costs: readonly RestCost[], probes: ProbeRate): string {
  const { memoryMbMax, coreShareMax, probesPerSecondMin } = restTargets;
  const atRest = tableText(
    ["at rest", "n", "memory, median", "worst", "of a core, median", "worst", "target", "verdict"],
    costs.map(({ process, memoryMb, coreShare, verdict }) => [
      process,
      String(memoryMb.n),
      `${memoryMb.median.toFixed(0)} MB`,
      `${memoryMb.worst.toFixed(0)} MB`,
      percentText(coreShare.median),
      percentText(coreShare.worst),
      `≤ ${memoryMbMax} MB, ≤ ${percentText(coreShareMax)}`,
      verdict,
    ]),
  );
  const rate = tableText(
    ["probes", "answered", "per second of a core", "per second", "target", "verdict"],
    [
      [
        String(probes.probes),
        String(probes.answered),
        probes.perCoreSecond.toFixed(0),
        probes.perSecond.toFixed(0),
        `≥ ${probesPerSecondMin} per second of a core`,
        probes.verdict,
      ],
    ],
  );
  return `${atRest}\n\n${rate}`;
}

function percentText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
