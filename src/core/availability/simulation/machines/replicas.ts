import type { Law } from "../../law.ts";
import { drawn, repairSpan, type Span } from "../span.ts";
import type { Machine, World } from "./machine.ts";

/** In its memory: units that work; how many are being repaired; and when those are ready, as a heap. */
const [working, repairing, ready] = [0, 1, 2] as const;

/**
 * Identical units. Which one fails does not matter and failing has no memory, so one instant stands for the next failure of all of
 * them, drawn anew whenever their number changes; repairs are kept one by one. Begins with all units working.
 */
export class Replicas implements Machine {
  readonly size: number;
  readonly distanceOfWorking: number;
  readonly #law: Extract<Law, { kind: "replicas" }>;
  readonly #repair: Span;

  constructor(law: Extract<Law, { kind: "replicas" }>) {
    this.#law = law;
    this.distanceOfWorking = law.units - law.required + 1;
    this.#repair = repairSpan(law.repair, law.mttr);
    this.size = ready + Math.min(law.units, law.crews);
  }

  begin(world: World, event: number): void {
    const base = world.bases[event] as number;
    world.memory[base + working] = this.#law.units;
    world.memory[base + repairing] = 0;
    this.#plan(world, event);
    if (this.#law.units < this.#law.required) world.setFailed(event, "failed");
  }

  act(world: World, event: number): void {
    const { memory } = world;
    const base = world.bases[event] as number;
    const inRepair = memory[base + repairing] as number;
    if (inRepair > 0 && (memory[base + ready] as number) <= world.now) this.#repaired(world, base);
    else this.#fails(world, base);
    this.#plan(world, event);
    const hasEnough = (memory[base + working] as number) >= this.#law.required;
    world.setFailed(event, hasEnough ? "works" : "failed");
  }

  distance(world: World, event: number): number {
    const up = world.memory[(world.bases[event] as number) + working] as number;
    return Math.max(0, up - this.#law.required + 1);
  }

  redraw(world: World, event: number): void {
    this.#plan(world, event);
  }

  #fails(world: World, base: number): void {
    const { memory } = world;
    memory[base + working] = (memory[base + working] as number) - 1;
    if ((memory[base + repairing] as number) < this.#law.crews) this.#beginRepair(world, base);
  }

  #repaired(world: World, base: number): void {
    const { memory } = world;
    const left = (memory[base + repairing] as number) - 1;
    memory[base + working] = (memory[base + working] as number) + 1;
    memory[base + repairing] = left;
    siftDown(memory, { from: base + ready, size: left }, memory[base + ready + left] as number);
    if (this.#law.units - (memory[base + working] as number) > left) this.#beginRepair(world, base);
  }

  #beginRepair({ memory, now, random }: World, base: number): void {
    const size = memory[base + repairing] as number;
    memory[base + repairing] = size + 1;
    siftUp(memory, { from: base + ready, size }, now + drawn(this.#repair, random));
  }

  /** Draws when the next unit fails, and sets when it acts next. */
  #plan({ memory, now, random, agenda, bases }: World, event: number): void {
    const base = bases[event] as number;
    const { active, spareFailureShare, mtbf } = this.#law;
    const up = memory[base + working] as number;
    const inUse = Math.min(up, active);
    const rate = (inUse + spareFailureShare * (up - inUse)) / mtbf;
    const failure = rate > 0 ? now + random.exponential(1 / rate) : Number.POSITIVE_INFINITY;
    const isRepairing = (memory[base + repairing] as number) > 0;
    agenda.set(event, isRepairing ? Math.min(failure, memory[base + ready] as number) : failure);
  }
}

interface Heap {
  readonly from: number;
  readonly size: number;
}

/** Adds a value to a heap of `size` values, the least of which stands first. */
function siftUp(memory: Float64Array, { from, size }: Heap, value: number): void {
  let at = size;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = memory[from + parent] as number;
    if (above <= value) break;
    memory[from + at] = above;
    at = parent;
  }
  memory[from + at] = value;
}

/** Puts a value in the place of the first of a heap that has `size` values with it. */
function siftDown(memory: Float64Array, { from, size }: Heap, value: number): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && (memory[from + child + 1] as number) < (memory[from + child] as number))
      child += 1;
    const below = memory[from + child] as number;
    if (below >= value) break;
    memory[from + at] = below;
    at = child;
  }
  memory[from + at] = value;
}
