/** Simulated time: a heap of what is to happen. Things of one instant happen in the order in which they were asked for. */
export class Agenda {
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #deeds: (() => void)[] = [];
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
    this.#insert(this.#now + delayMs, deed);
  }

  runUntil(endMs: number): void {
    for (;;) {
      const next = this.#times[0];
      if (next === undefined || next > endMs) break;
      const deed = this.#takeFirst();
      this.#now = next;
      this.#done += 1;
      deed();
    }
    this.#now = endMs;
  }

  #isBefore(a: number, b: number): boolean {
    const timeA = this.#times[a] as number;
    const timeB = this.#times[b] as number;
    return timeA < timeB || (timeA === timeB && (this.#orders[a] as number) < (this.#orders[b] as number));
  }

  #swap(a: number, b: number): void {
    const time = this.#times[a] as number;
    this.#times[a] = this.#times[b] as number;
    this.#times[b] = time;
    const order = this.#orders[a] as number;
    this.#orders[a] = this.#orders[b] as number;
    this.#orders[b] = order;
    const deed = this.#deeds[a] as () => void;
    this.#deeds[a] = this.#deeds[b] as () => void;
    this.#deeds[b] = deed;
  }

  #insert(time: number, deed: () => void): void {
    let at = this.#times.length;
    this.#times.push(time);
    this.#orders.push(this.#order);
    this.#deeds.push(deed);
    this.#order += 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #takeFirst(): () => void {
    const first = this.#deeds[0] as () => void;
    const end = this.#times.length - 1;
    this.#swap(0, end);
    this.#times.pop();
    this.#orders.pop();
    this.#deeds.pop();
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= end) break;
      const right = left + 1;
      const least = right < end && this.#isBefore(right, left) ? right : left;
      if (!this.#isBefore(least, at)) break;
      this.#swap(at, least);
      at = least;
    }
    return first;
  }
}
