import type { FaultGraph } from "../src/core/availability/fault-graph.ts";
import type { Law } from "../src/core/availability/law.ts";
import { noConditions } from "../src/core/availability/simulation/conditions.ts";
import { estimatesOf } from "../src/core/availability/simulation/estimate.ts";
import { whole } from "../src/core/availability/simulation/part.ts";
import { simulate } from "../src/core/availability/simulation/simulation.ts";
import type { Subject } from "../src/core/availability/simulation/subject.ts";
import { invariant } from "../src/core/problem/problem.ts";
import { ratio, seconds } from "../src/core/units/units.ts";
import type { BenchOutput } from "./bench-output.ts";
import { type Spread, spreadOf } from "./statistics.ts";
import { tableText } from "./table.ts";
import { eventsPerSecondTarget, rareEventTargets, verdictOf } from "./targets.ts";

/** Measures the simulation of fault graphs: events per second of processor time on one core, and what rare failures cost. */
export function benchSimulate(runs: number): BenchOutput {
  const speeds = [3, 10, 100, 1000, 10_000].map((units) => speedOf(units, runs));
  const rare = rareCases.map((each) => rareRun(each, runs));
  const isFast = speeds.every((each) => each.verdict !== "missed");
  const isSharp = rare.every((each) => each.verdict === "met");
  return {
    text: [speedTable(speeds), rareTable(rare)].join("\n\n"),
    data: { speeds, rare },
    tookPart: [],
    verdict: verdictOf(isFast && isSharp),
  };
}

const hour = 3600;

/** Units, each an event of its own, that fail after 1,000 h and are repaired within 4 h on average; or so many hours. */
function unitsFailing(units: number, least: number, [mtbfHours, mttrHours] = [1000, 4]): Subject {
  const law: Law = {
    kind: "alternating",
    mtbf: seconds(mtbfHours * hour),
    mttr: seconds(mttrHours * hour),
    repair: { kind: "exponential" },
  };
  const numbers = Array.from({ length: units }, (_, at) => at);
  const graph: FaultGraph = {
    events: numbers.map((at) => ({ name: `unit-${at}`, law })),
    gates: [{ name: "too few", kind: "at-least", least, inputs: numbers }],
  };
  return { graph, outputs: [{ name: "too few", node: units, rto: null }], conditions: noConditions };
}

interface Speed {
  readonly units: number;
  readonly events: number;
  /** Millions of events per second of processor time; the slowest run is the worst. */
  readonly millions: Spread;
  readonly verdict: "met" | "missed" | "–";
}

const eventsPerRun = 4_000_000;

/** Failed while more units are missing than three standard deviations above the mean allow: seldom, and often enough to be met. */
function speedOf(units: number, runs: number): Speed {
  const missing = (units * 4) / 1004;
  const subject = unitsFailing(units, Math.ceil(missing + 3 * Math.sqrt(missing)) + 1);
  const perYear = (units * 2 * 8760) / 1004;
  const effort = { replications: 4, years: eventsPerRun / 4 / perYear };
  const once = (seed: number): number => {
    const before = process.cpuUsage();
    const part = simulate(subject, { ...effort, seed }, whole);
    invariant(
      part.ok && part.value.events > eventsPerRun / 2,
      "what is measured is simulated event by event",
    );
    return part.value.events / cpuSecondsSince(before) / 1e6;
  };
  once(0);
  const millions = spreadWith(Array.from({ length: runs }, (_, seed) => -once(seed + 1)));
  const turned = { n: millions.n, median: -millions.median, p95: -millions.p95, worst: -millions.worst };
  const hasTarget = units === eventsPerSecondTarget.units;
  const verdict = hasTarget ? verdictOf(turned.median >= eventsPerSecondTarget.millionsMin) : "–";
  return { units, events: eventsPerRun, millions: turned, verdict };
}

/** I1, I3 and I4: shares that no replication would ever meet, with their exact values. */
const rareCases = [
  { name: "5 of 5", subject: unitsFailing(5, 5, [1000, 1]), exact: 9.9501496507e-16 },
  { name: "5 of 10", subject: unitsFailing(10, 5, [1000, 1]), exact: 2.49701835095e-13 },
  { name: "3 of 3", subject: unitsFailing(3, 3, [10_000, 1]), exact: 9.9970005999e-13 },
] as const;

interface Rare {
  readonly name: string;
  readonly exact: number;
  readonly cpuSeconds: Spread;
  /** Half the 95 % interval over the value; the widest run is the worst. */
  readonly halfWidth: Spread;
  /** In how many runs the interval held the exact value. */
  readonly held: number;
  readonly verdict: "met" | "missed";
}

function rareRun({ name, subject, exact }: (typeof rareCases)[number], runs: number): Rare {
  const all = Array.from({ length: runs }, (_, seed) => {
    const before = process.cpuUsage();
    const part = simulate(subject, { seed, replications: 100, years: 1 }, whole);
    invariant(part.ok, "it can be simulated");
    const [told] = estimatesOf(part.value, ratio(0.95));
    const cpuSeconds = cpuSecondsSince(before);
    const estimate = told?.unavailability;
    invariant(estimate?.kind === "interval", "a failure was met");
    const { low, high, value } = estimate;
    return { cpuSeconds, halfWidth: (high - low) / 2 / value, isHeld: low <= exact && exact <= high };
  });
  const cpuSeconds = spreadWith(all.map((each) => each.cpuSeconds));
  const halfWidth = spreadWith(all.map((each) => each.halfWidth));
  const held = all.filter(({ isHeld }) => isHeld).length;
  const { cpuSecondsMax, halfWidthMax, heldMin } = rareEventTargets;
  const isMet =
    cpuSeconds.worst <= cpuSecondsMax && halfWidth.worst <= halfWidthMax && held >= heldMin * runs;
  return { name, exact, cpuSeconds, halfWidth, held, verdict: verdictOf(isMet) };
}

function speedTable(speeds: readonly Speed[]): string {
  return tableText(
    ["units", "n", "median", "worst", "target (million events per second and core)", "verdict"],
    speeds.map(({ units, millions, verdict }) => [
      String(units),
      String(millions.n),
      millions.median.toFixed(1),
      millions.worst.toFixed(1),
      verdict === "–" ? "–" : `≥ ${eventsPerSecondTarget.millionsMin}`,
      verdict,
    ]),
  );
}

function rareTable(rare: readonly Rare[]): string {
  const { cpuSecondsMax, halfWidthMax } = rareEventTargets;
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return tableText(
    [
      "failed units",
      "share of time",
      "n",
      "processor time, median",
      "worst",
      "half width, median",
      "worst",
      "held",
      "target",
      "verdict",
    ],
    rare.map(({ name, exact, cpuSeconds, halfWidth, held, verdict }) => [
      name,
      exact.toExponential(2),
      String(cpuSeconds.n),
      `${cpuSeconds.median.toFixed(2)} s`,
      `${cpuSeconds.worst.toFixed(2)} s`,
      percent(halfWidth.median),
      percent(halfWidth.worst),
      String(held),
      `≤ ${cpuSecondsMax} s, ≤ ${percent(halfWidthMax)}`,
      verdict,
    ]),
  );
}

function cpuSecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function spreadWith(values: readonly number[]): Spread {
  const spread = spreadOf(values);
  invariant(spread !== null, "at least one run is measured");
  return spread;
}
