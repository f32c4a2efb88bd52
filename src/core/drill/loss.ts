import { elapsed, inSeconds, type MonotonicMs, type Seconds } from "../units/units.ts";
import type { WriteAttempt } from "./writes.ts";

/** Whether the surviving regions held the same when the store was read. What is counted before may still change. */
export type Agreement = "agreed" | "not-agreed";

/** What came of reading the surviving store. */
export type Audit =
  | {
      readonly kind: "audited";
      /** Every id that the surviving store holds. */
      readonly survivingIds: ReadonlySet<string>;
      readonly regions: Agreement;
    }
  /** Nobody could read it; `because` is one sentence without a full stop. */
  | { readonly kind: "unaudited"; readonly because: string };

/** What was lost, by comparing the client's record with the surviving store. */
export type Loss =
  | {
      readonly kind: "audited";
      readonly regions: Agreement;
      /** Of the writes of unknown outcome, how many the store holds. */
      readonly unknownKept: number;
      /** Acknowledged and not in the store, in order of acknowledgement. */
      readonly lostIds: readonly string[];
      /** From the first acknowledgement that was lost to the fault, or to the last one lost if that came later; 0 when none was. */
      readonly dataLoss: Seconds;
    }
  /** Not known, which is neither none nor all. */
  | { readonly kind: "unaudited"; readonly because: string };

/** What became of the writes. */
export interface WriteAccount {
  readonly attempted: number;
  readonly acknowledged: number;
  readonly failed: number;
  readonly unknown: number;
  readonly loss: Loss;
}

export function writeAccountOf(
  writes: readonly WriteAttempt[],
  audit: Audit,
  injectedAt: MonotonicMs,
): WriteAccount {
  const withOutcome = (kind: WriteAttempt["outcome"]["kind"]): readonly WriteAttempt[] =>
    writes.filter(({ outcome }) => outcome.kind === kind);
  const acknowledged = withOutcome("acknowledged");
  const unknown = withOutcome("unknown");
  return {
    attempted: writes.length,
    acknowledged: acknowledged.length,
    failed: withOutcome("failed").length,
    unknown: unknown.length,
    loss: lossOf({ acknowledged, unknown }, audit, injectedAt),
  };
}

function lossOf(
  writes: Readonly<Record<"acknowledged" | "unknown", readonly WriteAttempt[]>>,
  audit: Audit,
  injectedAt: MonotonicMs,
): Loss {
  if (audit.kind === "unaudited") return audit;
  const { survivingIds, regions } = audit;
  const lost = lostAmong(writes.acknowledged, survivingIds);
  return {
    kind: "audited",
    regions,
    unknownKept: writes.unknown.filter(({ id }) => survivingIds.has(id)).length,
    lostIds: lost.map(({ id }) => id),
    dataLoss: spanOf(lost, injectedAt),
  };
}

/** The acknowledged that are not in the store, in order of acknowledgement. */
export function lostAmong(
  writes: readonly WriteAttempt[],
  survivingIds: ReadonlySet<string>,
): readonly WriteAttempt[] {
  return writes
    .filter(({ id, outcome }) => outcome.kind === "acknowledged" && !survivingIds.has(id))
    .toSorted((a, b) => a.outcome.at - b.outcome.at);
}

/** From the first acknowledgement that was lost to the fault, or to the last one lost if that came later; 0 when none was. */
export function spanOf(lost: readonly WriteAttempt[], injectedAt: MonotonicMs): Seconds {
  const first = lost[0]?.outcome.at ?? injectedAt;
  const last = lost[lost.length - 1]?.outcome.at ?? injectedAt;
  return inSeconds(elapsed(first, last > injectedAt ? last : injectedAt));
}
