import { ratio, type Seconds, seconds } from "../units/units.ts";
import { DistinctDistributions } from "./distribution/distinct.ts";
import type { Distribution } from "./distribution/distribution.ts";
import { quantileOf } from "./distribution/quantiles.ts";
import { type PhaseName, phaseNames, type Piece } from "./phase.ts";

/** Everything that takes time, chain by chain. */
export interface Pieces {
  /** Phase by phase, the chains that run beside one another; within a chain one piece comes after another. */
  readonly chains: Readonly<Record<PhaseName, readonly (readonly Piece[])[]>>;
}

/** How long recoveries take: those made of the same are one, and are worked out once. */
export class RecoveryTimes {
  readonly #distinct = new DistinctDistributions();

  /** A phase: its chains side by side. */
  ofPhase(chains: readonly (readonly Piece[])[]): Distribution {
    return this.slowest(chains.map((chain) => ({ kind: "sum", of: chain.map(({ time }) => time) })));
  }

  total({ chains }: Pieces): Distribution {
    return this.#distinct.like({ kind: "sum", of: phaseNames.map((phase) => this.ofPhase(chains[phase])) });
  }

  /** Of times that begin together: until all are over. */
  slowest(times: readonly Distribution[]): Distribution {
    const [only, ...others] = times;
    if (only === undefined) return this.#distinct.like({ kind: "fixed", time: seconds(0) });
    return this.#distinct.like(others.length === 0 ? only : { kind: "slowest", of: times });
  }
}

export function quantile(distribution: Distribution, share: number): Seconds {
  // Below a share of 1 there always is one.
  return quantileOf(distribution, ratio(share)) ?? seconds(0);
}
