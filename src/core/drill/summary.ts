import type { DrillResult } from "./drill.ts";
import { type PhaseName, phaseNames } from "./phases.ts";

/** What `summary.json` holds: stable, and documented in the manual. Times are rounded to the millisecond. */
export interface DrillSummary {
  readonly formatVersion: 1;
  /** `null`: service did not return, or there was none before the fault. */
  readonly outageSeconds: number | null;
  /** `null`: the phase did not end, or nobody wrote down when. */
  readonly phasesSeconds: Readonly<Record<PhaseName, number | null>>;
  readonly writesAcknowledged: number;
  /** `null`: nobody could read the surviving store, so it is not known; `objectivesMet` is then false. */
  readonly writesLost: number | null;
  readonly completionsStarted: number;
  readonly completionsFailed: number;
  readonly rtoObjectiveSeconds: number;
  readonly rpoObjectiveSeconds: number;
  readonly objectivesMet: boolean;
  /** The head of the evidence log that the drill ended with. */
  readonly evidenceHead: string;
}

export function summaryOf(result: DrillResult, evidenceHead: string): DrillSummary {
  const durationOf = (name: PhaseName): number | null =>
    rounded(result.phases.find((phase) => phase.name === name)?.duration ?? null);
  return {
    formatVersion: 1,
    outageSeconds: rounded(result.outageTime.value),
    // Every name of `phaseNames` becomes a key, which is what the record asks for.
    phasesSeconds: Object.fromEntries(phaseNames.map((name) => [name, durationOf(name)])) as Record<
      PhaseName,
      number | null
    >,
    writesAcknowledged: result.writes.acknowledged,
    writesLost: result.writes.loss.kind === "audited" ? result.writes.loss.lostIds.length : null,
    completionsStarted: result.completions.started,
    completionsFailed: result.completions.failed,
    rtoObjectiveSeconds: result.objectives.rto,
    rpoObjectiveSeconds: result.objectives.rpo,
    objectivesMet: result.verdict === "met",
    evidenceHead,
  };
}

function rounded(time: number | null): number | null {
  return time === null ? null : Number(time.toFixed(3));
}
