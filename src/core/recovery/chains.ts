import { ratio, type Seconds, seconds } from "../units/units.ts";
import type { Distribution } from "./distribution/distribution.ts";
import { quantileOf } from "./distribution/quantiles.ts";
import { type PhaseName, phaseNames, type Piece } from "./phase.ts";

/** Everything that takes time, chain by chain. */
export interface Pieces {
  /** Phase by phase, the chains that run beside one another; within a chain one piece comes after another. */
  readonly chains: Readonly<Record<PhaseName, readonly (readonly Piece[])[]>>;
}

/** A phase: its chains side by side. */
export function phaseTime(chains: readonly (readonly Piece[])[]): Distribution {
  const times = chains.map((chain): Distribution => ({ kind: "sum", of: chain.map((piece) => piece.time) }));
  const [only, ...others] = times;
  if (only === undefined) return { kind: "fixed", time: seconds(0) };
  return others.length === 0 ? only : { kind: "slowest", of: times };
}

export function totalOf({ chains }: Pieces): Distribution {
  return { kind: "sum", of: phaseNames.map((phase) => phaseTime(chains[phase])) };
}

export function quantile(distribution: Distribution, share: number): Seconds {
  // Below a share of 1 there always is one.
  return quantileOf(distribution, ratio(share)) ?? seconds(0);
}
