import type { DrillResult } from "../core/drill/drill.ts";
import type { Audit } from "../core/drill/loss.ts";
import { summaryOf } from "../core/drill/summary.ts";
import type { JsonObject } from "../core/evidence/evidence.ts";
import type { Drill } from "../core/model/recovery-plan.ts";
import { unreachable } from "../core/problem/problem.ts";
import type { MonotonicMs } from "../core/units/units.ts";
import type { LabStatus } from "./lab.ts";

// What a drill writes down of itself, beside what happens to the platform.

/** What is about to be done, and to which platform. */
export function startedFacts(
  { name, plan, scenario, journey }: Drill,
  { active, epoch }: LabStatus,
  { platformId }: { readonly platformId: string },
): JsonObject {
  return { drill: name, plan, scenario, journey, active, epoch, platformId };
}

export interface FinishedDrill {
  readonly result: DrillResult;
  readonly audit: Audit;
  /** How the platform stood when somebody served again; `null`: nobody took over. */
  readonly after: LabStatus | null;
  /** When the load was stopped. */
  readonly endedAt: MonotonicMs;
}

/** What came of it, with the instants that its figures were reckoned from. */
export function finishedFacts({ result, audit, after, endedAt }: FinishedDrill): JsonObject {
  return {
    // The head is what this very entry makes of the log, so the entry itself cannot hold it.
    ...summaryOf(result, ""),
    verdict: result.verdict,
    judgements: result.judgements.map(({ name, isMet, because }) => ({ name, isMet, because })),
    audit: auditFacts(audit),
    outage: outageFacts(result),
    successor: after?.active ?? null,
    epochAfter: after?.epoch ?? null,
    watchedUntilMonotonicMs: endedAt,
  };
}

/** Without the ids: they are in the store. */
function auditFacts(audit: Audit): JsonObject {
  return audit.kind === "audited"
    ? { kind: audit.kind, regions: audit.regions }
    : { kind: audit.kind, because: audit.because };
}

function outageFacts({ outage }: DrillResult): JsonObject {
  switch (outage.kind) {
    case "interrupted":
    case "unnoticed":
      return { kind: outage.kind, fromMonotonicMs: outage.from, toMonotonicMs: outage.to };
    case "not-restored":
      return { kind: outage.kind, fromMonotonicMs: outage.from, toMonotonicMs: null };
    case "unmeasured":
      return { kind: outage.kind, fromMonotonicMs: null, toMonotonicMs: null };
    default:
      return unreachable(outage);
  }
}
