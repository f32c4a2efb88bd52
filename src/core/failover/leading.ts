import { type MonotonicMs } from "../units/units.ts";
import {
  changed,
  type ControllerEffect,
  type ControllerState,
  type ControllerStep,
} from "./controller-state.ts";
import { isFresh, type LossEvidence } from "./detection.ts";
import type { Position, RegionId, SyncSet } from "./member.ts";
import { fencingBounded, type NextReign } from "./next-reign.ts";
import type { RecordBody } from "./record.ts";
import type { Order } from "./order.ts";
import { intentText, type Reign, reignText, sameSyncSet, type SeenReign } from "./reign.ts";

/** A leader with the reign before it: what every rule below starts from. */
export interface Case {
  readonly state: ControllerState;
  readonly seen: SeenReign;
  readonly reign: Reign;
  readonly now: MonotonicMs;
}

export function stay(state: ControllerState): ControllerStep {
  return { state, effects: [] };
}

export function unblocked(state: ControllerState): ControllerState {
  return state.blockedBy.length === 0 ? state : changed(state, { blockedBy: [] });
}

/** Sends the one deed whose answer is waited for before anything else is decided. */
export function awaiting(
  state: ControllerState,
  effect: (ticket: number) => ControllerEffect,
): ControllerStep {
  const ticket = state.ticket + 1;
  return { state: changed(state, { ticket, awaited: ticket }), effects: [effect(ticket)] };
}

export function route({ state, reign }: Case): ControllerStep {
  return awaiting(state, (ticket) => ({
    kind: "route-edge",
    ticket,
    epoch: reign.epoch,
    active: reign.active,
  }));
}

interface Change {
  readonly kind: RecordBody["kind"];
  readonly next: NextReign;
  readonly because: string;
  readonly evidence?: LossEvidence | null;
  readonly order?: Order | null;
  readonly fenced?: ReadonlyMap<RegionId, Position>;
}

export function commit({ state, seen, reign }: Case, change: Change): ControllerStep {
  const record: RecordBody = {
    kind: change.kind,
    by: state.self,
    under: { epoch: reign.epoch, revision: seen.revision },
    next: change.next,
    evidence: change.evidence ?? null,
    order: change.order ?? null,
    milestones: state.milestones,
    deeds: reign.phase === "steady" ? [] : state.deeds,
    fenced: [...(change.fenced ?? [])].map(([region, position]) => ({ region, position })),
    because: change.because,
  };
  const isIntent = change.kind === "failover-intent" || change.kind === "switchover-intent";
  const text = isIntent ? intentText(change.next) : reignText({ ...change.next, epoch: reign.epoch });
  return awaiting(state, (ticket) => ({ kind: "commit", ticket, record, text, expected: seen.revision }));
}

interface Intent {
  readonly evidence: LossEvidence | null;
  /** How far whoever is chosen must reach. */
  readonly floor: Position | null;
  readonly because: string;
}

/** Ends the present reign: nobody serves until another is chosen. Its epoch is the revision that the store gives to this write. */
export function intend(at: Case, { evidence, floor, because }: Intent): ControllerStep {
  return commit(at, { kind: "failover-intent", next: fencingBounded(at.reign, floor), evidence, because });
}

/** Whether the active region's own agent says that it serves under this very reign with `syncSet` in force. */
export function servesWith({ state, seen, reign, now }: Case, syncSet: SyncSet): boolean {
  const report = state.around.reports.get(reign.active);
  if (!isFresh(report, { timing: state.settings.timing, now })) return false;
  const { status, seen: obeyed } = report.told;
  return obeyed >= seen.revision && status.kind === "primary" && sameSyncSet(status.syncSet, syncSet);
}
