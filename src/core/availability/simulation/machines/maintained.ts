import type { MaintenanceWindow } from "../conditions.ts";
import type { Machine, World } from "./machine.ts";

/** Out of service in windows of the calendar. Each instant is reckoned from the first, so that many windows add no error. */
export class Maintained implements Machine {
  /** It remembers the number of its next or present window. */
  readonly size = 1;
  readonly distanceOfWorking = 1;
  readonly #window: MaintenanceWindow;

  constructor(window: MaintenanceWindow) {
    this.#window = window;
  }

  begin(world: World, event: number): void {
    const { every, lasts, first } = this.#window;
    const last = Math.floor((world.now - first) / every);
    const isIn = world.now - first - last * every < lasts;
    world.memory[world.bases[event] as number] = isIn ? last : last + 1;
    if (isIn) world.setFailed(event, "failed");
    this.#plan(world, event);
  }

  act(world: World, event: number): void {
    if (world.isFailed(event)) {
      const base = world.bases[event] as number;
      world.memory[base] = (world.memory[base] as number) + 1;
      world.setFailed(event, "works");
    } else world.setFailed(event, "failed");
    this.#plan(world, event);
  }

  distance(world: World, event: number): number {
    return world.isFailed(event) ? 0 : 1;
  }

  redraw(): void {
    // The calendar leaves nothing to chance.
  }

  #plan(world: World, event: number): void {
    const { every, lasts, first } = this.#window;
    const begins = first + (world.memory[world.bases[event] as number] as number) * every;
    world.agenda.set(event, world.isFailed(event) ? begins + lasts : begins);
  }
}
