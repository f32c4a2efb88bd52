import type { Outside } from "../model/outside-step.ts";
import { actedOn, type Step, titleOf } from "../model/recovery-plan.ts";
import { durationText } from "../units/text.ts";
import { meanOf } from "./distribution/quantiles.ts";
import { declaredTime, type PhaseName, type Piece, uniform } from "./phase.ts";

export type OutsideStep = Step & { readonly outside: Outside };

/**
 * Steps that the failover engine has no part in and that a recovery waits for, one stage after another; those of a stage beside one
 * another. Nobody waits for a notification.
 */
export function outsideStages(steps: readonly Step[]): readonly (readonly OutsideStep[])[] {
  const stages: OutsideStep[][] = [];
  for (const [at, step] of steps.entries()) {
    if (!isOutside(step)) continue;
    const before = steps[at - 1];
    const isBeside = step.outside.isBeside && before !== undefined && isOutside(before);
    if (isBeside) stages.at(-1)?.push(step);
    else stages.push([step]);
  }
  return stages
    .map((stage) => stage.filter(({ phase }) => phase !== "notify"))
    .filter((stage) => stage.length > 0);
}

function isOutside(step: Step): step is OutsideStep {
  return step.outside !== null;
}

/** The phase that a step's time counts for: what starts a place is part of promoting it, all else but approvals and what is verified leads clients to it. */
export function outsidePhase({ phase }: OutsideStep): PhaseName {
  if (phase === "verify") return "verify";
  if (phase === "scale" || phase === "warm") return "promote";
  return phase === "approve" ? "decide" : "route";
}

/**
 * What they take, one after another; of a stage the slowest counts. Of steps that are each for another region, one region alone will serve:
 * those of the slowest count.
 */
export function outsidePieces(steps: readonly Step[]): readonly Piece[] {
  const regions = new Set(steps.flatMap(({ outside }) => outside?.serving ?? []));
  const courses = [...regions].map((region) => piecesServing(region, steps));
  const [first = piecesServing(null, steps), ...others] = courses;
  return others.reduce((longest, each) => (meanOfAll(each) > meanOfAll(longest) ? each : longest), first);
}

/** @param region the one that serves; `null`: no step is for one */
function piecesServing(region: string | null, steps: readonly Step[]): readonly Piece[] {
  const calledFor = steps.filter(({ outside }) => (outside?.serving ?? region) === region);
  return outsideStages(calledFor).flatMap((stage) => slowest(stage.map(pieceOf)) ?? []);
}

function meanOfAll(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { time }) => sum + meanOf(time), 0);
}

/** The first of those that take longest; `null`: there is none. */
export function slowest(pieces: readonly Piece[]): Piece | null {
  return pieces.reduce<Piece | null>(
    (longest, each) => (longest === null || meanOf(each.time) > meanOf(longest.time) ? each : longest),
    null,
  );
}

function pieceOf(step: OutsideStep): Piece {
  const { takes, within } = step.outside;
  const base = {
    ...{ phase: outsidePhase(step), component: actedOn(step), lever: null },
    what: titleOf(step),
  };
  if (takes !== null) return { ...base, ...declaredTime(takes) };
  const because = `anything up to its bound of ${durationText.print(within)}: takes is not declared`;
  return { ...base, time: uniform(0, within), because, kind: "estimated" };
}
