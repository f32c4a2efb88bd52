import type { Inlet, Outlet, Transform } from "./flow.ts";

/**
 * What a direction has on its way at most before its source feels the pressure, as a window of TCP would make it. It bounds the rate too:
 * at 200 ms some 20 MB a second pass, far above what a lab sends.
 */
export const delayedBytesMax = 4 * 1024 * 1024;

interface OnItsWay {
  /** By the monotonic clock, in milliseconds. */
  readonly since: number;
  readonly what: Buffer | "end" | "reset";
}

/** Lets everything come later by a length of time, in order; a half-close and a reset too. Nothing is lost, and with 0 nothing waits. */
export class Delay implements Transform {
  readonly #before: Inlet;
  readonly #next: Outlet;
  #ms = 0;
  #onItsWay: OnItsWay[] = [];
  #keptBytes = 0;
  #hasNextRoom = true;
  #timer: NodeJS.Timeout | undefined;

  constructor({ before, next }: { readonly before: Inlet; readonly next: Outlet }) {
    this.#before = before;
    this.#next = next;
  }

  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** Holds for what is on its way already, too: with 0 all of that arrives now. @param ms from 0 on */
  set(ms: number): void {
    this.#ms = ms;
    this.#deliver();
  }

  /** Nobody is there any more to whom anything could be delivered. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#onItsWay = [];
    this.#keptBytes = 0;
  }

  write(chunk: Buffer): boolean {
    if (this.#ms === 0) {
      this.#hasNextRoom = this.#next.write(chunk);
      return this.#hasNextRoom;
    }
    this.#keptBytes += chunk.length;
    this.#send(chunk);
    return this.#hasRoom;
  }

  end(): void {
    if (this.#ms === 0) this.#next.end();
    else this.#send("end");
  }

  reset(): void {
    if (this.#ms === 0) this.#next.reset();
    else this.#send("reset");
  }

  ready(): void {
    this.#hasNextRoom = true;
    if (this.#hasRoom) this.#before.ready();
  }

  get #hasRoom(): boolean {
    return this.#hasNextRoom && this.#keptBytes < delayedBytesMax;
  }

  #send(what: OnItsWay["what"]): void {
    this.#onItsWay.push({ since: performance.now(), what });
    if (this.#onItsWay.length === 1) this.#wait();
  }

  /** Whatever has been on its way for long enough. Whether the next has room it says to the source: what was sent must arrive. */
  #deliver(): void {
    const wasFull = this.#keptBytes >= delayedBytesMax;
    const sentBefore = performance.now() - this.#ms;
    const first = this.#onItsWay.findIndex(({ since }) => since > sentBefore);
    const due = this.#onItsWay.splice(0, first === -1 ? this.#onItsWay.length : first);
    for (const { what } of due) this.#pass(what);
    if (wasFull && this.#hasRoom) this.#before.ready();
    this.#wait();
  }

  #pass(what: OnItsWay["what"]): void {
    if (what === "end") this.#next.end();
    else if (what === "reset") this.#next.reset();
    else {
      this.#keptBytes -= what.length;
      this.#hasNextRoom = this.#next.write(what);
    }
  }

  #wait(): void {
    clearTimeout(this.#timer);
    const [first] = this.#onItsWay;
    if (first === undefined) return;
    // A timer may be early by a fraction of a millisecond: it is set anew then.
    const ms = Math.ceil(first.since + this.#ms - performance.now());
    this.#timer = setTimeout(() => {
      this.#deliver();
    }, ms);
  }
}
