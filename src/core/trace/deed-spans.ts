import type { Entry, JsonObject } from "../evidence/evidence.ts";
import { type MonotonicMs, monotonicMs } from "../units/units.ts";
import { numberIn, objectsIn, textIn, truthIn, wholeIn } from "./facts.ts";
import { deedPlace, failoverPlace, phasePlace, type TracePhase } from "./ids.ts";
import { known } from "./span.ts";
import type { PlannedSpan } from "./weaving.ts";

/** The phases that a deed of an agent makes up; any other deed goes on beside them. */
const phaseOfDeed: Readonly<Record<string, TracePhase>> = {
  "shut-down": "close",
  stop: "fence",
  "stop-receiving": "fence",
  promote: "promote",
};

/**
 * What agents did, as the leader was told of it. A deed stands in the phase that it makes up. An agent may begin before the leader
 * knows that the phase before is over, and end after the leader was told; a span lies within its parent all the same, and
 * `holdfast.deed.seconds` is how long the deed took.
 *
 * @param entries of one failover
 * @param parents the failover and its phases
 */
export function deedSpans(
  entries: readonly Entry[],
  parents: readonly PlannedSpan[],
): readonly PlannedSpan[] {
  const spans = new Map<string, PlannedSpan>();
  for (const deed of entries.flatMap(({ body }) => objectsIn(body, "deeds"))) {
    const span = deedSpan(deed, parents);
    if (span !== null) spans.set(span.place, span);
  }
  return [...spans.values()];
}

function deedSpan(told: JsonObject, parents: readonly PlannedSpan[]): PlannedSpan | null {
  const [deed, region] = [textIn(told, "deed"), textIn(told, "region")];
  const [incarnation, ticket] = [numberIn(told, "incarnation"), numberIn(told, "ticket")];
  const [from, to] = [numberIn(told, "fromMonotonicMs"), numberIn(told, "toMonotonicMs")];
  if (deed === null || region === null || incarnation === null || ticket === null) return null;
  if (from === null || to === null) return null;
  const parent = parentOf(deed, parents);
  if (parent === null) return null;
  const isDone = truthIn(told, "isDone") ?? false;
  return {
    place: deedPlace({ region, incarnation, ticket }),
    parent: parent.place,
    name: deed,
    from: within(parent, from),
    to: within(parent, to),
    attributes: known({
      "holdfast.region": region,
      "holdfast.deed": deed,
      "holdfast.deed.seconds": (to - from) / 1_000,
      "holdfast.reign.revision": wholeIn(told, "underRevision"),
    }),
    status: isDone ? { kind: "unset" } : { kind: "error", because: `${deed} failed in ${region}` },
  };
}

function parentOf(deed: string, parents: readonly PlannedSpan[]): PlannedSpan | null {
  const phase = phaseOfDeed[deed];
  const at = (place: string): PlannedSpan | undefined => parents.find((parent) => parent.place === place);
  return (phase === undefined ? undefined : at(phasePlace(phase))) ?? at(failoverPlace) ?? null;
}

function within({ from, to }: Pick<PlannedSpan, "from" | "to">, at: number): MonotonicMs {
  return monotonicMs(Math.min(to, Math.max(from, at)));
}
