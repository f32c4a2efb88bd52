interface Entry {
  readonly time: number;
  /** Rises with each entry. */
  readonly order: number;
  readonly deed: () => void;
}

/** Simulated time: a heap of what is to happen. Things of one instant happen in the order in which they were asked for. */
export class Agenda {
  readonly #heap: Entry[] = [];
  #now = 0;
  #order = 0;
  #done = 0;

  /** Milliseconds since the schedule began. */
  get now(): number {
    return this.#now;
  }

  /** How many things have happened. */
  get done(): number {
    return this.#done;
  }

  after(delayMs: number, deed: () => void): void {
    this.#order += 1;
    insert(this.#heap, { time: this.#now + delayMs, order: this.#order, deed });
  }

  runUntil(endMs: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.time <= endMs; next = this.#heap[0]) {
      removeFirst(this.#heap);
      this.#now = next.time;
      this.#done += 1;
      next.deed();
    }
    this.#now = endMs;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}

function insert(heap: Entry[], entry: Entry): void {
  let gap = heap.length;
  while (gap > 0) {
    const above = (gap - 1) >> 1;
    const parent = heap[above] as Entry;
    if (isBefore(parent, entry)) break;
    heap[gap] = parent;
    gap = above;
  }
  heap[gap] = entry;
}

/** The last entry takes the place of the first, once what comes before it has moved up. */
function removeFirst(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let gap = 0;
  for (;;) {
    const below = firstBelow(heap, gap);
    const entry = heap[below];
    if (entry === undefined || isBefore(last, entry)) break;
    heap[gap] = entry;
    gap = below;
  }
  heap[gap] = last;
}

/** Which of the two places below holds what comes first; one beyond the heap when there are none. */
function firstBelow(heap: readonly Entry[], at: number): number {
  const left = 2 * at + 1;
  const right = left + 1;
  const isRight = right < heap.length && isBefore(heap[right] as Entry, heap[left] as Entry);
  return isRight ? right : left;
}
