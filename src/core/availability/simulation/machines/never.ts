import type { Machine, World } from "./machine.ts";

/** Stays what it is for ever. */
export class Never implements Machine {
  readonly size = 0;
  readonly #state: "failed" | "works";

  constructor(state: "failed" | "works") {
    this.#state = state;
  }

  begin(world: World, event: number): void {
    world.setFailed(event, this.#state);
    world.agenda.set(event, Number.POSITIVE_INFINITY);
  }

  act(): void {
    // Its instant never comes.
  }

  redraw(): void {
    // Nothing is to come.
  }
}
