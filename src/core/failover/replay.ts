import { unreachable } from "../problem/problem.ts";
import { isLoss } from "./detection.ts";
import {
  changedAfter,
  chosenAfter,
  fencingAfter,
  type NextReign,
  reinstatedAfter,
  settledAfter,
  steadyAfter,
} from "./next-reign.ts";
import type { RecordBody } from "./record.ts";
import { type Reign, wantedSyncSet } from "./reign.ts";
import type { FailoverSettings } from "./settings.ts";

/**
 * The decision that a record's own observations lead to, under the reign that it was taken under and the settings of then.
 * `null` when they justify none. A record is true when this is what it says was decided.
 */
export function replayed(
  record: RecordBody,
  reign: Reign,
  settings: Pick<FailoverSettings, "regions" | "confirmations">,
): NextReign | null {
  const fenced = new Map(record.fenced.map(({ region, position }) => [region, position]));
  switch (record.kind) {
    case "failover-intent":
      return isJustified(record, reign, settings) ? fencingAfter(reign) : null;
    case "failover-fenced":
      return chosenAfter(reign, fenced, settings);
    case "failover-reinstated":
      return reinstatedAfter(reign, fenced);
    case "failover-complete":
      return record.next.settledAt === null ? null : steadyAfter(reign, record.next.settledAt);
    case "sync-set-change":
      // Who streamed is told in words; the record says which set was wanted.
      return changedAfter(reign, wantedSyncSet({ ...reign, guards: record.next.guards }));
    case "sync-set-settled":
      return settledAfter(reign);
    default:
      return unreachable(record.kind);
  }
}

/** A failover begins on evidence of a loss; within one, another region is chosen on the leader's word. */
function isJustified(
  { evidence }: RecordBody,
  reign: Reign,
  settings: Pick<FailoverSettings, "regions">,
): boolean {
  if (evidence === null) return reign.phase === "promoting";
  return reign.phase === "steady" && evidence.lost === reign.active && isLoss(evidence, settings);
}
