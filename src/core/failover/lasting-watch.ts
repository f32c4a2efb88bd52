import type { Revision, StoredEntry, WatchEvent } from "./coordinator.ts";

/**
 * A watch that outlives its connection. Begun again, it is told the present values; it passes on what its listener has not
 * heard yet, and as deletions the keys that went while nobody was listening.
 */
export class LastingWatch {
  readonly prefix: string;
  readonly #listener: (event: WatchEvent) => void;
  readonly #told = new Map<string, StoredEntry>();
  /** The keys told since the watch was last begun; `null` once all present values were. */
  #present: Set<string> | null = null;
  #isStopped = false;

  constructor(prefix: string, listener: (event: WatchEvent) => void) {
    this.prefix = prefix;
    this.#listener = listener;
  }

  /** Present values come next. */
  begin(): void {
    this.#present = new Set();
  }

  hear(event: WatchEvent): void {
    if (event.kind === "deleted") {
      this.#told.delete(event.key);
      this.#tell(event);
      return;
    }
    const { key, revision, value } = event.entry;
    this.#present?.add(key);
    const told = this.#told.get(key);
    // A store that lost its data counts anew, and gives a revision that was told before to another value.
    if (told?.revision === revision && told.value === value) return;
    this.#told.set(key, event.entry);
    this.#tell(event);
  }

  /** All present values were told, as of `revision`. */
  endPresent(revision: Revision): void {
    const gone = [...this.#told.keys()].filter((key) => this.#present?.has(key) === false);
    for (const key of gone) this.hear({ kind: "deleted", key, revision });
    this.#present = null;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Later, as every store does: what a listener throws reaches the process, and not the connection. */
  #tell(event: WatchEvent): void {
    queueMicrotask(() => {
      if (!this.#isStopped) this.#listener(event);
    });
  }
}
