import { type FailoverPhase, type Milestone } from "../failover/record.ts";
import { elapsed, inSeconds, type MonotonicMs, type Seconds } from "../units/units.ts";

const phases: readonly FailoverPhase[] = ["detect", "decide", "fence", "promote", "route", "verify"];

/**
 * How long each phase took, from the end of the one before. Of a phase whose beginning this controller did not see, because it took the
 * lead on the way, nothing is known.
 *
 * @param milestones by the clock of one controller
 * @param missedSince when detection began, by the same clock: at the last answer of what was lost; `null`: another controller found it lost
 */
export function phaseSeconds(
  milestones: readonly Milestone[],
  missedSince: MonotonicMs | null,
): ReadonlyMap<FailoverPhase, Seconds> {
  const endOf = (phase: FailoverPhase | undefined): MonotonicMs | null =>
    phase === undefined
      ? missedSince
      : (milestones.find((milestone) => milestone.phase === phase)?.atMonotonicMs ?? null);
  const known = new Map<FailoverPhase, Seconds>();
  phases.forEach((phase, at) => {
    const [from, to] = [endOf(phases[at - 1]), endOf(phase)];
    if (from !== null && to !== null) known.set(phase, inSeconds(elapsed(from, to)));
  });
  return known;
}
