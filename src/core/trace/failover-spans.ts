import type { Milestones } from "../drill/phases.ts";
import { type Entry, entryNameText } from "../evidence/evidence.ts";
import { type MonotonicMs, monotonicMs } from "../units/units.ts";
import {
  type Beginning,
  beginningOf,
  isCalledOff,
  isHurried,
  isIntent,
  isRepeatedChoice,
} from "./beginning.ts";
import type { Dating } from "./dating.ts";
import { deedSpans } from "./deed-spans.ts";
import { numberIn, objectIn, textIn, wholeIn } from "./facts.ts";
import { failoverPlace } from "./ids.ts";
import { phaseSpans } from "./phase-spans.ts";
import { type Attributes, known, type SpanEvent } from "./span.ts";
import { toldPhases } from "./told-phases.ts";
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
  const beginning = beginningOf(entries);
  const to = isProven ? provenAt(milestones.verify, entries) : until;
  const failover: PlannedSpan = {
    place: failoverPlace,
    parent,
    name: isSwitchover(beginning) ? "switchover" : "failover",
    from,
    to: monotonicMs(Math.max(from, to)),
    attributes: { ...attributesOf(entries, beginning), ...orderAttributes(beginning) },
    events: entries.flatMap((entry) => turnEvent(entry, dated)),
    status: isProven ? { kind: "unset" } : { kind: "error", because: "no region was proven to serve" },
  };
  const phases = phaseSpans({
    phases: toldPhases(from, milestones, entries),
    entries,
    until: failover.to,
    dated,
  });
  return [failover, ...phases, ...deedSpans(entries, [failover, ...phases])];
}

/** The end of the verification, or of writing it down. */
function provenAt(verify: MonotonicMs, entries: readonly Entry[]): MonotonicMs {
  const complete = entries.findLast(({ kind }) => kind === "failover-complete");
  return monotonicMs(Math.max(verify, complete?.monotonic ?? verify));
}

function isSwitchover(beginning: Beginning): boolean {
  return beginning.kind === "order" && beginning.order === "switchover";
}

function attributesOf(entries: readonly Entry[], beginning: Beginning): Attributes {
  const intent = entries.find(isIntent);
  const choice = entries.findLast(({ kind }) => kind === "failover-fenced" || kind === "failover-reinstated");
  const last = entries.at(-1);
  const mayLack = objectIn(objectIn(choice?.body ?? {}, "next"), "mayLack");
  const before = intent === undefined ? null : textIn(objectIn(intent.body, "next"), "active");
  return known({
    // Who hands over in order is not lost.
    [isSwitchover(beginning) ? "holdfast.region.left" : "holdfast.region.lost"]: before,
    "holdfast.region.successor":
      choice === undefined ? null : textIn(objectIn(choice.body, "next"), "active"),
    "holdfast.region.leader": last === undefined ? null : textIn(last.body, "by"),
    "holdfast.epoch.before": intent === undefined ? null : wholeIn(objectIn(intent.body, "under"), "epoch"),
    "holdfast.epoch.after": choice === undefined ? null : wholeIn(objectIn(choice.body, "under"), "epoch"),
    "holdfast.loss": textIn(mayLack, "kind"),
    "holdfast.loss.seconds": numberIn(mayLack, "seconds"),
    "holdfast.loss.bytes": wholeIn(mayLack, "bytes"),
    "holdfast.evidence.entries": entries.length === 0 ? null : entries.map(entryNameText),
  });
}

function orderAttributes(beginning: Beginning): Attributes {
  if (beginning.kind === "loss") return {};
  const { order, by, wanted } = beginning;
  return known({ "holdfast.order": order, "holdfast.order.by": by, "holdfast.region.wanted": wanted });
}

/** Where a failover took another turn than it began with. */
function turnEvent(entry: Entry, dated: Dating): readonly SpanEvent[] {
  const name = turnName(entry);
  if (name === null) return [];
  const attributes = known({
    "holdfast.evidence.entry": entryNameText(entry),
    "holdfast.order.by": textIn(objectIn(entry.body, "order"), "by"),
    "holdfast.because": textIn(entry.body, "because"),
  });
  return [{ name, at: dated(entry.monotonic), attributes }];
}

function turnName(entry: Entry): string | null {
  if (isRepeatedChoice(entry)) return "holdfast.choice.given_up";
  if (isHurried(entry)) return "holdfast.switchover.hurried";
  return isCalledOff(entry) ? "holdfast.switchover.called_off" : null;
}
