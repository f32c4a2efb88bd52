import { secondsPerYear } from "../../units/units.ts";
import { Engine } from "./engine.ts";
import { Moments } from "./moments.ts";
import { OutageLog, type Sample } from "./outage-log.ts";
import { type Effort, type OutputPart, replicationsOf, type Shard, variablesOf } from "./part.ts";
import { purposes, RandomStream } from "./random-stream.ts";
import type { SimulatedSystem } from "./simulated-system.ts";

/** Runs replications as they come, every output at once. */
export function replicate(system: SimulatedSystem, effort: Effort, shard: Shard): Replicated {
  const run = new PlainRun(system, purposes.replications);
  const length = effort.years * secondsPerYear;
  const moments = system.outputs.map(() => new Moments(variablesOf("replications")));
  for (const number of replicationsOf(effort, shard)) {
    const samples = run.replication({ seed: effort.seed, number, length });
    for (const [at, { failedSeconds, outages }] of samples.entries())
      moments[at]?.add([length, failedSeconds, outages]);
  }
  const outputs = system.outputs.map(({ name, rto }, at) => ({
    name,
    method: "replications" as const,
    rtoSeconds: rto,
    moments: (moments[at] as Moments).toData(),
    lengths: run.log.lengths[at]?.toData() ?? null,
  }));
  return { events: run.engine.events, outputs };
}

interface Replicated {
  readonly events: number;
  readonly outputs: readonly OutputPart[];
}

/** What never recovers is not waited for. */
const eventsBeyondMax = 1_000_000;

interface Replication {
  readonly seed: number;
  readonly number: number;
  /** Seconds. */
  readonly length: number;
}

interface Trial {
  readonly samples: readonly Sample[];
  readonly seconds: number;
}

/** A system with a log of its outages, run again and again. */
export class PlainRun {
  readonly engine: Engine;
  readonly log: OutageLog;
  readonly #system: SimulatedSystem;
  readonly #purpose: number;

  constructor(system: SimulatedSystem, purpose: number) {
    this.#system = system;
    this.#purpose = purpose;
    this.log = new OutageLog(system.outputs);
    const listener = (node: number, now: number): void => {
      this.log.turn(node, this.engine.gates.isTrue(node), now);
    };
    this.engine = new Engine(system, listener);
  }

  /** One replication of `length` seconds; outages that began in it are followed to their end. */
  replication({ seed, number, length }: Replication): readonly Sample[] {
    const { engine, log } = this;
    this.#begin(seed, number);
    engine.advance(length);
    log.close(length);
    const last = engine.events + eventsBeyondMax;
    while (log.isWaiting && engine.agenda.nextAt < Number.POSITIVE_INFINITY && engine.events < last)
      engine.step();
    return log.take();
  }

  /** So many events at most, of `length` seconds at most. */
  trial({
    seed,
    length,
    events,
  }: {
    readonly seed: number;
    readonly length: number;
    readonly events: number;
  }): Trial {
    const { engine, log } = this;
    this.#begin(seed, 0);
    const last = engine.events + events;
    while (engine.events < last && engine.agenda.nextAt < length) engine.step();
    const seconds = engine.events < last ? length : engine.now;
    log.close(seconds);
    return { samples: log.take(), seconds };
  }

  #begin(seed: number, number: number): void {
    const { engine, log } = this;
    engine.begin(-this.#system.warmUp, new RandomStream(seed, this.#purpose, number));
    engine.advance(0);
    log.open(0, ({ node }) => engine.gates.isTrue(node));
  }
}
