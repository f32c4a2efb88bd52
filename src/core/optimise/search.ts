import { Front, type Picks, type Weighed, type Weights } from "./front.ts";

/** A design with some of its components still open (`null`). */
export type Partial = readonly (number | null)[];

/** What is searched. Costs and emissions add up over components; of each, by variant, the first is today's. */
export interface Space {
  readonly cost: readonly (readonly number[])[];
  readonly carbon: readonly (readonly number[])[];
  /** Downtime of a design; of a partial one a bound that no completion goes below. */
  readonly downtime: (picks: Partial) => number;
  /** Whether the objectives hold; of a partial one, false only when they hold in no completion. */
  readonly isAllowed: (picks: Partial) => boolean;
}

export interface Found {
  readonly front: readonly Weighed[];
  /** Whether every design was weighed, or shown to be beaten or not allowed. */
  readonly isExact: boolean;
  readonly evaluations: number;
  /** Designs in the space, and the share of them that was weighed or ruled out for good. */
  readonly designs: number;
  readonly settled: number;
}

/**
 * The Pareto front. First it walks from today's design, one change at a time, over designs that nothing beats; then it branches over
 * the components and cuts off every part whose bounds are beaten. Without an end to the second the front is what was found.
 *
 * @param evaluationsMax how often downtime is worked out at most, for designs and for bounds; half of it goes to the walk
 */
export function search(space: Space, evaluationsMax: number): Found {
  const run = new Search(space, evaluationsMax);
  run.walk(Math.floor(evaluationsMax / 2));
  run.branch();
  return run.found();
}

class Search {
  readonly #space: Space;
  readonly #evaluationsMax: number;
  readonly #front = new Front();
  readonly #downtimes = new Map<string, number>();
  readonly #least: { readonly cost: readonly number[]; readonly carbon: readonly number[] };
  readonly #order: readonly number[];
  #evaluations = 0;
  #settled = 0;
  #isStopped = false;

  constructor(space: Space, evaluationsMax: number) {
    this.#space = space;
    this.#evaluationsMax = evaluationsMax;
    this.#least = { cost: space.cost.map(leastOf), carbon: space.carbon.map(leastOf) };
    // What costs most to decide is decided first: its bounds cut off most.
    const spread = space.cost.map((costs) => Math.max(...costs) - leastOf(costs));
    this.#order = spread.map((_, at) => at).sort((a, b) => (spread[b] ?? 0) - (spread[a] ?? 0));
  }

  found(): Found {
    const designs = this.#sizes().reduce((product, size) => product * size, 1);
    const isExact = !this.#isStopped;
    const settled = isExact ? 1 : this.#settled / designs;
    return { front: this.#front.points, evaluations: this.#evaluations, designs, settled, isExact };
  }

  /** @param evaluationsMax it stops there */
  walk(evaluationsMax: number): void {
    const sizes = this.#sizes();
    const waiting: Picks[] = [sizes.map(() => 0)];
    const seen = new Set<string>([String(waiting[0])]);
    for (let picks = waiting.shift(); picks !== undefined; picks = waiting.shift()) {
      if (this.#evaluations >= evaluationsMax) return;
      const isFirst = seen.size === 1;
      if (this.#space.isAllowed(picks)) this.#front.offer(this.#weighed(picks));
      const stands = this.#front.points.some((point) => String(point.picks) === String(picks));
      // A first design that is not allowed still leads to others that are.
      if (!stands && !isFirst) continue;
      for (const next of neighbours(picks, sizes)) {
        if (seen.has(String(next))) continue;
        seen.add(String(next));
        waiting.push(next);
      }
    }
  }

  branch(): void {
    this.#under(
      this.#order.map(() => null),
      0,
      0,
    );
  }

  /** @param downtime a bound that holds for whatever is under `picks` */
  #under(picks: Partial, depth: number, downtime: number): void {
    if (this.#evaluations >= this.#evaluationsMax) {
      this.#isStopped = true;
      return;
    }
    const known = { ...this.#bounds(picks), downtime };
    if (!this.#space.isAllowed(picks) || this.#front.dominatorOf(known) !== null) {
      this.#settle(depth);
      return;
    }
    const bound = this.#downtime(picks);
    if (this.#front.dominatorOf({ ...known, downtime: bound }) !== null) {
      this.#settle(depth);
      return;
    }
    const component = this.#order[depth];
    if (component === undefined) {
      this.#front.offer({ ...known, downtime: bound, picks: picks.map((pick) => pick ?? 0) });
      this.#settle(depth);
      return;
    }
    for (const pick of (this.#space.cost[component] ?? []).keys()) {
      this.#under(picks.with(component, pick), depth + 1, bound);
    }
  }

  /** All designs under a node at this depth are dealt with. */
  #settle(depth: number): void {
    const sizes = this.#sizes();
    this.#settled += this.#order.slice(depth).reduce((product, at) => product * (sizes[at] ?? 1), 1);
  }

  #weighed(picks: Picks): Weighed {
    return { ...this.#bounds(picks), downtime: this.#downtime(picks), picks };
  }

  #bounds(picks: Partial): Omit<Weights, "downtime"> {
    return {
      cost: sum(this.#space.cost, this.#least.cost, picks),
      carbon: sum(this.#space.carbon, this.#least.carbon, picks),
    };
  }

  #downtime(picks: Partial): number {
    const key = String(picks);
    const known = this.#downtimes.get(key);
    if (known !== undefined) return known;
    this.#evaluations += 1;
    const downtime = rounded(this.#space.downtime(picks));
    this.#downtimes.set(key, downtime);
    return downtime;
  }

  #sizes(): readonly number[] {
    return this.#space.cost.map((costs) => costs.length);
  }
}

/** Sums over the same diagram in another order differ in their last digits, which are no difference between designs. */
export function rounded(value: number): number {
  return Number(value.toPrecision(10));
}

function leastOf(values: readonly number[]): number {
  return Math.min(...values);
}

function sum(of: readonly (readonly number[])[], least: readonly number[], picks: Partial): number {
  return of.reduce((total, values, at) => {
    const pick = picks[at] ?? null;
    return total + ((pick === null ? least[at] : values[pick]) ?? 0);
  }, 0);
}

/** Designs that differ in one component. */
function neighbours(picks: Picks, sizes: readonly number[]): readonly Picks[] {
  return sizes.flatMap((size, at) =>
    Array.from({ length: size }, (_, pick) => pick)
      .filter((pick) => pick !== picks[at])
      .map((pick) => picks.with(at, pick)),
  );
}
