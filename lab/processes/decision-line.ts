import { cryptography } from "../../src/adapters/files/evidence-cryptography.ts";
import type { RecordBody } from "../../src/core/failover/record.ts";
import type { SeenReign } from "../../src/core/failover/reign.ts";
import {
  contextAt,
  failoverPlace,
  phasePlace,
  type TraceContext,
  type TracePhase,
} from "../../src/core/trace/ids.ts";
import type { ProcessLog } from "./process-log.ts";

/** The phase in which a decision of each kind is written down; `null`: it ends the failover. */
const phaseOf: Readonly<Partial<Record<RecordBody["kind"], TracePhase | null>>> = {
  "failover-intent": "decide",
  "switchover-intent": "decide",
  "switchover-closed": "fence",
  "failover-fenced": "promote",
  "failover-reinstated": "promote",
  "failover-complete": null,
};

interface Deciding {
  readonly log: ProcessLog;
  readonly platformId: string;
  /** The reign that the decision was taken under. */
  readonly seen: SeenReign | null;
}

/** A line about a decision that is on disk now, under the names of the span that will be made of it. */
export function writeDecision(record: RecordBody, { log, platformId, seen }: Deciding): void {
  const { kind, because } = record;
  const severity = kind === "failover-intent" || kind === "failover-reinstated" ? "WARN" : "INFO";
  const attributes = { "holdfast.evidence.kind": kind };
  log.write(severity, `${kind}: ${because}`, {
    seen,
    context: contextOf(kind, seen, platformId),
    attributes,
  });
}

function contextOf(
  kind: RecordBody["kind"],
  seen: SeenReign | null,
  platformId: string,
): TraceContext | null {
  const phase = phaseOf[kind];
  if (phase === undefined || seen === null) return null;
  const { settledAt } = seen.reign;
  const place = phase === null ? failoverPlace : phasePlace(phase);
  return contextAt({ platformId, settledAt }, place, cryptography.digest);
}
