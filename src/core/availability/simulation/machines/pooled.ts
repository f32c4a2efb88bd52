import type { SparePool } from "../conditions.ts";
import { drawnInTurn, type Span } from "../span.ts";
import type { Machine, World } from "./machine.ts";

/** In a member's memory: where it stands, when its own repair ends, and since when it has waited or when its failover ends. */
const [standing, repairedAt, since] = [0, 1, 2] as const;
/** A failed member waits for capacity, takes over into a reserved or a best-effort place, or is served from there. */
const [well, waits, intoReserved, intoBestEffort, inReserved, inBestEffort] = [0, 1, 2, 3, 4, 5] as const;

interface Lengths {
  readonly mtbf: number;
  readonly repair: readonly Span[];
}

/** A member of a pool of spare capacity: its event is failed only while it is served from nowhere. Begins working. */
export class Pooled implements Machine {
  readonly size = 3;
  readonly distanceOfWorking = 1;
  readonly #pool: SparePool;
  readonly #lengths: Lengths;

  constructor(pool: SparePool, lengths: Lengths) {
    this.#pool = pool;
    this.#lengths = lengths;
  }

  begin(world: World, event: number): void {
    world.memory[(world.bases[event] as number) + standing] = well;
    world.agenda.set(event, world.now + world.random.exponential(this.#lengths.mtbf));
  }

  act(world: World, event: number): void {
    const base = world.bases[event] as number;
    const state = world.memory[base + standing] as number;
    if (state === well) this.strike(world, event);
    else if ((world.memory[base + repairedAt] as number) <= world.now) this.#repaired(world, event);
    else this.#served(world, event);
  }

  distance(world: World, event: number): number {
    return world.isFailed(event) ? 0 : 1;
  }

  redraw(world: World, event: number): void {
    if (world.memory[(world.bases[event] as number) + standing] !== well) return;
    world.agenda.set(event, world.now + world.random.exponential(this.#lengths.mtbf));
  }

  strike(world: World, event: number): void {
    const { memory, now, random } = world;
    const base = world.bases[event] as number;
    if (memory[base + standing] !== well) return;
    memory[base + repairedAt] = now + drawnInTurn(this.#lengths.repair, random);
    if (this.#taken(world) < this.#pool.reserved) this.#takeOver(world, event, intoReserved);
    else if (random.share() < this.#pool.bestEffort) this.#takeOver(world, event, intoBestEffort);
    else {
      memory[base + standing] = waits;
      memory[base + since] = now;
      world.agenda.set(event, memory[base + repairedAt] as number);
    }
    world.setFailed(event, "failed");
  }

  #takeOver(world: World, event: number, into: typeof intoReserved | typeof intoBestEffort): void {
    const { memory, now, random, agenda } = world;
    const base = world.bases[event] as number;
    memory[base + standing] = into;
    memory[base + since] = now + drawnInTurn(this.#pool.failover, random);
    agenda.set(event, Math.min(memory[base + since] as number, memory[base + repairedAt] as number));
  }

  #served(world: World, event: number): void {
    const base = world.bases[event] as number;
    const isReserved = world.memory[base + standing] === intoReserved;
    world.memory[base + standing] = isReserved ? inReserved : inBestEffort;
    world.agenda.set(event, world.memory[base + repairedAt] as number);
    world.setFailed(event, "works");
  }

  #repaired(world: World, event: number): void {
    const base = world.bases[event] as number;
    const held = world.memory[base + standing];
    world.memory[base + standing] = well;
    world.agenda.set(event, world.now + world.random.exponential(this.#lengths.mtbf));
    world.setFailed(event, "works");
    if (held === intoReserved || held === inReserved) this.#handOn(world);
  }

  /** Reserved places that are in use: counted, for a pool has few members and a count kept beside would have to agree. */
  #taken({ memory, bases }: World): number {
    return this.#pool.members.filter((member) => {
      const state = memory[(bases[member] as number) + standing];
      return state === intoReserved || state === inReserved;
    }).length;
  }

  /** The place that was freed goes to whoever has waited longest. */
  #handOn(world: World): void {
    const { memory, bases } = world;
    const waitingSince = (member: number): number => memory[(bases[member] as number) + since] as number;
    const inLine = this.#pool.members
      .filter((member) => memory[(bases[member] as number) + standing] === waits)
      .toSorted((one, other) => waitingSince(one) - waitingSince(other));
    const [first] = inLine;
    if (first !== undefined) this.#takeOver(world, first, intoReserved);
  }
}
