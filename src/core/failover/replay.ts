import { unreachable } from "../problem/problem.ts";
import { isLoss } from "./detection.ts";
import {
  changedAfter,
  chosenAfter,
  closedAfter,
  closingAfter,
  fencingAfter,
  fencingBounded,
  lackingAfter,
  type NextReign,
  reinstatedAfter,
  settledAfter,
  steadyAfter,
} from "./next-reign.ts";
import type { RegionId } from "./member.ts";
import type { OrderKind } from "./order.ts";
import type { RecordBody } from "./record.ts";
import { type FencedPositions, isAsynchronous, type Reign, wantedSyncSet } from "./reign.ts";
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
      return isJustified(record, reign, settings) ? replayedIntent(record, reign) : null;
    case "switchover-intent":
      return isOrdered(record, reign, "switchover") ? closingAfter(reign, wantedIn(record)) : null;
    case "switchover-closed":
      return replayedEnd(record, reign, fenced);
    case "failover-fenced":
      return replayedChoice(record, chosenAfter(reign, fenced, settings));
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

/** A failover begins on evidence of a loss, or on a person's; within one, another region is chosen on the leader's word. */
function isJustified(record: RecordBody, reign: Reign, settings: Pick<FailoverSettings, "regions">): boolean {
  const { evidence, order } = record;
  if (order !== null) return isOrdered(record, reign, "failover");
  if (evidence === null) return reign.phase === "promoting";
  return reign.phase === "steady" && evidence.lost === reign.active && isLoss(evidence, settings);
}

/** What was heard of positions, and when, is not told: the record says how far whoever is chosen must reach. */
function replayedIntent({ order, next }: RecordBody, reign: Reign): NextReign {
  if (order !== null) return fencingAfter(reign, order.to);
  return fencingBounded(reign, isAsynchronous(reign) ? next.floor : reign.floor);
}

/** So it is with what the chosen one may lack. */
function replayedChoice({ next }: RecordBody, chosen: NextReign | null): NextReign | null {
  return chosen === null ? null : lackingAfter(chosen, next.mayLack);
}

/** A shutdown ends by itself, or a person waits for it no longer. */
function replayedEnd({ order }: RecordBody, reign: Reign, ends: FencedPositions): NextReign | null {
  const isTrue = order === null || (order.kind === "failover" && order.under === reign.epoch);
  if (reign.phase !== "closing" || !isTrue) return null;
  return closedAfter(reign, { end: ends.get(reign.active) ?? null, wanted: order?.to ?? reign.wanted });
}

function wantedIn({ order }: RecordBody): RegionId | null {
  return order?.to ?? null;
}

/** An order is for one reign, and begins where that is steady. */
function isOrdered({ order }: RecordBody, reign: Reign, kind: OrderKind): boolean {
  return order?.kind === kind && order.under === reign.epoch && reign.phase === "steady";
}
