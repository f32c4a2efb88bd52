import { type Seconds, seconds } from "../src/core/units/units.ts";
import type { LossFault } from "./region-loss.ts";
import type { TrialFault } from "./subject.ts";

/** What each bench must reach; the figures of the project's design. */
export const outageTargets: Readonly<
  Record<LossFault, { readonly median: Seconds; readonly worst: Seconds }>
> = {
  kill: { median: seconds(1.5), worst: seconds(4) },
  freeze: { median: seconds(2.5), worst: seconds(5) },
};

/** `stays`: whoever serves goes on serving. `unbounded`: however long it takes, and whoever serves then. */
export type PeerTarget =
  | { readonly kind: "replaced"; readonly median: Seconds }
  | { readonly kind: "stays" }
  | { readonly kind: "unbounded" };

/** What is done to the member that serves, beside peers. */
export const peerTargets: Readonly<Record<TrialFault, PeerTarget>> = {
  kill: { kind: "replaced", median: seconds(1.5) },
  freeze: { kind: "replaced", median: seconds(2.5) },
  partition: { kind: "replaced", median: seconds(4) },
  "store-cut": { kind: "stays" },
  switchover: { kind: "replaced", median: seconds(1) },
};

/** Where no commit waits for a standby leases have to run out first, and what is lost is bounded instead of how long it takes. */
export const asynchronousTargets: Readonly<Record<TrialFault, PeerTarget>> = {
  kill: { kind: "unbounded" },
  freeze: { kind: "unbounded" },
  partition: { kind: "unbounded" },
  "store-cut": { kind: "unbounded" },
  switchover: { kind: "unbounded" },
};

/** Memory of a controller or an agent at rest, its share of a core, and probes per second of one core. */
export const restTargets = { memoryMbMax: 120, coreShareMax: 0.03, probesPerSecondMin: 1_000 } as const;

/** Requests by HTTP at a steady rate, through a loss of the active region and a switchover. */
export const steadyTargets = { perSecond: 200, failedOnKillMax: 2, failedOnSwitchoverMax: 0 } as const;

/** Schedules of 10 s, per second of one core. */
export const schedulesPerSecondMin = 200;

/** Simulated events of a fault graph of so many units, in millions per second of one core. */
export const eventsPerSecondTarget = { units: 100, millionsMin: 10 } as const;

/** A rare failure: processor time of one core, half of the 95 % interval over the value, and in what share of runs it holds the truth. */
export const rareEventTargets = { cpuSecondsMax: 10, halfWidthMax: 0.05, heldMin: 0.8 } as const;

/** Processor time of `holdfast --help`. */
export const cliTargets = { helpCpuMs: 200 } as const;

const large = { regions: 12, journeys: 50, scenarios: 40 } as const;
const unjudged = { wallMs: Number.POSITIVE_INFINITY, memoryMb: Number.POSITIVE_INFINITY } as const;

/** The whole time of `holdfast check` by the size of the workspace; sizes without targets show how time grows. */
export const checkTargets = [
  {
    components: 50,
    regions: 6,
    journeys: 5,
    scenarios: 5,
    wallMs: 1_000,
    memoryMb: Number.POSITIVE_INFINITY,
  },
  { components: 100, ...large, ...unjudged },
  { components: 300, ...large, ...unjudged },
  { components: 1_000, ...large, wallMs: 2_000, memoryMb: 500 },
  { components: 3_000, ...large, ...unjudged },
  { components: 10_000, ...large, ...unjudged },
] as const;

/** Beside SCRAM: ratios of warm core times, and how many times less processor time all of counting cut sets takes. */
export const faultTreeTargets = { warmRatioMax: 1, totalRatioMax: 0.6, countingFactorMin: 10 } as const;

/** OpenSLO documents to rules of Prometheus: the whole time, memory, and how often raw data is asked for over a range. */
export const sloTargets = {
  objectives: [100, 1_000, 10_000],
  wallMsMax: 5_000,
  memoryMbMax: 600,
  rawRangesMax: 2,
} as const;

/**
 * The whole time of `holdfast slo status`, by how many objectives it is asked of and how far apart the samples are of which it looks for
 * some all through their periods; sizes without a target show how time grows.
 */
export const sloStatusTargets = [
  { objectives: 100, everyMinutes: 1, wallMsMax: Number.POSITIVE_INFINITY },
  { objectives: 1_000, everyMinutes: 1, wallMsMax: 3_000 },
  { objectives: 3_000, everyMinutes: 5, wallMsMax: Number.POSITIVE_INFINITY },
] as const;

export type Verdict = "met" | "missed";

export function verdictOf(isMet: boolean): Verdict {
  return isMet ? "met" : "missed";
}
