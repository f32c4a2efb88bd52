import type { JsonObject } from "../evidence/evidence.ts";
import { type MonotonicMs, monotonicMs } from "../units/units.ts";
import { type DrillRecord, entryOfKind } from "./drills.ts";
import { numberIn, objectIn, textIn, wholeIn } from "./facts.ts";
import { drillPlace } from "./ids.ts";
import { known } from "./span.ts";
import type { PlannedSpan, Stretch } from "./weaving.ts";

/** What a drill did to the platform. */
export interface FaultTold {
  readonly at: MonotonicMs;
  readonly region: string | null;
  /** `lost`, `frozen` or `partitioned`. */
  readonly how: string | null;
}

/** `null`: the drill did not come so far. */
export function faultIn(drill: DrillRecord): FaultTold | null {
  const { body } = entryOfKind(drill, "fault-injected") ?? {};
  const at = body === undefined ? null : numberIn(body, "atMonotonicMs");
  if (body === undefined || at === null) return null;
  return { at: monotonicMs(at), region: textIn(body, "region"), how: textIn(body, "how") };
}

/** When its load was stopped; where nobody wrote that down, its end. */
export function watchedUntil(drill: DrillRecord): MonotonicMs {
  const { body } = entryOfKind(drill, "drill-finished") ?? {};
  const until = body === undefined ? null : numberIn(body, "watchedUntilMonotonicMs");
  return until === null ? drill.last.monotonic : monotonicMs(until);
}

/** What a drill does beside the recovery, and what its users saw of it. */
export function drillParts(drill: DrillRecord): readonly PlannedSpan[] {
  const { started, last } = drill;
  const until = watchedUntil(drill);
  const load = part("load", { from: started.monotonic, to: until });
  const finished = entryOfKind(drill, "drill-finished");
  if (finished === null) return [load, ...injection(drill)];
  const { body } = finished;
  const audit = objectIn(body, "audit");
  const attributes = known({
    "holdfast.audit": textIn(audit, "kind"),
    "holdfast.audit.regions": textIn(audit, "regions"),
    "holdfast.writes.acknowledged": wholeIn(body, "writesAcknowledged"),
    "holdfast.writes.lost": wholeIn(body, "writesLost"),
  });
  const counting = { ...part("audit", { from: until, to: last.monotonic }), attributes };
  // One that does not say until when it watched does not say either from when it counted.
  const counted = until < last.monotonic ? [counting] : [];
  return [load, ...injection(drill), ...outage(body, until), ...counted];
}

function part(name: string, { from, to }: Stretch): PlannedSpan {
  const place = `${drillPlace}/${name}`;
  return { place, parent: drillPlace, name, from, to: monotonicMs(Math.max(from, to)), attributes: {} };
}

/** From when it was announced until it was in force. */
function injection(drill: DrillRecord): readonly PlannedSpan[] {
  const announced = entryOfKind(drill, "fault-announced");
  const injected = entryOfKind(drill, "fault-injected");
  if (announced === null || injected === null) return [];
  const attributes = known({
    "holdfast.region": textIn(injected.body, "region"),
    "holdfast.fault.manner": textIn(injected.body, "how"),
  });
  return [{ ...part("inject", { from: announced.monotonic, to: injected.monotonic }), attributes }];
}

/** As a client outside saw it: from its last acknowledged write to its next. One that did not end lasts until nobody watched. */
function outage(body: JsonObject, until: MonotonicMs): readonly PlannedSpan[] {
  const told = objectIn(body, "outage");
  const [kind, from, to] = [
    textIn(told, "kind"),
    numberIn(told, "fromMonotonicMs"),
    numberIn(told, "toMonotonicMs"),
  ];
  if (from === null) return [];
  const span = part("outage", { from: monotonicMs(from), to: monotonicMs(to ?? until) });
  const rto = numberIn(body, "rtoObjectiveSeconds");
  const attributes = known({ "holdfast.outage": kind, "holdfast.objective.rto.seconds": rto });
  if (to === null) {
    return [{ ...span, attributes, status: { kind: "error", because: "the writer was not answered again" } }];
  }
  const isLate = rto !== null && to - from > rto * 1_000;
  return [
    {
      ...span,
      attributes,
      ...(isLate ? { status: { kind: "error", because: "it was longer than accepted" } } : {}),
    },
  ];
}
