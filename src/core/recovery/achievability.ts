import { type Lever, type PhaseName, phaseNames, type Piece } from "./phase.ts";
import { type Pieces, quantile, type RecoveryTimes } from "./chains.ts";
import type { LossPrediction } from "./data-loss.ts";
import type { Seconds } from "../units/units.ts";

/** `rpo: null`: what is lost is not judged. */
export interface AskedObjective {
  readonly rto: Seconds;
  readonly rpo: Seconds | null;
}

/** Something to change so that an objective is met. */
export interface Change {
  readonly change: string;
  readonly effort: Lever["effort"];
  /** Predicted recovery time with it and the changes before it, in seconds; `null`: it is not about time. */
  readonly reaches: number | null;
}

const efforts: readonly Lever["effort"][] = ["configuration", "automation", "storage", "machines"];

/**
 * What would meet the objectives that are missed. Of single changes that reach the recovery time the cheapest; where none does alone,
 * as many as it takes, cheapest first; all that are known, where even those do not.
 */
export function cheapestChange({
  pieces,
  loss,
  objective,
  times,
}: {
  readonly pieces: Pieces;
  readonly loss: LossPrediction;
  readonly times: RecoveryTimes;
  readonly objective: AskedObjective | null;
}): readonly Change[] {
  if (objective === null) return [];
  const { rto, rpo } = objective;
  return [...quicker(pieces, rto, times), ...(rpo === null ? [] : smaller(loss, rpo))];
}

function quicker(pieces: Pieces, rto: number, times: RecoveryTimes): readonly Change[] {
  const p95Of = (of: Pieces): number => quantile(times.total(of), 0.95);
  if (p95Of(pieces) <= rto) return [];
  const levers = phaseNames
    .flatMap((phase) => pieces.chains[phase].flat())
    .flatMap((piece) => (piece.lever === null ? [] : [{ piece, lever: piece.lever }]))
    .sort((a, b) => efforts.indexOf(a.lever.effort) - efforts.indexOf(b.lever.effort));
  for (const each of levers) {
    const reached = p95Of(changed(pieces, each));
    if (reached <= rto) return [asChange(each.lever, reached)];
  }
  const done: Change[] = [];
  let now = pieces;
  for (const each of levers) {
    now = changed(now, each);
    const reached = p95Of(now);
    done.push(asChange(each.lever, reached));
    if (reached <= rto) break;
  }
  return done;
}

function asChange({ change, effort }: Lever, reaches: number): Change {
  return { change, effort, reaches };
}

/** The pieces with one made quicker. */
function changed(
  { chains }: Pieces,
  { piece, lever }: { readonly piece: Piece; readonly lever: Lever },
): Pieces {
  const swapped = (each: Piece): Piece => (each === piece ? { ...each, time: lever.time } : each);
  const phase: PhaseName = piece.phase;
  return { chains: { ...chains, [phase]: chains[phase].map((chain) => chain.map(swapped)) } };
}

function smaller({ losses }: LossPrediction, rpo: number): readonly Change[] {
  return losses.flatMap(({ span, change }) => {
    const lost = span === null ? Number.POSITIVE_INFINITY : quantile(span, 0.95);
    return lost <= rpo || change === null ? [] : [{ change, effort: "storage", reaches: null } as const];
  });
}
