import { elapsed, inSeconds, type MonotonicMs, type Seconds } from "../units/units.ts";
import type { WriteAttempt } from "./writes.ts";

/** What became of the writes, by comparing the client's record with the store after it converged. */
export interface WriteAccount {
  readonly attempted: number;
  readonly acknowledged: number;
  readonly failed: number;
  readonly unknown: number;
  /** Of the unknown, how many the store holds. */
  readonly unknownKept: number;
  /** Acknowledged and not in the store, in order of acknowledgement. */
  readonly lostIds: readonly string[];
  /** From the first acknowledgement that was lost to the fault, or to the last one lost if that came later; 0 when none was. */
  readonly dataLoss: Seconds;
}

export function writeAccountOf(
  writes: readonly WriteAttempt[],
  survivingIds: ReadonlySet<string>,
  injectedAt: MonotonicMs,
): WriteAccount {
  const withOutcome = (kind: WriteAttempt["outcome"]["kind"]): readonly WriteAttempt[] =>
    writes.filter(({ outcome }) => outcome.kind === kind);
  const acknowledged = withOutcome("acknowledged");
  const unknown = withOutcome("unknown");
  const lost = acknowledged
    .filter(({ id }) => !survivingIds.has(id))
    .toSorted((a, b) => a.outcome.at - b.outcome.at);
  return {
    attempted: writes.length,
    acknowledged: acknowledged.length,
    failed: withOutcome("failed").length,
    unknown: unknown.length,
    unknownKept: unknown.filter(({ id }) => survivingIds.has(id)).length,
    lostIds: lost.map(({ id }) => id),
    dataLoss: spanOf(lost, injectedAt),
  };
}

function spanOf(lost: readonly WriteAttempt[], injectedAt: MonotonicMs): Seconds {
  const first = lost[0]?.outcome.at ?? injectedAt;
  const last = lost[lost.length - 1]?.outcome.at ?? injectedAt;
  return inSeconds(elapsed(first, last > injectedAt ? last : injectedAt));
}
