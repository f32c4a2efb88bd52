import type { Machine, World } from "./machine.ts";

/** Stays what it is for ever. */
export class Never implements Machine {
  readonly size = 0;
  readonly distanceOfWorking: number;
  readonly #state: "failed" | "works";

  constructor(state: "failed" | "works") {
    this.#state = state;
    this.distanceOfWorking = state === "failed" ? 0 : Number.POSITIVE_INFINITY;
  }

  begin(world: World, event: number): void {
    world.setFailed(event, this.#state);
    world.agenda.set(event, Number.POSITIVE_INFINITY);
  }

  act(): void {
    // Its instant never comes.
  }

  distance(): number {
    return this.distanceOfWorking;
  }

  redraw(): void {
    // Nothing is to come.
  }
}
