import type { Law } from "../../law.ts";
import type { OnCall } from "../conditions.ts";
import type { Machine, World } from "./machine.ts";

type StandbyLaw = Extract<Law, { kind: "standby" }>;

/** In its memory: units that work, and what it does. */
const [working, doing] = [0, 1] as const;
const [serving, switching, waiting] = [0, 1, 2] as const;

/** A repair in no time at all would have no rate; this one is as good as that. */
const secondsMin = 1e-9;

const secondsPerHour = 3600;
const hoursPerDay = 24;

/**
 * One unit serves, others stand by. A failure of the one that serves is switched over within a fixed time, or waits for a person, whose
 * time has no memory; until then nothing else fails and nothing is repaired, as in the chain of five states. The last unit left has
 * nobody to hand over to; when all are down, the first that is repaired serves at once.
 */
export class Standby implements Machine {
  readonly size = 2;
  readonly distanceOfWorking = 1;
  readonly #law: StandbyLaw;
  readonly #onCall: OnCall | null;

  constructor(law: StandbyLaw, onCall: OnCall | null) {
    this.#law = law;
    this.#onCall = onCall;
  }

  begin(world: World, event: number): void {
    const base = world.bases[event] as number;
    world.memory[base + working] = this.#law.units;
    world.memory[base + doing] = serving;
    this.#plan(world, event);
  }

  act(world: World, event: number): void {
    const { memory } = world;
    const base = world.bases[event] as number;
    if (memory[base + doing] === serving) this.#change(world, base);
    else memory[base + doing] = serving;
    this.#plan(world, event);
    const isUp = memory[base + doing] === serving && (memory[base + working] as number) > 0;
    world.setFailed(event, isUp ? "works" : "failed");
  }

  distance(world: World, event: number): number {
    return world.isFailed(event) ? 0 : 1;
  }

  redraw(world: World, event: number): void {
    if (world.memory[(world.bases[event] as number) + doing] === serving) this.#plan(world, event);
  }

  /** One of the units fails or is repaired: which, by the rates. */
  #change({ memory, random }: World, base: number): void {
    const up = memory[base + working] as number;
    const { serves, standsBy, repair } = this.#rates(up);
    const chosen = random.share() * (serves + standsBy + repair);
    if (chosen < repair) {
      memory[base + working] = up + 1;
      return;
    }
    memory[base + working] = up - 1;
    if (chosen >= repair + standsBy && up > 1)
      memory[base + doing] = random.share() < this.#law.coverage ? switching : waiting;
  }

  /** Sets when it acts next. */
  #plan({ memory, now, random, agenda, bases }: World, event: number): void {
    const base = bases[event] as number;
    if (memory[base + doing] === switching) agenda.set(event, now + this.#law.switchover);
    else if (memory[base + doing] === waiting)
      agenda.set(event, now + random.exponential(this.#law.manual) + this.#awayAt(now));
    else {
      const { serves, standsBy, repair } = this.#rates(memory[base + working] as number);
      agenda.set(event, now + random.exponential(1 / (serves + standsBy + repair)));
    }
  }

  #rates(up: number): { readonly serves: number; readonly standsBy: number; readonly repair: number } {
    const { units, mtbf, mttr, standbyFailureShare, crews } = this.#law;
    return {
      serves: up > 0 ? 1 / mtbf : 0,
      standsBy: (Math.max(0, up - 1) * standbyFailureShare) / mtbf,
      repair: Math.min(crews, units - up) / Math.max(mttr, secondsMin),
    };
  }

  #awayAt(now: number): number {
    if (this.#onCall === null) return 0;
    const { fromHour, toHour, away } = this.#onCall;
    const hours = now / secondsPerHour;
    const hour = hours - Math.floor(hours / hoursPerDay) * hoursPerDay;
    const isThere =
      fromHour <= toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour;
    return isThere ? 0 : away;
  }
}
