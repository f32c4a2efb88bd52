import type { Milestones } from "../drill/phases.ts";
import type { Entry } from "../evidence/evidence.ts";
import type { MonotonicMs } from "../units/units.ts";
import type { Dating } from "./dating.ts";
import { faultIn } from "./drill-parts.ts";
import type { DrillRecord } from "./drills.ts";
import { textIn } from "./facts.ts";
import { type Attribute, type Attributes, known, type SpanEvent } from "./span.ts";

/** The moments of a trace that people look for, and by which others mark their own charts. */
export const momentNames = {
  fault: "holdfast.fault.injected",
  decision: "holdfast.decision.taken",
  recovery: "holdfast.recovered",
} as const;

/** What else a drill writes down as it passes, by the kind of the entry. */
const passing: Readonly<Record<string, string>> = {
  "fault-undone": "holdfast.fault.undone",
  "not-recovered": "holdfast.not_recovered",
  "regions-not-agreed": "holdfast.regions.not_agreed",
  "region-restored": "holdfast.region.restored",
  "region-not-restored": "holdfast.region.not_restored",
};

/** What was done to the platform in a drill, and seen of it. */
export function drillMoments(drill: DrillRecord, dated: Dating): readonly SpanEvent[] {
  const fault = faultIn(drill);
  const told = drill.entries.flatMap((entry) => passingMoment(entry, dated));
  if (fault === null) return told;
  const attributes = { "holdfast.region": fault.region, "holdfast.fault.manner": fault.how };
  return [moment({ name: momentNames.fault, at: fault.at, attributes }, dated), ...told];
}

/** The decision and the recovery, as far as a failover came. @param attributes of its span */
export function failoverMoments(
  { decide, verify }: Milestones,
  attributes: Attributes,
  dated: Dating,
): readonly SpanEvent[] {
  const of = (name: string): Attribute | null => attributes[name] ?? null;
  const lost = {
    "holdfast.region": of("holdfast.region.lost") ?? of("holdfast.region.left"),
    "holdfast.epoch": of("holdfast.epoch.before"),
    "holdfast.order": of("holdfast.order"),
  };
  const serving = {
    "holdfast.region": of("holdfast.region.successor"),
    "holdfast.epoch": of("holdfast.epoch.after"),
  };
  return [
    ...(decide === null ? [] : [moment({ name: momentNames.decision, at: decide, attributes: lost }, dated)]),
    ...(verify === null
      ? []
      : [moment({ name: momentNames.recovery, at: verify, attributes: serving }, dated)]),
  ];
}

function passingMoment({ kind, body, monotonic }: Entry, dated: Dating): readonly SpanEvent[] {
  const name = passing[kind];
  if (name === undefined) return [];
  const attributes = {
    "holdfast.region": textIn(body, "region"),
    "holdfast.because": textIn(body, "because"),
  };
  return [moment({ name, at: monotonic, attributes }, dated)];
}

interface Moment {
  readonly name: string;
  readonly at: MonotonicMs;
  readonly attributes: Readonly<Record<string, Attribute | null>>;
}

function moment({ name, at, attributes }: Moment, dated: Dating): SpanEvent {
  return { name, at: dated(at), attributes: known(attributes) };
}
