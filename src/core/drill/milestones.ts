import type { Entry, Json, JsonObject } from "../evidence/evidence.ts";
import { type MonotonicMs, monotonicMs } from "../units/units.ts";
import { type Milestones, type PhaseName, phaseNames } from "./phases.ts";

/** Which failover is meant. */
export interface FailoverInQuestion {
  /** Of the reign that the fault struck. */
  readonly epochBefore: number;
  /** Under which the platform was seen to serve again; `null`: it was not seen to. */
  readonly epochAfter: number | null;
  readonly injectedAt: MonotonicMs;
  /** When the drill stopped watching. */
  readonly endedAt: MonotonicMs;
}

/**
 * When each phase was over, by the controllers' verified logs. A controller writes an entry down before it commits, so one
 * may stand there whose commit failed and which another has repeated: the last `failover-complete` of the epoch counts. Where
 * there is none, the last entry of a failover tells how far it came. What was reached before the fault, or written
 * when the drill watched no longer, belongs to another failover, and an entry of another shape tells nothing. A leader that took
 * over on the way knows only what came after: what came before is taken from those who led before it.
 *
 * @param entries of every log, in any order
 */
export function milestonesOf(entries: readonly Entry[], failover: FailoverInQuestion): Milestones {
  const { epochBefore, epochAfter, injectedAt, endedAt } = failover;
  const isWatched = (at: MonotonicMs): boolean => at >= injectedAt && at <= endedAt;
  const told = entries
    .filter(({ kind, monotonic }) => /^(failover|switchover)-/.test(kind) && isWatched(monotonic))
    .toSorted((a, b) => a.monotonic - b.monotonic)
    .flatMap(toldBy);
  const isMeant = (epoch: number): boolean =>
    epochAfter === null ? epoch > epochBefore : epoch === epochAfter;
  const completions = told.filter(({ kind, epoch }) => kind === "failover-complete" && isMeant(epoch));
  const last = completions.at(-1) ?? told.at(-1);
  const of = (phase: PhaseName): MonotonicMs | null => {
    const at = last === undefined ? undefined : (last.reached.get(phase) ?? reachedBefore(last, phase, told));
    return at === undefined || at < injectedAt ? null : at;
  };
  return {
    detect: of("detect"),
    decide: of("decide"),
    fence: of("fence"),
    promote: of("promote"),
    route: of("route"),
    verify: of("verify"),
  };
}

/** Found and decided it was once for all choices of a failover; the phases after that count under the choice that holds. */
function reachedBefore(last: Told, phase: PhaseName, told: readonly Told[]): MonotonicMs | undefined {
  const isOfFailover = phase === "detect" || phase === "decide";
  return told
    .slice(0, told.indexOf(last))
    .filter(({ epoch }) => epoch === last.epoch || (isOfFailover && epoch < last.epoch))
    .findLast(({ reached }) => reached.has(phase))
    ?.reached.get(phase);
}

interface Told {
  readonly kind: string;
  /** Of the reign that the entry was written under. */
  readonly epoch: number;
  readonly reached: ReadonlyMap<PhaseName, MonotonicMs>;
}

/** What one entry tells; nothing when it has not the shape of a failover's record. */
function toldBy({ kind, body }: Entry): readonly Told[] {
  const { under, milestones } = body;
  if (!isObject(under) || typeof under["epoch"] !== "number" || !isList(milestones)) return [];
  const reached = milestones.map(milestoneOf);
  if (!reached.every((milestone) => milestone !== null)) return [];
  return [{ kind, epoch: under["epoch"], reached: new Map(reached) }];
}

function milestoneOf(milestone: Json): readonly [PhaseName, MonotonicMs] | null {
  if (!isObject(milestone)) return null;
  const { phase, atMonotonicMs } = milestone;
  const name = phaseNames.find((known) => known === phase);
  return name === undefined || typeof atMonotonicMs !== "number" ? null : [name, monotonicMs(atMonotonicMs)];
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
