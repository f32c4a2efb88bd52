import type { Phase } from "../drill/phases.ts";
import type { Entry } from "../evidence/evidence.ts";
import { entryNameText } from "../evidence/evidence.ts";
import { type MonotonicMs, monotonicMs } from "../units/units.ts";
import { isIntent } from "./beginning.ts";
import type { Dating } from "./dating.ts";
import { numberIn, objectIn, objectsIn, textIn } from "./facts.ts";
import { failoverPlace, phasePlace, type TracePhase } from "./ids.ts";
import { known, type SpanEvent } from "./span.ts";
import type { PlannedSpan } from "./weaving.ts";

/** What a phase of a failover is made of. */
export interface PhasesTold {
  readonly phases: readonly Phase<TracePhase>[];
  /** Of the failover, in order of time. */
  readonly entries: readonly Entry[];
  /** Until when anybody watched: a phase that did not end lasts until then. */
  readonly until: MonotonicMs;
  readonly dated: Dating;
}

/**
 * One span for each phase, one after another without a gap. The phase that a recovery did not get beyond is an error and lasts until
 * nobody watched any more; those after it did not begin. One whose end nobody wrote down, though a later one ended, is counted with
 * that later one.
 */
export function phaseSpans(told: PhasesTold): readonly PlannedSpan[] {
  const spans: PlannedSpan[] = [];
  for (const [index, { name, from, to }] of told.phases.entries()) {
    const place = { place: phasePlace(name), parent: failoverPlace, name };
    const attributes = { "holdfast.phase": name };
    if (to !== null) {
      const events = eventsOf(name, { ...told, from, to });
      spans.push({ ...place, from, to, attributes, events });
    } else if (told.phases.slice(index).every((later) => later.to === null)) {
      const because = `the recovery did not get beyond "${name}"`;
      const end = monotonicMs(Math.max(from, told.until));
      spans.push({ ...place, from, to: end, attributes, status: { kind: "error", because } });
      break;
    }
  }
  return spans;
}

type Within = Pick<PhasesTold, "entries" | "dated"> & {
  readonly from: MonotonicMs;
  readonly to: MonotonicMs;
};

function eventsOf(phase: TracePhase, within: Within): readonly SpanEvent[] {
  switch (phase) {
    case "detect":
      return votesIn(within);
    case "decide":
      return recordsIn(within, isIntent);
    case "fence":
      return recordsIn(within, ({ kind }) => kind === "switchover-closed");
    case "promote":
      return recordsIn(within, ({ kind }) => kind === "failover-fenced");
    case "close":
    case "route":
    case "verify":
      return [];
  }
}

/** When each vantage point had come to its verdict, by its age when it was told; never before the phase. */
function votesIn({ entries, dated, from, to }: Within): readonly SpanEvent[] {
  const intent = entries.findLast(
    ({ kind, body }) => kind === "failover-intent" && textIn(objectIn(body, "evidence"), "lost") !== null,
  );
  if (intent === undefined) return [];
  return objectsIn(objectIn(intent.body, "evidence"), "votes").map((vote) => ({
    name: "holdfast.vantage_point.verdict",
    at: dated(monotonicMs(Math.max(from, to - (numberIn(vote, "ageMs") ?? 0)))),
    attributes: known({
      "holdfast.region": textIn(vote, "from"),
      "holdfast.verdict": textIn(vote, "verdict"),
    }),
  }));
}

/** A decision that was written down: it is on disk before anything is done by it. */
function recordsIn(
  { entries, dated, from, to }: Within,
  isMeant: (entry: Entry) => boolean,
): readonly SpanEvent[] {
  return entries
    .filter((entry) => isMeant(entry) && entry.monotonic >= from && entry.monotonic <= to)
    .map((entry) => ({
      name: "holdfast.evidence.written",
      at: dated(entry.monotonic),
      attributes: known({
        "holdfast.evidence.entry": entryNameText(entry),
        "holdfast.evidence.kind": entry.kind,
        "holdfast.because": textIn(entry.body, "because"),
      }),
    }));
}
