/** Bins for each doubling: a length is known to within 0.55 %. */
const binsPerDoubling = 128;
/** Everything shorter counts as this. */
const shortest = 1e-6;

/** Counts of lengths of time (seconds) by bins that are the same everywhere, so that counts of different runs add up. */
export class LengthCounts {
  total = 0;
  readonly #counts: Map<number, number>;

  constructor(counts: Iterable<readonly [number, number]> = []) {
    this.#counts = new Map(counts);
    for (const count of this.#counts.values()) this.total += count;
  }

  add(length: number): void {
    this.#addTo(Math.floor(Math.log2(Math.max(shortest, length)) * binsPerDoubling), 1);
  }

  merge(other: LengthCounts): void {
    for (const [bin, count] of other.#counts) this.#addTo(bin, count);
  }

  /** By bin, the shortest first. */
  toData(): readonly (readonly [number, number])[] {
    return [...this.#counts].toSorted(([one], [other]) => one - other);
  }

  /** The bin in which the length of a rank stands, the shortest being rank 1, by its ends; `null` beyond the last. */
  ofRank(rank: number): { readonly low: number; readonly high: number } | null {
    let below = 0;
    for (const [bin, count] of this.toData()) {
      below += count;
      if (below >= rank)
        return { low: 2 ** (bin / binsPerDoubling), high: 2 ** ((bin + 1) / binsPerDoubling) };
    }
    return null;
  }

  #addTo(bin: number, count: number): void {
    this.#counts.set(bin, (this.#counts.get(bin) ?? 0) + count);
    this.total += count;
  }
}
