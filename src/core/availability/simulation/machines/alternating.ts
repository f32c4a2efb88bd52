import { drawnInTurn, meanOfAll, residual, type Span } from "../span.ts";
import type { Machine, World } from "./machine.ts";

/** Works for a time without memory, and is failed for one or several spans in turn. Begins as it is met at any moment. */
export class Alternating implements Machine {
  readonly size = 0;
  readonly distanceOfWorking = 1;
  readonly #mtbf: number;
  readonly #repair: readonly Span[];

  constructor(mtbf: number, repair: readonly Span[]) {
    this.#mtbf = mtbf;
    this.#repair = repair;
  }

  begin(world: World, event: number): void {
    const mttr = meanOfAll(this.#repair);
    const { agenda, now, random } = world;
    if (random.share() * (this.#mtbf + mttr) < this.#mtbf) {
      agenda.set(event, now + random.exponential(this.#mtbf));
      return;
    }
    world.setFailed(event, "failed");
    agenda.set(event, now + residual(this.#repair, random));
  }

  act(world: World, event: number): void {
    if (world.isFailed(event)) {
      world.setFailed(event, "works");
      world.agenda.set(event, world.now + world.random.exponential(this.#mtbf));
    } else this.strike(world, event);
  }

  distance(world: World, event: number): number {
    return world.isFailed(event) ? 0 : 1;
  }

  redraw(world: World, event: number): void {
    const [span, ...more] = this.#repair;
    if (!world.isFailed(event)) world.agenda.set(event, world.now + world.random.exponential(this.#mtbf));
    else if (span?.kind === "exponential" && more.length === 0)
      world.agenda.set(event, world.now + world.random.exponential(span.mean));
  }

  strike(world: World, event: number): void {
    if (world.isFailed(event)) return;
    world.agenda.set(event, world.now + drawnInTurn(this.#repair, world.random));
    world.setFailed(event, "failed");
  }
}
