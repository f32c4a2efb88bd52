import { invariant } from "../problem/problem.ts";
import type { InstantMs } from "../units/units.ts";
import type { Position, RegionId, SyncSet } from "./member.ts";
import {
  candidateOf,
  comparePositions,
  type FencedPositions,
  isAsynchronous,
  type MayLack,
  reachesFloor,
  type Reign,
  wantedSyncSet,
} from "./reign.ts";
import type { FailoverSettings } from "./settings.ts";

// The reign that each decision leads to. Whoever decides and whoever replays a record go by the same functions.

/** A reign before the store has given it an epoch, or beside the epoch that it keeps. */
export type NextReign = Omit<Reign, "epoch">;

function withoutEpoch(reign: Reign): NextReign {
  const { phase, active, guards, branch, floor, wanted, mayLack, settledAt, automation, armedUntil } = reign;
  return { phase, active, guards, branch, floor, wanted, mayLack, settledAt, automation, armedUntil };
}

/** Nobody serves until another is chosen. @param wanted whom a person asked for */
export function fencingAfter(reign: Reign, wanted: RegionId | null): NextReign {
  return { ...withoutEpoch(reign), phase: "fencing", branch: null, wanted };
}

/** The same on nobody's word but the controllers'. @param floor how far whoever is chosen must reach */
export function fencingBounded(reign: Reign, floor: Position | null): NextReign {
  return { ...fencingAfter(reign, null), floor };
}

/**
 * Whoever served has been shut down in order. Where commits were confirmed by others the guards say what must be kept; where nobody
 * confirmed them, whoever is chosen must reach where it ended. @param end `null`: it did not end in order
 */
export function closedAfter(
  reign: Reign,
  { end, wanted }: { readonly end: Position | null; readonly wanted: RegionId | null },
): NextReign {
  return { ...fencingAfter(reign, wanted), floor: isAsynchronous(reign) ? end : reign.floor };
}

/** Whoever serves is shut down in order first. */
export function closingAfter(reign: Reign, wanted: RegionId | null): NextReign {
  return { ...withoutEpoch(reign), phase: "closing", branch: null, wanted };
}

/** The fenced standby to be promoted: the one that holds the most, with nothing missing. `null` when none is fenced. */
export function chosenAfter(
  reign: Reign,
  fenced: FencedPositions,
  { regions, confirmations }: Pick<FailoverSettings, "regions" | "confirmations">,
): NextReign | null {
  // Of those that hold as much, rather another than the one that was lost, or was chosen before and did not come to serve.
  const others = regions.filter((region) => region !== reign.active && region !== reign.wanted);
  const preference = [...(reign.wanted === null ? [] : [reign.wanted]), ...others, reign.active];
  const candidate = candidateOf(fenced, preference);
  if (candidate === null) return null;
  const branch = fenced.get(candidate);
  invariant(branch !== undefined, `the candidate ${candidate} is not among the fenced`);
  return {
    ...withoutEpoch(reign),
    phase: "promoting",
    active: candidate,
    branch,
    guards: [{ members: confirmingBeside(candidate, fenced, { regions, confirmations }), confirmations }],
    floor: confirmations > 0 ? branch : heldFloor(branch, reign),
    mayLack: null,
  };
}

/** Where nobody confirms, what was to be held is to be held by the next one too, unless it was given up with this choice. */
function heldFloor(branch: Position, reign: Reign): Position | null {
  return reachesFloor(branch, reign) ? reign.floor : null;
}

/** Whoever was chosen may lack what nobody but the lost region held. */
export function lackingAfter(chosen: NextReign, mayLack: MayLack | null): NextReign {
  return { ...chosen, mayLack };
}

/** Those that were fenced with it, or everybody else where they are too few. */
function confirmingBeside(
  candidate: RegionId,
  fenced: FencedPositions,
  { regions, confirmations }: Pick<FailoverSettings, "regions" | "confirmations">,
): readonly RegionId[] {
  const others = [...fenced.keys()].filter((region) => region !== candidate);
  return others.length >= confirmations ? others : regions.filter((region) => region !== candidate);
}

/** The region that was lost serves again: it alone holds everything, so whoever was fenced may follow it. */
export function reinstatedAfter(reign: Reign, fenced: FencedPositions): NextReign {
  const furthest = [...fenced.values()].sort(comparePositions).at(-1) ?? null;
  const branch = furthest === null ? null : { ...furthest, lsn: Number.MAX_SAFE_INTEGER as Position["lsn"] };
  return { ...withoutEpoch(reign), phase: "promoting", branch, wanted: null };
}

/** The failover is over. */
export function steadyAfter(reign: Reign, settledAt: InstantMs): NextReign {
  return { ...settledAfter(reign), phase: "steady", floor: null, wanted: null, settledAt };
}

/** A change of who confirms begins as one guard more. */
export function changedAfter(reign: Reign, wanted: SyncSet): NextReign {
  return { ...withoutEpoch(reign), guards: [...reign.guards, wanted] };
}

/** It is over when the newest guard stands alone. */
export function settledAfter(reign: Reign): NextReign {
  return { ...withoutEpoch(reign), guards: [wantedSyncSet(reign)] };
}
