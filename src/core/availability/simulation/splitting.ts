import { secondsPerYear } from "../../units/units.ts";
import { Distances } from "./distance.ts";
import { Engine } from "./engine.ts";
import { Moments } from "./moments.ts";
import type { Sample } from "./outage-log.ts";
import { type Effort, type OutputPart, replicationsOf, type Shard, variablesOf } from "./part.ts";
import { purposes, RandomStream } from "./random-stream.ts";
import type { SimulatedSystem } from "./simulated-system.ts";
import type { Output } from "./subject.ts";

/** More levels than any design has spares; an output that is farther from failure is not split. */
const levelsMax = 40;
/** Of the trials that find how often a level leads to the next: enough to see, and no more than that. */
const [hitsWanted, trialEvents, trialsMax] = [50, 3_000_000, 10_000] as const;

/** An output with what its levels are worth. Level 0: all works; each failure on the nearest way to failure is one more. */
export interface SplitOutput {
  readonly system: SimulatedSystem;
  readonly output: Output;
  /** By level, from 0: into how many a path is split that comes up to it. */
  readonly factors: readonly number[];
}

/**
 * Learns from trials, level by level, how seldom a path comes one level higher, and splits it as often there: as many paths then reach
 * each level (RESTART, Villén-Altamirano 1991).
 *
 * @returns `null` when the output has no levels to climb, or no trial came to the top
 */
export function splitOutput(system: SimulatedSystem, output: Output, effort: Effort): SplitOutput | null {
  const { top } = new Climb({ system, output, factors: [1] });
  if (!(top >= 2 && top <= levelsMax)) return null;
  const factors = [1];
  for (let level = 1; level < top; level += 1) {
    const factor = factorOf({ system, output, factors: [...factors, 1] }, effort);
    if (factor === null) return null;
    factors.push(factor);
  }
  return { system, output, factors: [...factors, 1] };
}

/** How many paths that come to the last level given it takes for one to come to the next; `null`: none did. */
function factorOf(split: SplitOutput, effort: Effort): number | null {
  const climb = new Climb(split, trialEvents);
  const level = split.factors.length - 1;
  const length = effort.years * secondsPerYear;
  for (let trial = 0; trial < trialsMax && climb.events < trialEvents; trial += 1) {
    climb.run(new RandomStream(effort.seed, purposes.pilot, trialsMax * level + trial), length);
    if ((climb.arrivals[level + 1] ?? 0) >= hitsWanted) break;
  }
  const [tries = 0, hits = 0] = climb.arrivals.slice(level);
  return hits === 0 ? null : Math.max(1, Math.round(tries / hits));
}

export function runSplit(
  split: SplitOutput,
  effort: Effort,
  shard: Shard,
): { readonly events: number; readonly part: OutputPart } {
  const moments = new Moments(variablesOf("splitting"));
  const climb = new Climb(split);
  const length = effort.years * secondsPerYear;
  for (const number of replicationsOf(effort, shard)) {
    const { failedSeconds, outages } = climb.run(
      new RandomStream(effort.seed, purposes.splitting, number),
      length,
    );
    moments.add([length, failedSeconds, outages]);
  }
  const { name, rto } = split.output;
  const part = {
    name,
    method: "splitting",
    rtoSeconds: rto,
    moments: moments.toData(),
    lengths: null,
  } as const;
  return { events: climb.events, part };
}

/** Paths through a world that are split as they come nearer to failure, and end when they fall below the level where they began. */
class Climb {
  /** The level of failure: how far all that works is from it. */
  readonly top: number;
  /** By level: how often paths have come up to it. */
  readonly arrivals: number[];
  readonly #engine: Engine;
  readonly #warmUp: number;
  readonly #output: Output;
  readonly #distances: Distances;
  readonly #factors: readonly number[];
  readonly #weights: readonly number[];
  readonly #eventsMax: number;
  #length = 0;
  #failedSeconds = 0;
  #outages = 0;

  constructor({ system, output, factors }: SplitOutput, eventsMax = Number.POSITIVE_INFINITY) {
    const { wiring, gates, machines, warmUp } = system;
    this.#warmUp = warmUp;
    this.#output = output;
    this.#factors = factors;
    this.#weights = factors.map(
      (_, level) => 1 / factors.slice(0, level + 1).reduce((all, each) => all * each, 1),
    );
    this.#eventsMax = eventsMax;
    this.#distances = new Distances(gates, wiring.order, wiring.events);
    this.top = this.#distances.of(output.node, (event) => machines[event]?.distanceOfWorking ?? 0);
    this.arrivals = factors.map(() => 0).concat(0);
    const deaf = (): void => undefined;
    this.#engine = new Engine({ ...system, outputs: [output] }, deaf);
  }

  get events(): number {
    return this.#engine.events;
  }

  /** One replication of `length` seconds: the path that never ends, and all that split from it. */
  run(random: RandomStream, length: number): Sample {
    this.#length = length;
    this.#failedSeconds = 0;
    this.#outages = 0;
    this.#engine.begin(-this.#warmUp, random);
    this.#engine.advance(0);
    const level = this.#level();
    this.#split(1, level);
    this.#follow(0, level);
    return { failedSeconds: this.#failedSeconds, outages: this.#outages };
  }

  /** Follows a path from a level until it falls below another, or to the end. */
  #follow(floor: number, from: number): void {
    const engine = this.#engine;
    let level = from;
    while (engine.events < this.#eventsMax) {
      const at = Math.min(engine.agenda.nextAt, this.#length);
      if (level === this.top) this.#failedSeconds += this.#weight(level) * (at - engine.now);
      if (at === this.#length) return;
      engine.step();
      const next = this.#level();
      if (next < floor) return;
      if (next > level) this.#rise(level, next);
      level = next;
    }
  }

  #rise(from: number, to: number): void {
    if (to === this.top) this.#outages += this.#weight(from);
    for (let level = from + 1; level <= Math.min(to, this.arrivals.length - 1); level += 1)
      this.arrivals[level] = (this.arrivals[level] ?? 0) + 1;
    this.#split(from + 1, to);
  }

  /** Follows the copies of a path that has come up through levels; the path itself then stands where it stood. */
  #split(from: number, to: number): void {
    const split = this.#factors.slice(from, to + 1);
    if (split.every((factor) => factor === 1)) return;
    const saved = this.#engine.save();
    for (const [at, factor] of split.entries()) {
      for (let copy = 1; copy < factor; copy += 1) {
        this.#engine.restore(saved);
        this.#engine.redraw();
        this.#split(from + at + 1, to);
        this.#follow(from + at, to);
      }
    }
    this.#engine.restore(saved);
  }

  /** What a path counts at a level: it is one of as many as there would be. */
  #weight(level: number): number {
    return this.#weights[Math.min(level, this.#weights.length - 1)] ?? 1;
  }

  #level(): number {
    return this.top - Math.min(this.top, this.#engine.distance(this.#distances, this.#output));
  }
}
