import { elapsed, type MonotonicMs } from "../units/units.ts";
import type { ControllerStep } from "./controller-state.ts";
import { isFresh } from "./detection.ts";
import { type Case, commit, servesWith, stay } from "./leading.ts";
import type { SyncSet } from "./member.ts";
import { changedAfter, settledAfter } from "./next-reign.ts";
import { sameSyncSet, wantedSyncSet } from "./reign.ts";

/** A change of the sync set is over when the primary says that the new one is in force and holds all that was acknowledged. */
export function settleSyncSet(at: Case): ControllerStep {
  const { reign } = at;
  const wanted = wantedSyncSet(reign);
  if (!servesWith(at, wanted)) return changeSyncSet(at);
  return commit(at, {
    kind: "sync-set-settled",
    next: settledAfter(reign),
    because: `commits are confirmed by ${describe(wanted)} alone`,
  });
}

const guardsMax = 4;

/** A change of who confirms begins as a second guard beside the first: until it is over, a failover must satisfy both. */
export function changeSyncSet(at: Case): ControllerStep {
  const { state, reign } = at;
  const current = wantedSyncSet(reign);
  const wanted = presentSyncSet(at, current);
  if (wanted === null || sameSyncSet(current, wanted) || reign.guards.length >= guardsMax) return stay(state);
  return commit(at, {
    kind: "sync-set-change",
    next: changedAfter(reign, wanted),
    because: `standbys that stream, or did a moment ago: ${wanted.members.join(", ")}`,
  });
}

/** Who should confirm: who streams now, and who is missing for no longer than is allowed. `null`: too few to say. */
function presentSyncSet({ state, reign, now }: Case, current: SyncSet): SyncSet | null {
  const { settings, streamedAt, around, progress } = state;
  const { timing } = settings;
  const report = around.reports.get(reign.active);
  if (!isFresh(report, { timing, now }) || report.told.status.kind !== "primary") return null;
  const { standbys } = report.told.status;
  const members = settings.regions.filter((region) => {
    if (region === reign.active) return false;
    if (standbys.some((standby) => standby.region === region && standby.isStreaming)) return true;
    const lastSeen = Math.max(streamedAt.get(region) ?? progress.since, progress.since) as MonotonicMs;
    return current.members.includes(region) && elapsed(lastSeen, now) < timing.standbyAbsentAfterMs;
  });
  const confirmations = Math.min(settings.confirmations, members.length);
  return confirmations < settings.confirmations ? null : { members, confirmations };
}

function describe(set: SyncSet): string {
  return `any ${set.confirmations} of ${set.members.join(", ")}`;
}
