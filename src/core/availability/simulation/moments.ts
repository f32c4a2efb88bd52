import { invariant } from "../../problem/problem.ts";
import { ExactSum } from "./exact-sum.ts";

/** Sums and sums of products of what replications came to: all that estimates need, in numbers that may be added in any order. */
export class Moments {
  count = 0;
  readonly #sums: ExactSum[];
  /** Of variables i ≤ j, row by row. */
  readonly #products: ExactSum[];

  constructor(variables: number) {
    this.#sums = Array.from({ length: variables }, () => new ExactSum());
    this.#products = Array.from({ length: (variables * (variables + 1)) / 2 }, () => new ExactSum());
  }

  add(values: readonly number[]): void {
    this.count += 1;
    let at = 0;
    for (const [i, one] of values.entries()) {
      this.#sums[i]?.add(ExactSum.of(one));
      for (const other of values.slice(i)) {
        if (one !== 0 && other !== 0) this.#products[at]?.add(ExactSum.product(one, other));
        at += 1;
      }
    }
  }

  merge(other: Moments): void {
    this.count += other.count;
    for (const [at, sum] of this.#sums.entries()) sum.add(other.#sums[at] as ExactSum);
    for (const [at, sum] of this.#products.entries()) sum.add(other.#products[at] as ExactSum);
  }

  sum(variable: number): number {
    return (this.#sums[variable] as ExactSum).value();
  }

  /** The ratio of two means, and the standard error of it, by what replications leave over (n ≥ 2). */
  ratio(over: number, under: number): { readonly value: number; readonly standardError: number } {
    const n = this.count;
    invariant(n >= 2, "the spread of one replication is not known");
    const value = this.sum(over) / this.sum(under);
    const left = new ExactSum();
    left.add(this.#product(over, over));
    left.add(this.#product(over, under).times(-2 * value));
    left.add(this.#product(under, under).times(value).times(value));
    // The means of what is left are 0 but for the rounding of the ratio, which may put the sum a hair below 0.
    const variance = Math.max(0, left.value()) / (n - 1);
    return { value, standardError: Math.sqrt(variance / n) / (this.sum(under) / n) };
  }

  toData(): MomentsData {
    const text = (sum: ExactSum): string => sum.toText();
    return { count: this.count, sums: this.#sums.map(text), products: this.#products.map(text) };
  }

  /** @throws InvariantBroken when the data are not those of as many variables: whoever reads them has looked */
  static fromData(data: MomentsData, variables: number): Moments {
    const moments = new Moments(variables);
    moments.count = data.count;
    const into = [...moments.#sums, ...moments.#products];
    const from = [...data.sums, ...data.products].map((text) => ExactSum.fromText(text));
    invariant(into.length === from.length, `these are not the moments of ${variables} variables`);
    for (const [at, sum] of into.entries()) {
      const read = from[at] ?? null;
      invariant(read !== null, "a sum of a part reads as a sum");
      sum.add(read);
    }
    return moments;
  }

  #product(i: number, j: number): ExactSum {
    const [first, second] = i <= j ? [i, j] : [j, i];
    const variables = this.#sums.length;
    return this.#products[first * variables - (first * (first - 1)) / 2 + (second - first)] as ExactSum;
  }
}

/** As JSON holds it; sums as `ExactSum.toText`. */
export interface MomentsData {
  readonly count: number;
  readonly sums: readonly string[];
  readonly products: readonly string[];
}
