import type { Inlet, Outlet, Transform } from "./flow.ts";

/** What a held direction keeps before it lets its source feel the pressure, as a kernel's send buffer would. */
export const keptBytesMax = 256 * 1024;

/**
 * Passes or holds one direction. What is held is delivered on release and in order, as TCP would by sending it again; of a
 * connection that broke meanwhile only the break is delivered, for nobody is left to send its bytes again.
 */
export class Gate implements Transform {
  readonly #before: Inlet;
  readonly #next: Outlet;
  #isOpen = false;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #over: "no" | "end" | "reset" = "no";

  /** A gate is made held. */
  constructor({ before, next }: { readonly before: Inlet; readonly next: Outlet }) {
    this.#before = before;
    this.#next = next;
  }

  get keptBytes(): number {
    return this.#keptBytes;
  }

  hold(): void {
    this.#isOpen = false;
  }

  release(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    const kept = this.#kept;
    this.#kept = [];
    this.#keptBytes = 0;
    let hasRoom = true;
    for (const chunk of kept) hasRoom = this.#next.write(chunk);
    const over = this.#over;
    this.#over = "no";
    if (over === "end") this.#next.end();
    else if (over === "reset") this.#next.reset();
    else if (hasRoom && kept.length > 0) this.#before.ready();
  }

  write(chunk: Buffer): boolean {
    if (this.#isOpen) return this.#next.write(chunk);
    this.#kept.push(chunk);
    this.#keptBytes += chunk.length;
    return this.#keptBytes < keptBytesMax;
  }

  end(): void {
    if (this.#isOpen) this.#next.end();
    else if (this.#over === "no") this.#over = "end";
  }

  reset(): void {
    if (this.#isOpen) {
      this.#next.reset();
      return;
    }
    this.#over = "reset";
    this.#kept = [];
    this.#keptBytes = 0;
  }

  ready(): void {
    // While held, the source was stopped by the bound, and only a release makes room.
    if (this.#isOpen) this.#before.ready();
  }
}
