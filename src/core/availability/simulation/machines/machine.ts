import type { Agenda } from "../agenda.ts";
import type { RandomStream } from "../random-stream.ts";

/** How one event comes and goes. What it remembers is numbers in the world's memory, so that a world can be kept and brought back. */
export interface Machine {
  /** How many numbers it remembers. */
  readonly size: number;
  /** Puts it into a state to begin with, and sets when it acts first. */
  begin(world: World, event: number): void;
  /** Its instant has come. */
  act(world: World, event: number): void;
  /** Draws anew what is still to come, as far as that has no memory: what it remembers then fits as well as before. */
  redraw(world: World, event: number): void;
  /** How many failures of units separate it from failed while all of them work. */
  readonly distanceOfWorking: number;
  /** The same now; 0: it is failed. */
  distance(world: World, event: number): number;
  /** Fails it now, if it works: of those that can be taken along by others. */
  strike?(world: World, event: number): void;
}

/** The world as machines see it. */
export interface World {
  readonly now: number;
  readonly agenda: Agenda;
  readonly random: RandomStream;
  readonly memory: Float64Array;
  /** By event: where in the memory its numbers begin. */
  readonly bases: Int32Array;
  isFailed(event: number): boolean;
  /** May take others along. */
  setFailed(event: number, state: "failed" | "works"): void;
}
