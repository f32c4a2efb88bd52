import { type Milliseconds, type MonotonicMs, monotonicMs } from "../units/units.ts";
import type { Revision } from "./coordinator.ts";
import type { Received } from "./detection.ts";
import type { RegionId } from "./member.ts";
import type { DeedReport, MemberReport } from "./message.ts";
import type { Reign } from "./reign.ts";

/** A deed of an agent, as a controller was told of it: its times lie on the controller's clock, late by what the message took. */
export interface DeedSeen extends Pick<DeedReport, "deed" | "ticket" | "isDone"> {
  readonly region: RegionId;
  /** The reign that it was begun under. */
  readonly underRevision: Revision;
  /** Of the agent's life that did it: its tickets begin anew with the next. */
  readonly incarnation: number;
  readonly fromMonotonicMs: MonotonicMs;
  readonly toMonotonicMs: MonotonicMs;
}

/** Of a failover in which deeds fail again and again, the newest are kept. */
const deedsMax = 64;

/** What was told so far and this, if it was begun under the present intent: an agent repeats its last deed with every report. */
export function withDeedTold(
  known: readonly DeedSeen[],
  { told, at }: Received<MemberReport>,
  { epoch }: Pick<Reign, "epoch">,
): readonly DeedSeen[] {
  if (told.lastDeed === null || told.lastDeed.under < epoch) return known;
  const { deed, under, ticket, isDone, took, age } = told.lastDeed;
  const { from: region, incarnation } = told;
  const isKnown = known.some(
    (each) => each.region === region && each.incarnation === incarnation && each.ticket === ticket,
  );
  if (isKnown) return known;
  const to = earlier(at, age);
  const times = { fromMonotonicMs: earlier(to, took), toMonotonicMs: to };
  const seen = { region, deed, underRevision: under, incarnation, ticket, isDone, ...times };
  return [...known, seen].slice(-deedsMax);
}

function earlier(from: MonotonicMs, span: Milliseconds): MonotonicMs {
  return monotonicMs(from - span);
}
