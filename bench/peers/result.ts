import { lengthOf } from "../failover-result.ts";
import { secondsText } from "../failover-text.ts";
import { type Spread, spreadOf } from "../statistics.ts";
import type { TrialFault } from "../subject.ts";
import { type Seconds, seconds } from "../../src/core/units/units.ts";
import { type PeerTarget, type Verdict, verdictOf } from "../targets.ts";
import type { Made } from "./trials.ts";

/** What all trials of one fault come to, for one system. Times are in seconds. */
export interface PeerResult {
  readonly system: string;
  readonly fault: TrialFault;
  /** `null`: nothing was measured. */
  readonly outage: Spread | null;
  /** `null`: a peer's, which is held to nothing. */
  readonly target: PeerTarget | null;
  /** Trials in which another member serves afterwards. */
  readonly replaced: number;
  /** Trials after which no write was acknowledged while the bench watched; the time watched counts as their outage. */
  readonly unreturned: number;
  /** Of each trial that was not measured, why: so many more were made than `outage` counts. */
  readonly notMeasured: readonly string[];
  readonly acknowledged: number;
  readonly lost: number;
  /** The longest time whose acknowledged writes were lost. */
  readonly dataLossWorst: Seconds;
  readonly acknowledgedByOld: number;
  /** `null`: a peer's, which is held to nothing. */
  readonly verdict: Verdict | null;
}

/** One that is measured. */
export interface MeasuredSystem {
  readonly system: string;
  /** What it is held to; `null`: it is a peer. */
  readonly held: { readonly targets: Readonly<Record<TrialFault, PeerTarget>>; readonly rpo: Seconds } | null;
}

export function peerResultOf(
  { system, held }: MeasuredSystem,
  fault: TrialFault,
  all: readonly Made[],
): PeerResult {
  const ofFault = all.filter((made) => made.fault === fault);
  const trials = ofFault.flatMap((made) =>
    made.kind === "measured" ? [{ ...made.trial, member: made.member }] : [],
  );
  const outage = spreadOf(trials.map((trial) => lengthOf(trial.outage)));
  const counts = {
    replaced: trials.filter(({ successor, member }) => successor !== member).length,
    unreturned: trials.filter(({ outage: { kind } }) => kind === "not-restored" || kind === "unmeasured")
      .length,
    notMeasured: ofFault.flatMap((made) => (made.kind === "not-measured" ? [made.problem.what] : [])),
    acknowledged: sum(trials.map(({ acknowledged }) => acknowledged)),
    lost: sum(trials.map(({ lostIds }) => lostIds.length)),
    dataLossWorst: seconds(Math.max(0, ...trials.map(({ dataLoss }) => dataLoss))),
    acknowledgedByOld: sum(trials.map(({ acknowledgedByOld }) => acknowledgedByOld)),
  };
  const target = held?.targets[fault] ?? null;
  return {
    system,
    fault,
    outage,
    target,
    ...counts,
    verdict: verdictUnder(held, fault, { outage, ...counts }),
  };
}

type Counted = Omit<PeerResult, "system" | "fault" | "target" | "verdict">;

/** Without a loss that is accepted nothing may be lost, and nothing acknowledged by the old one. */
function verdictUnder(held: MeasuredSystem["held"], fault: TrialFault, counted: Counted): Verdict | null {
  if (held === null) return null;
  const { outage, lost, dataLossWorst, acknowledgedByOld, unreturned, notMeasured, replaced } = counted;
  const isLossFine = held.rpo > 0 ? dataLossWorst <= held.rpo : lost + acknowledgedByOld === 0;
  const isWhole = unreturned + notMeasured.length === 0;
  return verdictOf(outage !== null && isLossFine && isWhole && keeps(held.targets[fault], outage, replaced));
}

function keeps(target: PeerTarget, outage: Spread, replaced: number): boolean {
  if (target.kind === "unbounded") return true;
  if (target.kind === "stays") return replaced === 0;
  return replaced === outage.n && outage.median <= target.median;
}

/** One trial, for whoever watches the bench. */
export function trialLine(name: string, made: Made): string {
  if (made.kind === "not-measured") return `${name}: not measured: ${made.problem.what}`;
  const { outage, acknowledged, lostIds, acknowledgedByOld, successor, wholeAfter } = made.trial;
  return (
    `${name}: ${made.member}, outage ${secondsText(lengthOf(outage))} (${outage.kind}); ${successor} serves; ` +
    `${acknowledged} acknowledged, ${lostIds.length} lost, ${acknowledgedByOld} by the old primary; whole again after ${secondsText(wholeAfter)}`
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
