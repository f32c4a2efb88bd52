import { unreachable } from "../problem/problem.ts";
import { elapsed, type MonotonicMs } from "../units/units.ts";
import type { RegionId } from "./member.ts";
import type { Epoch } from "./reign.ts";
import type { FailoverTiming } from "./settings.ts";

/** What a vantage point makes of the region that it probes. `unsure` counts for nothing. */
export type Verdict = "answering" | "refusing" | "silent" | "unsure";

/** One probe: a small committed write. `recovering`: a process is there and says that it will be back. */
export type ProbeOutcome = "answered" | "refused" | "silent" | "recovering";

/**
 * One vantage point's memory of the region it probes. *Refused* is quick, for nothing listens there; *silent* is slow, for
 * a busy machine is silent too. One answer is enough to be believed alive, several refusals in a row to be believed dead.
 */
export interface Vantage {
  readonly about: RegionId;
  readonly epoch: Epoch;
  readonly startedAt: MonotonicMs;
  readonly answeredAt: MonotonicMs | null;
  readonly refusals: number;
  readonly isProbing: boolean;
  readonly verdict: Verdict;
  readonly verdictSince: MonotonicMs;
}

export function watchFrom(about: RegionId, epoch: Epoch, now: MonotonicMs): Vantage {
  return {
    about,
    epoch,
    startedAt: now,
    answeredAt: null,
    refusals: 0,
    isProbing: false,
    verdict: "unsure",
    verdictSince: now,
  };
}

/** Every vantage after the first is put together here, for the sake of speed; see `changed` in `controller-state.ts`. */
function changed(vantage: Vantage, changes: Partial<Vantage>): Vantage {
  return {
    about: vantage.about,
    epoch: vantage.epoch,
    startedAt: vantage.startedAt,
    answeredAt: vantage.answeredAt,
    refusals: vantage.refusals,
    isProbing: vantage.isProbing,
    verdict: vantage.verdict,
    verdictSince: vantage.verdictSince,
    ...changes,
  };
}

export function probeSent(vantage: Vantage): Vantage {
  return changed(vantage, { isProbing: true });
}

export function probeEnded(vantage: Vantage, outcome: ProbeOutcome, now: MonotonicMs): Vantage {
  switch (outcome) {
    case "answered":
      return changed(vantage, { isProbing: false, answeredAt: now, refusals: 0 });
    case "refused":
      return changed(vantage, { isProbing: false, refusals: vantage.refusals + 1 });
    case "silent":
    case "recovering":
      return changed(vantage, { isProbing: false, refusals: 0 });
    default:
      return unreachable(outcome);
  }
}

/** Judges again, as time has passed or a probe has ended; `verdictSince` moves only when the verdict does. */
export function judged(vantage: Vantage, now: MonotonicMs, timing: FailoverTiming): Vantage {
  const verdict = verdictOf(vantage, now, timing);
  return verdict === vantage.verdict ? vantage : changed(vantage, { verdict, verdictSince: now });
}

function verdictOf(vantage: Vantage, now: MonotonicMs, timing: FailoverTiming): Verdict {
  if (vantage.refusals >= timing.refusalsMin) return "refusing";
  const lastSign = Math.max(vantage.answeredAt ?? vantage.startedAt, vantage.startedAt) as MonotonicMs;
  if (elapsed(lastSign, now) >= timing.silentAfterMs) return "silent";
  return vantage.answeredAt === null || vantage.refusals > 0 ? "unsure" : "answering";
}

/** A prober that slept proves nothing about others: its silence begins anew. */
export function wokenUp(vantage: Vantage, now: MonotonicMs): Vantage {
  return changed(vantage, {
    startedAt: now,
    answeredAt: null,
    refusals: 0,
    verdict: "unsure",
    verdictSince: now,
  });
}
