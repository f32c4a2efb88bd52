import type { Outage } from "../src/core/drill/outage.ts";
import { type PhaseName, phaseNames } from "../src/core/drill/phases.ts";
import type { Seconds } from "../src/core/units/units.ts";
import type { LossFault, RegionLoss } from "./region-loss.ts";
import { type Spread, spreadOf } from "./statistics.ts";
import { outageTargets, type Verdict, verdictOf } from "./targets.ts";

/** What all losses of one kind come to. Times are in seconds. */
export interface LossResult {
  readonly fault: LossFault;
  readonly outage: Spread;
  /** Of those losses that took the leading controller along for certain; `null` when there was none. */
  readonly outageWithLeader: Spread | null;
  /** Losses after which no write was acknowledged while the bench watched; the time watched counts as their outage. */
  readonly unreturned: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly acknowledgedByOld: number;
  /** Losses that took another number of failovers than one. */
  readonly oddFailovers: number;
  readonly phaseMedians: Readonly<Record<PhaseName, number | null>>;
  readonly returnPause: Spread;
  readonly wholeAfter: Spread;
  readonly verdict: Verdict;
}

/** @returns `null` when there was no loss of this kind */
export function lossResultOf(fault: LossFault, all: readonly RegionLoss[]): LossResult | null {
  const losses = all.filter((loss) => loss.fault === fault);
  const outage = spreadOf(losses.map((loss) => lengthOf(loss.outage)));
  const wholeAfter = spreadOf(losses.map((loss) => loss.wholeAfter));
  const returnPause = spreadOf(losses.map((loss) => loss.returnPause));
  if (outage === null || wholeAfter === null || returnPause === null) return null;
  const withLeader = losses.filter(({ leader }) => leader === "in-lost-region");
  const unreturned = losses.filter((loss) => !hasReturned(loss.outage)).length;
  const lost = sum(losses.map(({ lostIds }) => lostIds.length));
  const acknowledgedByOld = sum(losses.map((loss) => loss.acknowledgedByOld));
  const oddFailovers = losses.filter(({ failovers }) => failovers !== 1).length;
  const target = outageTargets[fault];
  const isFast = outage.median <= target.median && outage.worst <= target.worst;
  const isSafe = lost === 0 && acknowledgedByOld === 0 && oddFailovers === 0;
  return {
    fault,
    outage,
    outageWithLeader: spreadOf(withLeader.map((loss) => lengthOf(loss.outage))),
    unreturned,
    acknowledged: sum(losses.map(({ acknowledged }) => acknowledged)),
    lost,
    acknowledgedByOld,
    oddFailovers,
    phaseMedians: phaseMediansOf(losses),
    returnPause,
    wholeAfter,
    verdict: verdictOf(isFast && isSafe && unreturned === 0),
  };
}

/** The longest time without an acknowledgement around the fault; for one that never ended, the time that was watched. */
export function lengthOf(outage: Outage): Seconds {
  switch (outage.kind) {
    case "interrupted":
    case "unnoticed":
      return outage.duration;
    case "not-restored":
      return outage.atLeast;
    case "unmeasured":
      return Number.POSITIVE_INFINITY as Seconds;
  }
}

function hasReturned({ kind }: Outage): boolean {
  return kind === "interrupted" || kind === "unnoticed";
}

function phaseMediansOf(losses: readonly RegionLoss[]): Readonly<Record<PhaseName, number | null>> {
  const median = (name: PhaseName): number | null => {
    const durations = losses.flatMap(
      ({ phases }) => phases.find((phase) => phase.name === name)?.duration ?? [],
    );
    return spreadOf(durations)?.median ?? null;
  };
  // `phaseNames` holds every name once.
  return Object.fromEntries(phaseNames.map((name) => [name, median(name)])) as Record<
    PhaseName,
    number | null
  >;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
