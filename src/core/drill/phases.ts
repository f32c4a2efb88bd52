import { elapsed, inSeconds, type MonotonicMs, monotonicMs, type Seconds } from "../units/units.ts";

export const phaseNames = ["detect", "decide", "fence", "promote", "route", "verify"] as const;
export type PhaseName = (typeof phaseNames)[number];

/** When each phase was over; `null`: never, while the drill watched. */
export interface Milestones {
  /** A quorum of vantage points had evidence of the failure. */
  readonly detect: MonotonicMs | null;
  /** The intent stood in the store, and its revision is the new epoch. */
  readonly decide: MonotonicMs | null;
  /** The old primary could acknowledge nothing any more. */
  readonly fence: MonotonicMs | null;
  /** The candidate took its first write. */
  readonly promote: MonotonicMs | null;
  /** The edge sent its traffic there. */
  readonly route: MonotonicMs | null;
  /** A real write and a real completion came through the edge. */
  readonly verify: MonotonicMs | null;
}

/** One phase of a recovery, from the end of the one before it. */
export interface Phase<Name extends string = PhaseName> {
  readonly name: Name;
  readonly from: MonotonicMs;
  /** `null`: it did not end, or nobody wrote down when. */
  readonly to: MonotonicMs | null;
  readonly duration: Seconds | null;
}

/**
 * Cuts the time from the fault to the verification into phases that follow one another. Work that overlapped is counted once:
 * a phase that ended before its predecessor took no time of its own, and none ends after the verification. Where all
 * phases ended, their durations add up to the time from the fault to the verification. A phase that did not end has
 * none, and the next counts from the last one that did.
 */
export function phasesOf(injectedAt: MonotonicMs, milestones: Milestones): readonly Phase[] {
  return cutInto(phaseNames, injectedAt, milestones);
}

/** The same for a recovery of other phases. @param names in their order; what ends is not before `begin` */
export function cutInto<Name extends string>(
  names: readonly Name[],
  begin: MonotonicMs,
  milestones: Readonly<Record<Name, MonotonicMs | null>> & Pick<Milestones, "verify">,
): readonly Phase<Name>[] {
  const end = milestones.verify ?? monotonicMs(Number.POSITIVE_INFINITY);
  let from = begin;
  return names.map((name) => {
    const milestone: MonotonicMs | null = milestones[name];
    if (milestone === null) return { name, from, to: null, duration: null };
    const to = monotonicMs(Math.max(from, Math.min(milestone, end)));
    const phase = { name, from, to, duration: inSeconds(elapsed(from, to)) };
    from = to;
    return phase;
  });
}

/** From the fault to the verification; `null` when the recovery was not verified. */
export function recoveryTimeOf(injectedAt: MonotonicMs, { verify }: Milestones): Seconds | null {
  return verify === null ? null : inSeconds(elapsed(injectedAt, verify));
}
