import { phaseNames } from "../src/core/drill/phases.ts";
import type { CpuLoad } from "./cpu-load.ts";
import type { LossResult } from "./failover-result.ts";
import { tableText } from "./table.ts";
import { outageTargets } from "./targets.ts";

/** Everything that `npm run bench -- failover` found, for people; Markdown that goes into the documents as it is. */
export function failoverText(losses: readonly LossResult[], load: CpuLoad | null): string {
  const parts =
    losses.length === 0 ? [] : [outageTable(losses), phaseTable(losses), ...losses.flatMap(remarksOf)];
  return [...parts, ...(load === null ? [] : [loadText(load)])].join("\n\n");
}

function outageTable(losses: readonly LossResult[]): string {
  return tableText(
    [
      "active region",
      "n",
      "median",
      "p95",
      "worst",
      "target (median, worst)",
      "acknowledged",
      "lost",
      "acknowledged by the old primary",
      "verdict",
    ],
    losses.map((loss) => [
      loss.fault === "kill" ? "killed" : "frozen, thawed later",
      String(loss.outage.n),
      secondsText(loss.outage.median),
      secondsText(loss.outage.p95),
      secondsText(loss.outage.worst),
      `≤ ${outageTargets[loss.fault].median} s, ≤ ${outageTargets[loss.fault].worst} s`,
      String(loss.acknowledged),
      String(loss.lost),
      loss.fault === "kill" ? "–" : String(loss.acknowledgedByOld),
      loss.verdict,
    ]),
  );
}

function phaseTable(losses: readonly LossResult[]): string {
  return tableText(
    ["medians", ...phaseNames, "lab whole again after", "longest pause meanwhile"],
    losses.map(({ fault, phaseMedians, wholeAfter, returnPause }) => [
      fault,
      ...phaseNames.map((name) => secondsText(phaseMedians[name])),
      secondsText(wholeAfter.median),
      secondsText(returnPause.median),
    ]),
  );
}

function remarksOf(loss: LossResult): readonly string[] {
  const remarks: string[] = [];
  const { outageWithLeader: led } = loss;
  if (led !== null) {
    remarks.push(
      `${loss.fault}: in ${led.n} of ${loss.outage.n} the leading controller was lost with the region; ` +
        `median ${secondsText(led.median)}, worst ${secondsText(led.worst)}.`,
    );
  }
  if (loss.unreturned > 0) {
    remarks.push(`${loss.fault}: service did not return in ${loss.unreturned} of ${loss.outage.n} losses.`);
  }
  if (loss.oddFailovers > 0) {
    remarks.push(
      `${loss.fault}: ${loss.oddFailovers} of ${loss.outage.n} losses took another number of failovers than one.`,
    );
  }
  return remarks;
}

function loadText(load: CpuLoad): string {
  if (load.kind === "skipped") return `No fault, all cores busy: skipped, because ${load.because}.`;
  return tableText(
    [
      "no fault, all cores busy",
      "failovers",
      "target",
      "acknowledged",
      "longest pause between two",
      "failed writes",
      "verdict",
    ],
    [
      [
        `${load.minutes} min`,
        String(load.failovers),
        "0",
        String(load.acknowledged),
        secondsText(load.longestPause),
        String(load.failed),
        load.verdict,
      ],
    ],
  );
}

/** Two decimals; the dash stands for what was not measured. */
export function secondsText(value: number | null): string {
  return value === null ? "–" : `${value.toFixed(2)} s`;
}
