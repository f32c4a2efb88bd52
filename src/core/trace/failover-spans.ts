import type { Milestones } from "../drill/phases.ts";
import { phasesOf } from "../drill/phases.ts";
import { type Entry, entryNameText } from "../evidence/evidence.ts";
import { type MonotonicMs, monotonicMs } from "../units/units.ts";
import type { Dating } from "./dating.ts";
import { deedSpans } from "./deed-spans.ts";
import { objectIn, textIn, wholeIn } from "./facts.ts";
import { failoverPlace } from "./ids.ts";
import { phaseSpans } from "./phase-spans.ts";
import { type Attributes, known, type SpanEvent } from "./span.ts";
import type { PlannedSpan } from "./weaving.ts";

/** One failover, as it is to be shown. */
export interface FailoverTold {
  /** The place of the span that it is a part of; `null`: it is the root. */
  readonly parent: string | null;
  /** Of its controllers, in order of time; none where nobody decided anything. */
  readonly entries: readonly Entry[];
  readonly milestones: Milestones;
  /** When the fault struck, or the first vantage point missed the region. */
  readonly from: MonotonicMs;
  /** Until when anybody watched. */
  readonly until: MonotonicMs;
  readonly dated: Dating;
}

/** The failover, its phases, and what agents did in it. */
export function failoverSpans(told: FailoverTold): readonly [PlannedSpan, ...PlannedSpan[]] {
  const { parent, entries, milestones, from, until, dated } = told;
  const isProven = milestones.verify !== null;
  const to = isProven ? provenAt(milestones.verify, entries) : until;
  const failover: PlannedSpan = {
    place: failoverPlace,
    parent,
    name: "failover",
    from,
    to: monotonicMs(Math.max(from, to)),
    attributes: attributesOf(entries),
    events: entries.filter(isRepeatedChoice).map((entry) => choiceEvent(entry, dated)),
    status: isProven ? { kind: "unset" } : { kind: "error", because: "no region was proven to serve" },
  };
  const phases = phaseSpans({ phases: phasesOf(from, milestones), entries, until: failover.to, dated });
  return [failover, ...phases, ...deedSpans(entries, [failover, ...phases])];
}

/** The end of the verification, or of writing it down. */
function provenAt(verify: MonotonicMs, entries: readonly Entry[]): MonotonicMs {
  const complete = entries.findLast(({ kind }) => kind === "failover-complete");
  return monotonicMs(Math.max(verify, complete?.monotonic ?? verify));
}

function attributesOf(entries: readonly Entry[]): Attributes {
  const intent = entries.find(({ kind }) => kind === "failover-intent");
  const choice = entries.findLast(({ kind }) => kind === "failover-fenced" || kind === "failover-reinstated");
  const last = entries.at(-1);
  return known({
    "holdfast.region.lost": intent === undefined ? null : textIn(objectIn(intent.body, "next"), "active"),
    "holdfast.region.successor":
      choice === undefined ? null : textIn(objectIn(choice.body, "next"), "active"),
    "holdfast.region.leader": last === undefined ? null : textIn(last.body, "by"),
    "holdfast.epoch.before": intent === undefined ? null : wholeIn(objectIn(intent.body, "under"), "epoch"),
    "holdfast.epoch.after": choice === undefined ? null : wholeIn(objectIn(choice.body, "under"), "epoch"),
    "holdfast.evidence.entries": entries.length === 0 ? null : entries.map(entryNameText),
  });
}

/** Within a failover another region is chosen on the leader's word, without evidence of a loss. */
function isRepeatedChoice({ kind, body }: Entry): boolean {
  return kind === "failover-intent" && textIn(objectIn(body, "evidence"), "lost") === null;
}

function choiceEvent(entry: Entry, dated: Dating): SpanEvent {
  return {
    name: "holdfast.choice.given_up",
    at: dated(entry.monotonic),
    attributes: known({
      "holdfast.evidence.entry": entryNameText(entry),
      "holdfast.because": textIn(entry.body, "because"),
    }),
  };
}
