/** What a design is weighed by; less is better of each. */
export interface Weights {
  readonly cost: number;
  readonly carbon: number;
  readonly downtime: number;
}

/** A design: of each component that something is chosen about, the number of its variant; 0 is today's. */
export type Picks = readonly number[];

export interface Weighed extends Weights {
  readonly picks: Picks;
}

/** The designs that no other one beats, as far as they were offered. */
export class Front {
  #points: readonly Weighed[] = [];

  get points(): readonly Weighed[] {
    return this.#points;
  }

  /** A point that is as good in everything; `null`: none. */
  dominatorOf(weights: Weights): Weighed | null {
    return this.#points.find((point) => isAsGood(point, weights)) ?? null;
  }

  /** Of designs that weigh the same the one with fewer changes stays. */
  offer(design: Weighed): void {
    const dominator = this.dominatorOf(design);
    if (dominator !== null) {
      const isSame = isAsGood(design, dominator);
      if (!isSame || changeCount(design.picks) >= changeCount(dominator.picks)) return;
    }
    this.#points = [...this.#points.filter((point) => !isAsGood(design, point)), design];
  }
}

export function isAsGood(a: Weights, b: Weights): boolean {
  return a.cost <= b.cost && a.carbon <= b.carbon && a.downtime <= b.downtime;
}

function changeCount(picks: Picks): number {
  return picks.filter((pick) => pick !== 0).length;
}
