import { invariant } from "../problem/problem.ts";
import { elapsed, inSeconds, milliseconds, type MonotonicMs, type Seconds } from "../units/units.ts";
import { acknowledgementsOf, type WriteAttempt } from "./writes.ts";

/** A time in which the writer got no acknowledgement. */
interface Interruption {
  /** The last acknowledgement before it. */
  readonly from: MonotonicMs;
  /** The first after it. */
  readonly to: MonotonicMs;
  readonly duration: Seconds;
}

/** What the fault did to a client that writes all the time. */
export type Outage =
  /** Service went and came back. `others` are further interruptions after the fault, in order of time. */
  | ({ readonly kind: "interrupted"; readonly others: readonly Interruption[] } & Interruption)
  /** No pause after the fault stands out from those before it; the longest is told. */
  | ({ readonly kind: "unnoticed" } & Interruption)
  /** Writes were acknowledged until `from` and never again while the drill watched; the outage is longer than `atLeast`. */
  | { readonly kind: "not-restored"; readonly from: MonotonicMs; readonly atLeast: Seconds }
  /** Nothing was acknowledged before the fault, so there was no service to interrupt. */
  | { readonly kind: "unmeasured" };

/** What an outage is read from. */
export interface OutageObservations {
  readonly injectedAt: MonotonicMs;
  /** When the drill stopped watching the writer. */
  readonly endedAt: MonotonicMs;
  readonly writes: readonly WriteAttempt[];
}

/** A pause shorter than this is never called an interruption: a busy machine makes such pauses by itself. */
const interruptionMsMin = milliseconds(250);

/** And where no write failed in it, it must be more than this many times as long as the longest pause in the calm before. */
const standsOutFactor = 2;

export function outageOf({ injectedAt, endedAt, writes }: OutageObservations): Outage {
  const acknowledged = acknowledgementsOf(writes);
  const first = acknowledged[0];
  const last = acknowledged[acknowledged.length - 1];
  if (first === undefined || last === undefined || first > injectedAt) return { kind: "unmeasured" };

  const pauses = pausesBetween(acknowledged);
  const standsOut = interruptionTest(
    pauses.filter(({ to }) => to <= injectedAt),
    writes,
  );
  // The pause that the end of the watch leaves open: it is an outage when the writer went on trying and was never answered.
  const silence = { from: last, to: endedAt, duration: inSeconds(elapsed(last, endedAt)) };
  if (last <= injectedAt || standsOut(silence)) {
    return { kind: "not-restored", from: last, atLeast: silence.duration };
  }
  const after = pauses.filter(({ to }) => to > injectedAt);
  const [longest, ...shorter] = after.toSorted((a, b) => b.duration - a.duration || a.from - b.from);
  invariant(
    longest !== undefined,
    "an acknowledgement before the fault and one after it have a pause between them",
  );
  if (!standsOut(longest)) return { kind: "unnoticed", ...longest };
  return {
    kind: "interrupted",
    ...longest,
    others: shorter.filter(standsOut).toSorted((a, b) => a.from - b.from),
  };
}

function pausesBetween(acknowledged: readonly MonotonicMs[]): readonly Interruption[] {
  return acknowledged.slice(1).map((to, index) => {
    const from = acknowledged[index] ?? to;
    return { from, to, duration: inSeconds(elapsed(from, to)) };
  });
}

/** Whether a pause is an interruption: long for this machine, or long and with writes that failed in it. */
function interruptionTest(
  calm: readonly Interruption[],
  writes: readonly WriteAttempt[],
): (pause: Interruption) => boolean {
  const calmMsMax = calm.reduce((longest, { from, to }) => Math.max(longest, elapsed(from, to)), 0);
  const failures = writes
    .filter(({ outcome }) => outcome.kind !== "acknowledged")
    .map(({ outcome }) => outcome.at);
  return ({ from, to }) => {
    const pauseMs = elapsed(from, to);
    if (pauseMs <= interruptionMsMin) return false;
    return pauseMs > standsOutFactor * calmMsMax || failures.some((at) => at >= from && at <= to);
  };
}
