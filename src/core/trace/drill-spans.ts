import { milestonesOf } from "../drill/milestones.ts";
import type { Milestones } from "../drill/phases.ts";
import type { Entry } from "../evidence/evidence.ts";
import type { MonotonicMs } from "../units/units.ts";
import type { Dating } from "./dating.ts";
import { drillParts, faultIn, watchedUntil } from "./drill-parts.ts";
import { type DrillRecord, entryOfKind } from "./drills.ts";
import { numberIn, objectsIn, textIn, truthIn, wholeIn } from "./facts.ts";
import { failoverSpans } from "./failover-spans.ts";
import { drillPlace } from "./ids.ts";
import { drillMoments, failoverMoments } from "./moments.ts";
import { type Attributes, known, type SpanStatus } from "./span.ts";
import type { PlannedSpan } from "./weaving.ts";

/** One drill, as it is to be shown. */
export interface DrillTold {
  readonly drill: DrillRecord;
  /** Of the failover that it brought about, in order of time; none where nobody decided anything. */
  readonly failover: readonly Entry[];
  readonly dated: Dating;
}

/** The drill, what was done to the platform in it, and how the platform recovered. */
export function drillSpans({ drill, failover, dated }: DrillTold): readonly [PlannedSpan, ...PlannedSpan[]] {
  const { started, last } = drill;
  const fault = faultIn(drill);
  const until = watchedUntil(drill);
  const milestones = fault === null ? null : milestonesIn(drill, failover, fault.at);
  const recovery: readonly PlannedSpan[] =
    fault === null || milestones === null
      ? []
      : failoverSpans({ parent: drillPlace, entries: failover, milestones, from: fault.at, until, dated });
  const recovered =
    milestones === null ? [] : failoverMoments(milestones, recovery[0]?.attributes ?? {}, dated);
  const root: PlannedSpan = {
    place: drillPlace,
    parent: null,
    name: ["drill", textIn(started.body, "drill") ?? ""].join(" ").trim(),
    from: started.monotonic,
    to: last.monotonic,
    attributes: attributesOf(drill),
    events: [...drillMoments(drill, dated), ...recovered].toSorted((a, b) => Number(a.at - b.at)),
    status: statusOf(drill),
  };
  return [root, ...recovery, ...drillParts(drill)];
}

function milestonesIn(drill: DrillRecord, failover: readonly Entry[], injectedAt: MonotonicMs): Milestones {
  const finished = entryOfKind(drill, "drill-finished");
  return milestonesOf(failover, {
    epochBefore: numberIn(drill.started.body, "epoch") ?? 0,
    epochAfter: finished === null ? null : numberIn(finished.body, "epochAfter"),
    injectedAt,
    endedAt: watchedUntil(drill),
  });
}

/** The terms of the drill, and of what came of it those that people ask for. */
function attributesOf(drill: DrillRecord): Attributes {
  const begun = drill.started.body;
  const finished = entryOfKind(drill, "drill-finished")?.body ?? {};
  const fault = faultIn(drill);
  return known({
    "holdfast.drill": textIn(begun, "drill"),
    "holdfast.recovery_plan": textIn(begun, "plan"),
    "holdfast.scenario": textIn(begun, "scenario"),
    "holdfast.journey": textIn(begun, "journey"),
    "holdfast.region.lost": fault === null ? textIn(begun, "active") : fault.region,
    "holdfast.region.successor": textIn(finished, "successor"),
    "holdfast.fault.manner": fault?.how ?? null,
    "holdfast.epoch.before": wholeIn(begun, "epoch"),
    "holdfast.epoch.after": wholeIn(finished, "epochAfter"),
    "holdfast.outcome": outcomeOf(drill),
    "holdfast.objectives.met": truthIn(finished, "objectivesMet"),
    "holdfast.objective.rto.seconds": numberIn(finished, "rtoObjectiveSeconds"),
    "holdfast.objective.rpo.seconds": numberIn(finished, "rpoObjectiveSeconds"),
    "holdfast.outage.seconds": numberIn(finished, "outageSeconds"),
    "holdfast.writes.acknowledged": wholeIn(finished, "writesAcknowledged"),
    "holdfast.writes.lost": wholeIn(finished, "writesLost"),
    "holdfast.completions.started": wholeIn(finished, "completionsStarted"),
    "holdfast.completions.failed": wholeIn(finished, "completionsFailed"),
  });
}

/** `met` or `missed`; `broken-off` when something kept it from going on; `unfinished` when nobody wrote down how it ended. */
function outcomeOf(drill: DrillRecord): string {
  const finished = entryOfKind(drill, "drill-finished");
  if (finished !== null) return textIn(finished.body, "verdict") ?? "unknown";
  return entryOfKind(drill, "drill-broken-off") === null ? "unfinished" : "broken-off";
}

function statusOf(drill: DrillRecord): SpanStatus {
  const finished = entryOfKind(drill, "drill-finished");
  if (finished === null) {
    const because = textIn(entryOfKind(drill, "drill-broken-off")?.body ?? {}, "because");
    return { kind: "error", because: because ?? "nobody wrote down how the drill ended" };
  }
  if (textIn(finished.body, "verdict") === "met") return { kind: "ok" };
  const missed = objectsIn(finished.body, "judgements")
    .filter((judgement) => truthIn(judgement, "isMet") === false)
    .flatMap((judgement) => textIn(judgement, "because") ?? []);
  return { kind: "error", because: missed.length === 0 ? "an objective was missed" : missed.join("; ") };
}
