import { milestonesOf } from "../drill/milestones.ts";
import type { Milestones } from "../drill/phases.ts";
import type { Entry } from "../evidence/evidence.ts";
import type { Digest } from "../evidence/ports.ts";
import type { VerifiedLog } from "../evidence/verify.ts";
import { type MonotonicMs, monotonicMs } from "../units/units.ts";
import { datedBy, doubtOf } from "./dating.ts";
import { drillSpans } from "./drill-spans.ts";
import { type DrillRecord, drillsIn } from "./drills.ts";
import { numberIn, objectIn, objectsIn, textIn } from "./facts.ts";
import { failoverSpans } from "./failover-spans.ts";
import { epochUnder, type FailoverRecord, failoversIn } from "./failovers.ts";
import { failoverTraceId, traceIdOf } from "./ids.ts";
import { failoverMoments } from "./moments.ts";
import { type Attributes, known, type Span } from "./span.ts";
import { type Loom, type PlannedSpan, woven } from "./weaving.ts";

/** A drill or a failover, from its beginning to its end. */
export interface Trace {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** The root first; each lies within its parent. */
  readonly spans: readonly [Span, ...Span[]];
  /** What holds for all of it. */
  readonly resource: Attributes;
  /** Version of the program that wrote the evidence; empty when it does not say. */
  readonly version: string;
}

/**
 * A trace of each drill in the evidence, with the failover that it brought about, and of each failover that no drill did; in order of
 * time. The same evidence gives the same traces, wherever it lies and whoever asks.
 */
export function tracesIn(logs: readonly VerifiedLog[], digest: Digest): readonly Trace[] {
  const entries = logs.flatMap((log) => log.entries.map(({ entry }) => entry));
  const failovers = failoversIn(entries);
  const claimed = new Set<FailoverRecord>();
  const ofDrills = drillsIn(entries).map((drill) => {
    const failover = failoverWithin(drill, failovers);
    // Where a failover outlasts a drill, another drill may find it still going on: one trace alone can have its name.
    const named = failover !== null && !claimed.has(failover) ? failover.name : null;
    if (failover !== null) claimed.add(failover);
    const id = named === null ? ownTraceId(drill.started, digest) : failoverTraceId(named, digest);
    return drillTrace(drill, failover, { id, digest, head: headAfter(drill.last, logs) });
  });
  const others = failovers
    .filter((failover) => !claimed.has(failover))
    .map((failover) => failoverTrace(failover, digest));
  return [...ofDrills, ...others].toSorted((a, b) => Number(a.spans[0].from - b.spans[0].from));
}

const headAttribute = "holdfast.evidence.head";

/** The trace of the drill that left this head; `null` when there is none. */
export function traceWithHead(traces: readonly Trace[], head: string): Trace | null {
  return traces.find(({ spans: [root] }) => root.attributes[headAttribute] === head) ?? null;
}

interface DrillNames {
  readonly id: string;
  readonly digest: Digest;
  readonly head: string | null;
}

function drillTrace(
  drill: DrillRecord,
  failover: FailoverRecord | null,
  { id, digest, head }: DrillNames,
): Trace {
  const { started } = drill;
  const entries = failover === null ? [] : failover.entries.filter((entry) => isDuring(entry, drill));
  const dated = datedBy(started);
  const [root, ...others] = drillSpans({ drill, failover: entries, dated });
  const attributes = {
    ...root.attributes,
    ...known({ [headAttribute]: head }),
    "holdfast.clock.doubt.seconds": doubtOf(started, [...drill.entries, ...entries]),
  };
  return traceOf([{ ...root, attributes }, ...others], started, { traceId: id, digest, dated });
}

function failoverTrace({ name, entries }: FailoverRecord, digest: Digest): Trace {
  const [first] = entries;
  const id = name === null ? ownTraceId(first, digest) : failoverTraceId(name, digest);
  const dated = datedBy(first);
  const until = entries.at(-1)?.monotonic ?? first.monotonic;
  const milestones = milestonesAlone(entries, until);
  const from = missedSince(entries, milestones.detect ?? first.monotonic);
  const [root, ...others] = failoverSpans({ parent: null, entries, milestones, from, until, dated });
  const attributes = {
    ...root.attributes,
    "holdfast.clock.doubt.seconds": doubtOf(first, entries),
  };
  const events = [...(root.events ?? []), ...failoverMoments(milestones, root.attributes, dated)];
  const whole = { ...root, attributes, events: events.toSorted((a, b) => Number(a.at - b.at)) };
  return traceOf([whole, ...others], first, { traceId: id, digest, dated });
}

/** Nobody wrote down a fault: whatever is in its record is the failover. */
function milestonesAlone(entries: readonly Entry[], endedAt: MonotonicMs): Milestones {
  const epochBefore = Number.NEGATIVE_INFINITY;
  const injectedAt = monotonicMs(Number.NEGATIVE_INFINITY);
  return milestonesOf(entries, { epochBefore, epochAfter: null, injectedAt, endedAt });
}

/** Since when a vantage point had missed the region that was found lost at `detected`. */
function missedSince(entries: readonly Entry[], detected: MonotonicMs): MonotonicMs {
  const found = entries.findLast(({ body }) => textIn(objectIn(body, "evidence"), "lost") !== null);
  const votes = objectsIn(objectIn(found?.body ?? {}, "evidence"), "votes");
  return monotonicMs(detected - Math.max(0, ...votes.map((vote) => numberIn(vote, "ageMs") ?? 0)));
}

/** The failover that a drill brought about: the one that ended under the epoch it saw served, or the last that went on in it. */
function failoverWithin(drill: DrillRecord, failovers: readonly FailoverRecord[]): FailoverRecord | null {
  const during = failovers.filter(({ entries }) => entries.some((entry) => isDuring(entry, drill)));
  const epochAfter = numberIn(drill.last.body, "epochAfter");
  const meant = during.find(({ entries }) =>
    entries.some((entry) => entry.kind === "failover-complete" && epochUnder(entry) === epochAfter),
  );
  return meant ?? during.at(-1) ?? null;
}

/** By both clocks: the monotonic one begins anew with its machine. */
function isDuring({ at, monotonic }: Entry, { started, last }: DrillRecord): boolean {
  const isAfter = at >= started.at && monotonic >= started.monotonic;
  return isAfter && at <= last.at && monotonic <= last.monotonic;
}

/** For what nobody else can name: of the entry that it begins with, which is like no other. */
function ownTraceId(entry: Entry, digest: Digest): string {
  const { log, sequence, previousRoot, at, monotonic } = entry;
  const platformId = textIn(entry.body, "platformId") ?? "";
  return traceIdOf([platformId, log, String(sequence), previousRoot, String(at), String(monotonic)], digest);
}

function headAfter({ log, sequence }: Entry, logs: readonly VerifiedLog[]): string | null {
  return logs.find((each) => each.log === log)?.roots[sequence] ?? null;
}

function traceOf(
  [root, ...others]: readonly [PlannedSpan, ...PlannedSpan[]],
  { software, body }: Entry,
  loom: Loom,
): Trace {
  const version = /^holdfast (\S+)$/.exec(software)?.[1] ?? "";
  return {
    id: loom.traceId,
    spans: [woven(loom, root), ...others.map((span) => woven(loom, span))],
    resource: known({
      "service.name": "holdfast",
      "service.version": version === "" ? null : version,
      "holdfast.platform.id": textIn(body, "platformId"),
    }),
    version,
  };
}
