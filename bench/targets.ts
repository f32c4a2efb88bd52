import { type Seconds, seconds } from "../src/core/units/units.ts";
import type { LossFault } from "./region-loss.ts";

/** What each bench must reach; the figures of the project's design. */
export const outageTargets: Readonly<
  Record<LossFault, { readonly median: Seconds; readonly worst: Seconds }>
> = {
  kill: { median: seconds(1.5), worst: seconds(4) },
  freeze: { median: seconds(2.5), worst: seconds(5) },
};

/** Schedules of 10 s, per second of one core. */
export const schedulesPerSecondMin = 200;

/** Simulated events of a fault graph of so many units, in millions per second of one core. */
export const eventsPerSecondTarget = { units: 100, millionsMin: 10 } as const;

/** A rare failure: processor time of one core, half of the 95 % interval over the value, and in what share of runs it holds the truth. */
export const rareEventTargets = { cpuSecondsMax: 10, halfWidthMax: 0.05, heldMin: 0.8 } as const;

/** Processor time of `holdfast --help`, and the whole time of `holdfast check` by components. */
export const cliTargets = {
  helpCpuMs: 200,
  check: [
    { components: 50, wallMs: 1_000 },
    { components: 1_000, wallMs: 2_000 },
  ],
} as const;

/** Beside SCRAM: ratios of core times, and how many times less processor time counting cut sets takes. */
export const faultTreeTargets = { warmRatioMax: 1, coldTotalRatioMax: 0.6, countingFactorMin: 10 } as const;

export type Verdict = "met" | "missed";

export function verdictOf(isMet: boolean): Verdict {
  return isMet ? "met" : "missed";
}
