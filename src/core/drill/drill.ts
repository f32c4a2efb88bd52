import { unreachable } from "../problem/problem.ts";
import { timeText } from "../units/shown.ts";
import type { Figure } from "../units/figure.ts";
import { type InstantMs, instantMs, type MonotonicMs, type Seconds } from "../units/units.ts";
import { type CompletionAccount, completionAccountOf, type CompletionAttempt } from "./completions.ts";
import { type DrillObjectives, judgementsOf, type Judgement } from "./judgement.ts";
import { type Audit, type WriteAccount, writeAccountOf } from "./loss.ts";
import { type Outage, outageOf } from "./outage.ts";
import { type Milestones, type Phase, phasesOf, recoveryTimeOf } from "./phases.ts";
import { type WriteSeries, writeSeriesOf } from "./series.ts";
import type { WriteAttempt } from "./writes.ts";

/** All that was seen of one drill, by one monotonic clock. */
export interface DrillObservations {
  /** One moment read on both clocks; it gives the monotonic readings their date. */
  readonly clock: { readonly wall: InstantMs; readonly monotonic: MonotonicMs };
  /** When the fault was injected. */
  readonly injectedAt: MonotonicMs;
  /** When the load was stopped. */
  readonly endedAt: MonotonicMs;
  readonly milestones: Milestones;
  readonly writes: readonly WriteAttempt[];
  readonly completions: readonly CompletionAttempt[];
  readonly audit: Audit;
  /** Writes that the old primary acknowledged after the new one could: two rulers at once. Must be empty. */
  readonly lateAcknowledgedIds: readonly string[];
}

export interface DrillResult {
  /** When the fault was injected, by both clocks. */
  readonly fault: { readonly wall: InstantMs; readonly monotonic: MonotonicMs };
  readonly outage: Outage;
  /** Seconds; `null` when service did not return or was never there. */
  readonly outageTime: Figure<Seconds | null>;
  readonly phases: readonly Phase[];
  /** From the fault to the verification; `null` when it was not verified. */
  readonly recoveryTime: Seconds | null;
  readonly writes: WriteAccount;
  readonly lateAcknowledgements: number;
  readonly completions: CompletionAccount;
  readonly series: WriteSeries;
  readonly objectives: DrillObjectives;
  /** One for each thing that had to hold. */
  readonly judgements: readonly Judgement[];
  /** `met` when every judgement is. */
  readonly verdict: "met" | "missed";
}

/** The drill's arithmetic, whole: from what was observed to what is told. */
export function drillResultOf(observations: DrillObservations, objectives: DrillObjectives): DrillResult {
  const { injectedAt, milestones } = observations;
  const outage = outageOf(observations);
  const writes = writeAccountOf(observations.writes, observations.audit, injectedAt);
  const completions = completionAccountOf(observations.completions);
  const outageTime = outageTimeOf(outage);
  const recoveryTime = recoveryTimeOf(injectedAt, milestones);
  const lateAcknowledgements = observations.lateAcknowledgedIds.length;
  const judgements = judgementsOf(
    { outageTime, writes, completions, recoveryTime, lateAcknowledgements },
    objectives,
  );
  const recoveredAt = outage.kind === "interrupted" ? outage.to : null;
  return {
    fault: { wall: wallOf(observations.clock, injectedAt), monotonic: injectedAt },
    outage,
    outageTime,
    phases: phasesOf(injectedAt, milestones),
    recoveryTime,
    writes,
    lateAcknowledgements,
    completions,
    series: writeSeriesOf(observations.writes, injectedAt, { recoveredAt, endedAt: observations.endedAt }),
    objectives,
    judgements,
    verdict: judgements.every(({ isMet }) => isMet) ? "met" : "missed",
  };
}

function outageTimeOf(outage: Outage): Figure<Seconds | null> {
  const figure = (value: Seconds | null, because: string): Figure<Seconds | null> => ({
    name: "outage",
    value,
    kind: "measured",
    because,
    from: [],
  });
  switch (outage.kind) {
    case "interrupted":
      return figure(
        outage.duration,
        "from the writer's last acknowledgement to its next, the longest after the fault",
      );
    case "unnoticed":
      return figure(
        outage.duration,
        "the writer's longest pause after the fault, which does not stand out from those before it",
      );
    case "not-restored":
      return figure(
        null,
        `the writer was not answered again in the ${timeText(outage.atLeast)} that it was watched`,
      );
    case "unmeasured":
      return figure(null, "nothing was acknowledged before the fault, so there was no service to interrupt");
    default:
      return unreachable(outage);
  }
}

/** The date of a monotonic reading, by the one moment that was read on both clocks. */
function wallOf(clock: DrillObservations["clock"], at: MonotonicMs): InstantMs {
  return instantMs(Math.round(clock.wall + (at - clock.monotonic)));
}
