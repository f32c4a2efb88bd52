import { secondsPerYear } from "../core/units/units.ts";
import type { Estimate, OutputEstimates } from "../core/availability/simulation/estimate.ts";
import { type Method, type SimulationPart } from "../core/availability/simulation/part.ts";
import { counted, table, wrapped } from "./layout.ts";

export interface Told {
  readonly part: SimulationPart;
  readonly estimates: readonly OutputEstimates[];
  readonly confidence: number;
}

/** A simulation for people, in lines that fit. */
export function estimatesText({ part, estimates, confidence }: Told, columns: number): string {
  const { effort, shards } = part;
  const runs = `${counted(effort.replications, "replication")} of ${effort.years} years, seed ${effort.seed}`;
  const share = shards.count === 1 ? runs : `shard ${shards.done.join(", ")} of ${shards.count} of ${runs}`;
  const sure = `Intervals hold the truth with ${percent(confidence)}.`;
  const head = wrapped(`${share}: ${counted(part.events, "event")}. ${sure}`, { columns, indent: 0 });
  if (estimates.length === 0)
    return `${head}\n\n${wrapped("One replication tells no spread: merge it with the others.", { columns, indent: 0 })}\n`;
  return `${[head, ...estimates.map((each) => outputText(each, columns))].join("\n\n")}\n`;
}

function outputText(output: OutputEstimates, columns: number): string {
  const { outageLengths, overRto, outagesSeen } = output;
  const quantiles = (outageLengths?.quantiles ?? []).map(
    ({ of, value }) => `${percent(of)} ≤ ${duration(value)}`,
  );
  const rows = [
    ["down", `${estimateText(output.unavailability, minutesPerYear)} a year`],
    ["outages", `${estimateText(output.outagesPerYear, number)} a year`],
    ...(output.meanOutageSeconds === null
      ? []
      : [["mean outage", estimateText(output.meanOutageSeconds, duration)]]),
    ...(outageLengths === null
      ? []
      : [["lengths", `${quantiles.join(", ")}; longest ${duration(outageLengths.longest)}`]]),
    ...(overRto === null
      ? []
      : [
          [
            `over ${duration(overRto.rtoSeconds)}`,
            `${estimateText(overRto.share, percent)} of outages (RTO)`,
          ],
        ]),
    ["method", methodText(output.method, outagesSeen)],
  ];
  return `${output.name}\n${table(rows, { columns, indent: 2 })}`.trimEnd();
}

function methodText(method: Method, outagesSeen: number | null): string {
  switch (method) {
    case "replications":
      return `replications, ${counted(outagesSeen ?? 0, "outage")} seen`;
    case "failure-biasing":
      return "failure biasing: it fails too seldom to be waited for";
    case "splitting":
      return "splitting: it fails too seldom to be waited for";
  }
}

function estimateText(estimate: Estimate, shown: (value: number) => string): string {
  if (estimate.kind === "at-most") return `never seen: at most ${shown(estimate.high)}`;
  return `${shown(estimate.value)} (${shown(estimate.low)} to ${shown(estimate.high)})`;
}

function minutesPerYear(share: number): string {
  return duration(share * secondsPerYear);
}

function number(value: number): string {
  return value === 0 || value >= 0.001 ? String(Number(value.toPrecision(3))) : value.toExponential(2);
}

function percent(share: number): string {
  return `${number(share * 100)} %`;
}

/** In the largest unit of which there are two or more. */
function duration(value: number): string {
  const [unit, size] = units.find(([, each]) => value >= 2 * each) ?? (["s", 1] as const);
  return `${number(value / size)} ${unit}`;
}

const units = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
] as const;
