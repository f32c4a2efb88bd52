/** A queue that gives out the largest first; of equals the one put in last among those compared. */
export class Heap<Item> {
  readonly #items: { readonly item: Item; readonly key: number; readonly turn: number }[] = [];
  readonly #keyOf: (item: Item) => number;
  #turn = 0;

  constructor(keyOf: (item: Item) => number) {
    this.#keyOf = keyOf;
  }

  push(item: Item): void {
    this.#turn += 1;
    this.#items.push({ item, key: this.#keyOf(item), turn: this.#turn });
    let at = this.#items.length - 1;
    while (at > 0 && this.#isBefore(at, (at - 1) >> 1)) {
      this.#swap(at, (at - 1) >> 1);
      at = (at - 1) >> 1;
    }
  }

  pop(): Item | null {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (first === undefined || last === undefined) return null;
    if (this.#items.length === 0) return first.item;
    this.#items[0] = last;
    this.#sink();
    return first.item;
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      let largest = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#items.length && this.#isBefore(child, largest)) largest = child;
      }
      if (largest === at) return;
      this.#swap(at, largest);
      at = largest;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#items[a], this.#items[b]];
    if (one === undefined || other === undefined) return false;
    return one.key === other.key ? one.turn > other.turn : one.key > other.key;
  }

  #swap(a: number, b: number): void {
    [this.#items[a], this.#items[b]] = [this.#items[b] as never, this.#items[a] as never];
  }
}
