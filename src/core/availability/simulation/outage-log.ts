import { ExactSum } from "./exact-sum.ts";
import { OutageLengths } from "./outage-lengths.ts";
import type { Output } from "./subject.ts";
import { nodeOf } from "./wiring.ts";

/** One output in the replication that is run. */
interface Watch {
  readonly output: Output;
  /** Of all replications. */
  readonly lengths: OutageLengths;
  failedSince: number | null;
  /** Whether the outage that goes on began within the replication: its length is wanted. */
  isCounted: boolean;
  failedSeconds: number;
  outages: number;
  squares: number;
}

/** What one replication came to for one output. */
export interface Sample {
  readonly failedSeconds: number;
  readonly outages: number;
}

/** Follows outputs through replications. Outages that began within one are followed to their end beyond it. */
export class OutageLog {
  readonly #watches: readonly Watch[];
  readonly #ofNode = new Map<number, readonly Watch[]>();
  #state: "idle" | "within" | "after" = "idle";

  constructor(outputs: readonly Output[]) {
    this.#watches = outputs.map((output) => ({
      output,
      lengths: new OutageLengths(),
      failedSince: null,
      isCounted: false,
      failedSeconds: 0,
      outages: 0,
      squares: 0,
    }));
    for (const watch of this.#watches) {
      const node = nodeOf(watch.output.node);
      this.#ofNode.set(node, [...(this.#ofNode.get(node) ?? []), watch]);
    }
  }

  /** A replication begins, with the outputs as they are. */
  open(now: number, isFailed: (output: Output) => boolean): void {
    this.#state = "within";
    for (const watch of this.#watches) {
      watch.failedSince = isFailed(watch.output) ? now : null;
      watch.isCounted = false;
      watch.failedSeconds = 0;
      watch.outages = 0;
      watch.squares = 0;
    }
  }

  /** What comes now counts no more; outages that go on are still waited for. */
  close(now: number): void {
    this.#state = "after";
    for (const watch of this.#watches) {
      if (watch.failedSince !== null) watch.failedSeconds += now - watch.failedSince;
    }
  }

  get isWaiting(): boolean {
    return this.#watches.some((watch) => watch.isCounted);
  }

  /** Ends the replication. By output. */
  take(): readonly Sample[] {
    this.#state = "idle";
    return this.#watches.map(({ lengths, squares, failedSeconds, outages }) => {
      lengths.squares.add(ExactSum.of(squares));
      return { failedSeconds, outages };
    });
  }

  /** By output, of all replications. */
  get lengths(): readonly OutageLengths[] {
    return this.#watches.map((watch) => watch.lengths);
  }

  /** A node has changed. */
  turn(node: number, isTrue: boolean, now: number): void {
    if (this.#state === "idle") return;
    for (const watch of this.#ofNode.get(node) ?? []) {
      if (isTrue === watch.output.node >= 0) this.#fails(watch, now);
      else this.#works(watch, now);
    }
  }

  #fails(watch: Watch, now: number): void {
    watch.failedSince = now;
    if (this.#state !== "within") return;
    watch.isCounted = true;
    watch.outages += 1;
  }

  #works(watch: Watch, now: number): void {
    const length = now - (watch.failedSince ?? now);
    watch.failedSince = null;
    if (this.#state === "within") watch.failedSeconds += length;
    if (!watch.isCounted) return;
    watch.isCounted = false;
    const { lengths, output } = watch;
    watch.squares += length * length;
    lengths.counts.add(length);
    lengths.longest = Math.max(lengths.longest, length);
    if (output.rto !== null && length > output.rto) lengths.overRto += 1;
  }
}
