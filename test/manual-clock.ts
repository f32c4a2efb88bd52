import type { Clock } from "../src/adapters/memory/clock.ts";
import { elapsed, later, type Milliseconds, type MonotonicMs, monotonicMs } from "../src/core/units/units.ts";

interface Wait {
  readonly at: MonotonicMs;
  readonly run: () => void;
}

/** Time that moves only when a test moves it. */
export class ManualClock implements Clock {
  #now = monotonicMs(0);
  readonly #waits = new Set<Wait>();

  now(): MonotonicMs {
    return this.#now;
  }

  after(span: Milliseconds, run: () => void): () => void {
    const wait = { at: later(this.#now, span), run };
    this.#waits.add(wait);
    return () => {
      this.#waits.delete(wait);
    };
  }

  /** Runs what falls due within `span`, in order, each at its own instant. */
  advance(span: Milliseconds): void {
    const end = later(this.#now, span);
    for (let wait = this.#firstBefore(end); wait !== null; wait = this.#firstBefore(end)) {
      this.#waits.delete(wait);
      this.#now = later(this.#now, elapsed(this.#now, wait.at));
      wait.run();
    }
    this.#now = end;
  }

  #firstBefore(end: MonotonicMs): Wait | null {
    const due = [...this.#waits].filter(({ at }) => at <= end);
    return due.reduce<Wait | null>(
      (first, wait) => (first === null || wait.at < first.at ? wait : first),
      null,
    );
  }
}
