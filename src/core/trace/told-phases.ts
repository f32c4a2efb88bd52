import { cutInto, type Milestones, type Phase, phasesOf } from "../drill/phases.ts";
import type { Entry } from "../evidence/evidence.ts";
import type { MonotonicMs } from "../units/units.ts";
import { beginningOf, isCalledOff } from "./beginning.ts";
import type { TracePhase } from "./ids.ts";

/**
 * The phases of a failover as it began. On a person's word nothing is to be detected; a switchover shuts a region down before it is
 * fenced, and one that is called off fences nobody.
 *
 * @param entries of one failover, in order of time
 */
export function toldPhases(
  from: MonotonicMs,
  milestones: Milestones,
  entries: readonly Entry[],
): readonly Phase<TracePhase>[] {
  const beginning = beginningOf(entries);
  if (beginning.kind === "loss") return phasesOf(from, milestones);
  const closing: readonly TracePhase[] = beginning.order === "switchover" ? ["close"] : [];
  const fencing: readonly TracePhase[] = entries.some(isCalledOff) ? [] : ["fence"];
  const names = ["decide", ...closing, ...fencing, "promote", "route", "verify"] as const;
  return cutInto(names, from, { ...milestones, close: closedAt(entries) });
}

/** When it was written down that nobody waits any more for the region that is shut down; `null`: never. */
function closedAt(entries: readonly Entry[]): MonotonicMs | null {
  const end = entries.findLast((entry) => entry.kind === "switchover-closed" || isCalledOff(entry));
  return end?.monotonic ?? null;
}
