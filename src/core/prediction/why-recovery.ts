import { meanOf } from "../recovery/distribution/quantiles.ts";
import type { CoverageFactor } from "../model/coverage.ts";
import { type PhaseName, phaseNames, type Piece } from "../recovery/phase.ts";
import type { TimePrediction } from "../recovery/outcome.ts";
import type { Seconds } from "../units/units.ts";
import { seconds } from "../units/units.ts";
import type { EventContext } from "./why-event.ts";
import { kindOf, sourceText } from "./source-text.ts";
import type { FigureKind } from "../units/figure.ts";

/** One phase of a recovery: what it takes of the whole, and what it is made of. */
export interface PhaseWhy {
  readonly name: PhaseName;
  /** Of the 95th percentile; those of all phases add up to it. */
  readonly share: Seconds;
  /** Run beside one another, the slowest first: that one is what the phase waits for. Within each, one piece follows another. */
  readonly chains: readonly (readonly PieceWhy[])[];
}

export interface PieceWhy {
  readonly what: string;
  readonly mean: Seconds;
  readonly kind: Piece["kind"];
  readonly because: string;
}

export function whyPhases({ chains, phases }: TimePrediction): readonly PhaseWhy[] {
  return phaseNames
    .filter((name) => chains[name].length > 0)
    .map((name) => ({
      name,
      share: phases[name],
      chains: chains[name].map((chain) => chain.map(whyPiece)).sort((a, b) => lengthOf(b) - lengthOf(a)),
    }));
}

function whyPiece({ what, time, kind, because }: Piece): PieceWhy {
  return { what, mean: meanOf(time), kind, because };
}

function lengthOf(chain: readonly PieceWhy[]): number {
  return chain.reduce((sum, { mean }) => sum + mean, 0);
}

/** What the whole waits for most: the longest piece of the phase that takes most of the time. */
export interface Bottleneck {
  readonly phase: PhaseName;
  readonly share: Seconds;
  readonly piece: PieceWhy;
}

/** @returns `null` when nothing takes time */
export function bottleneckOf(time: TimePrediction): Bottleneck | null {
  const [longest] = whyPhases(time).toSorted((a, b) => b.share - a.share);
  const [piece] = (longest?.chains[0] ?? []).toSorted((a, b) => b.mean - a.mean);
  if (longest === undefined || piece === undefined || longest.share <= seconds(0)) return null;
  return { phase: longest.name, share: longest.share, piece };
}

export interface FactorWhy extends Pick<CoverageFactor, "component" | "name" | "value"> {
  readonly kind: FigureKind;
  readonly because: string;
}

export function whyCoverage(
  factors: readonly CoverageFactor[],
  rows: EventContext["rows"],
): readonly FactorWhy[] {
  return factors.map(({ component, name, value, source }) => ({
    ...{ component, name, value },
    kind: kindOf(source),
    because: sourceText(source, rows),
  }));
}
