/** How many may run at once and how many may wait for it. */
export interface SlotBounds {
  readonly runningMax: number;
  readonly waitingMax: number;
}

/** Gives a slot back; a second call does nothing. */
export type Release = () => void;

interface Waiter {
  readonly start: () => void;
}

/** A bounded number of slots, given in order of arrival. */
export class Slots {
  readonly #bounds: SlotBounds;
  readonly #waiters: Waiter[] = [];
  #running = 0;

  constructor(bounds: SlotBounds) {
    this.#bounds = bounds;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiters.length;
  }

  /** A slot, at once or when those before have been served; `full` when too many wait. Rejects when the signal is aborted. */
  async take(signal: AbortSignal): Promise<Release | "full"> {
    signal.throwIfAborted();
    if (this.#running < this.#bounds.runningMax) {
      this.#running += 1;
      return this.#release();
    }
    if (this.#waiters.length >= this.#bounds.waitingMax) return "full";
    return this.#wait(signal);
  }

  #wait(signal: AbortSignal): Promise<Release> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        start: () => {
          signal.removeEventListener("abort", leave);
          resolve(this.#release());
        },
      };
      this.#waiters.push(waiter);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  #release(): Release {
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const next = this.#waiters.shift();
      // The slot passes from hand to hand, so that nobody who comes now can overtake.
      if (next === undefined) this.#running -= 1;
      else next.start();
    };
  }
}
