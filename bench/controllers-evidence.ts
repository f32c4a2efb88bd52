import { evidenceReader } from "../src/adapters/files/evidence-reader.ts";
import { type Milestones, phaseNames } from "../src/core/drill/phases.ts";
import type { Entry, Json, JsonObject } from "../src/core/evidence/evidence.ts";
import { verifyEvidence } from "../src/core/evidence/verify.ts";
import type { MonotonicMs } from "../src/core/units/units.ts";
import { monotonicMs } from "../src/core/units/units.ts";

/** What the controllers have written down of the time after a fault. */
export interface Told {
  /** Failovers that were completed: 1 after the loss of the active region, 0 in calm. */
  readonly failovers: number;
  /** The log of the controller that completed the first of them; `null` when there was none. */
  readonly completedBy: string | null;
  /** Of the first of them; `null` for a phase that no controller tells of. */
  readonly milestones: Milestones;
}

/** Reads what holds of the controllers' logs. Their clocks are this machine's, and so is `since`. */
export async function toldSince(directory: string, since: MonotonicMs, signal: AbortSignal): Promise<Told> {
  const files = await evidenceReader.logs(directory, signal);
  if (!files.ok) return toldBy([]);
  const { logs } = verifyEvidence(files.value, { kind: "beside" }, evidenceReader);
  return toldBy(
    logs.flatMap((log) => log.entries.map(({ entry }) => entry)).filter((entry) => entry.monotonic > since),
  );
}

/** @param entries of all controllers, in any order */
export function toldBy(entries: readonly Entry[]): Told {
  const completed = entries
    .filter(({ kind }) => kind === "failover-complete")
    .toSorted((a, b) => a.monotonic - b.monotonic);
  const reached = new Map(milestonesIn(completed[0]?.body["milestones"]));
  const [detect, decide, fence, promote, route, verify] = phaseNames.map((name) => reached.get(name) ?? null);
  return {
    failovers: completed.length,
    completedBy: completed[0]?.log ?? null,
    milestones: {
      detect: detect ?? null,
      decide: decide ?? null,
      fence: fence ?? null,
      promote: promote ?? null,
      route: route ?? null,
      verify: verify ?? null,
    },
  };
}

function milestonesIn(value: Json | undefined): readonly (readonly [string, MonotonicMs])[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[]).flatMap((item) => {
    const { phase, atMonotonicMs } = (item ?? {}) as JsonObject;
    return typeof phase === "string" && typeof atMonotonicMs === "number"
      ? [[phase, monotonicMs(atMonotonicMs)] as const]
      : [];
  });
}
