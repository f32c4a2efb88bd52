import { Agenda } from "./agenda.ts";
import type { Distances } from "./distance.ts";
import { GateValues } from "./gate-values.ts";
import type { Machine, World } from "./machines/machine.ts";
import { RandomStream } from "./random-stream.ts";
import type { SimulatedSystem, Taken } from "./simulated-system.ts";
import type { Output } from "./subject.ts";

/** Hears when a watched node has changed; `gates` say what holds now. */
export type Listener = (node: number, now: number) => void;

/** A world between two of its instants. */
export interface Saved {
  readonly now: number;
  readonly agenda: Agenda;
  readonly memory: Float64Array;
  readonly values: Uint8Array;
  readonly counts: Int32Array;
}

/** Runs a system from event to event. Of one instant all events happen before anyone hears of it. */
export class Engine implements World {
  now = 0;
  events = 0;
  readonly agenda: Agenda;
  readonly memory: Float64Array;
  readonly bases: Int32Array;
  random = new RandomStream(0, 0, 0);
  gates: GateValues;
  readonly #system: SimulatedSystem;
  readonly #machines: readonly Machine[];
  readonly #listener: Listener;

  constructor(system: SimulatedSystem, listener: Listener) {
    this.#system = system;
    this.#machines = system.machines;
    this.#listener = listener;
    this.agenda = new Agenda(system.machines.length);
    this.bases = new Int32Array(system.machines.length);
    let size = 0;
    for (const [event, machine] of system.machines.entries()) {
      this.bases[event] = size;
      size += machine.size;
    }
    this.memory = new Float64Array(size);
    this.gates = this.#fresh();
  }

  /** Begins anew at an instant, with chance from another stream. */
  begin(now: number, random: RandomStream): void {
    this.now = now;
    this.random = random;
    this.gates = this.#fresh();
    for (const [event, machine] of this.#machines.entries()) machine.begin(this, event);
    this.#tell();
  }

  isFailed(event: number): boolean {
    return this.gates.values[event] === 1;
  }

  setFailed(event: number, state: "failed" | "works"): void {
    if (this.isFailed(event) === (state === "failed")) return;
    this.gates.flip(event);
    if (state === "failed") this.#takeAlong(this.#system.cascades.get(event) ?? []);
  }

  /** Lets happen what happens before an instant; `now` is then that instant. */
  advance(until: number): void {
    while (this.agenda.nextAt < until) this.step();
    this.now = until;
  }

  /** Lets everything of the next instant happen. */
  step(): void {
    const { agenda, gates, random } = this;
    const { plainMtbf, plainMttr } = this.#system;
    const now = agenda.nextAt;
    this.now = now;
    do {
      const event = agenda.next;
      const mtbf = plainMtbf[event] as number;
      this.events += 1;
      if (mtbf > 0) {
        const mean = gates.values[event] === 1 ? mtbf : (plainMttr[event] as number);
        gates.flip(event);
        agenda.set(event, now + random.exponential(mean));
      } else (this.#machines[event] as Machine).act(this, event);
    } while (agenda.nextAt === now);
    this.#tell();
  }

  /** How things stand, to be brought back later. */
  save(): Saved {
    const agenda = new Agenda(this.#machines.length);
    agenda.copy(this.agenda);
    const { values, counts } = this.gates;
    return {
      now: this.now,
      agenda,
      memory: this.memory.slice(),
      values: values.slice(),
      counts: counts.slice(),
    };
  }

  restore(saved: Saved): void {
    this.now = saved.now;
    this.agenda.copy(saved.agenda);
    this.memory.set(saved.memory);
    this.gates.values.set(saved.values);
    this.gates.counts.set(saved.counts);
  }

  /** Of an output: how many failures separate it from failed. */
  distance(distances: Distances, { node }: Output): number {
    return distances.of(node, (event) => (this.#machines[event] as Machine).distance(this, event));
  }

  /** Of every event: draws anew what is still to come, as far as it has no memory. */
  redraw(): void {
    for (const [event, machine] of this.#machines.entries()) machine.redraw(this, event);
  }

  #fresh(): GateValues {
    const { wiring, outputs } = this.#system;
    return new GateValues(
      wiring,
      outputs.map(({ node }) => node),
    );
  }

  #takeAlong(others: readonly Taken[]): void {
    for (const { event, probability } of others) {
      if (this.random.share() < probability) this.#machines[event]?.strike?.(this, event);
    }
  }

  #tell(): void {
    const { gates } = this;
    if (!gates.settle()) return;
    for (let at = 0; at < gates.changedCount; at += 1) this.#listener(gates.changed[at] as number, this.now);
    gates.changedCount = 0;
  }
}
