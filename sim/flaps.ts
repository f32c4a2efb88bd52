import type { Agenda } from "./agenda.ts";
import type { Network, Way } from "./network.ts";

/** Links that are cut and mended again and again, each set of ways at a pace of its own. */
export class Flaps {
  readonly #agenda: Agenda;
  readonly #network: Network;
  /** By the ways that flap. */
  readonly #going = new Map<string, { isOver: boolean }>();

  constructor(agenda: Agenda, network: Network) {
    this.#agenda = agenda;
    this.#network = network;
  }

  begin(ways: readonly Way[], pace: { readonly cutMs: number; readonly openMs: number }): void {
    this.still(ways);
    const going = { isOver: false };
    this.#going.set(ways.join(" "), going);
    const open = (): void => {
      if (going.isOver) return;
      for (const [from, to] of ways) this.#network.mend(from, to);
      this.#agenda.after(pace.openMs, close);
    };
    const close = (): void => {
      if (going.isOver) return;
      for (const [from, to] of ways) this.#network.cut(from, to);
      this.#agenda.after(pace.cutMs, open);
    };
    close();
  }

  /** They are open from now on. */
  still(ways: readonly Way[]): void {
    const going = this.#going.get(ways.join(" "));
    if (going === undefined) return;
    going.isOver = true;
    for (const [from, to] of ways) this.#network.mend(from, to);
  }

  stillAll(): void {
    for (const going of this.#going.values()) going.isOver = true;
    this.#going.clear();
  }
}
