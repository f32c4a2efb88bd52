import type { GateValues } from "./gate-values.ts";
import type { RandomStream } from "./random-stream.ts";
import { meanOf, meanOfAll, type Span } from "./span.ts";

/** An event as units that fail without memory, in a form that lets what happens next be chosen from outside. */
export interface UnitEvent {
  readonly event: number;
  readonly units: number;
  /** Failed while fewer work. */
  readonly required: number;
  readonly crews: number;
  readonly repair: readonly Span[];
  /** Failures per second while so many units work and nothing is being switched over. */
  readonly rateOf: (working: number) => number;
  /** `null`: the others take over in no time. */
  readonly switching: Switching | null;
}

/** What follows when the unit that serves fails and another is there. Until it is over nothing else happens to the event. */
interface Switching {
  /** Failures per second of the unit that serves. */
  readonly servingRate: number;
  readonly coverage: number;
  readonly covered: Span;
  readonly uncovered: Span;
}

/** A repair or a switch-over that goes on. */
export interface Task {
  readonly place: number;
  readonly spans: readonly Span[];
  /** When it is finished; infinity until that is drawn, and where it has no memory. */
  at: number;
}

/** Unit events that begin and end with all units working. Which failure comes and which task ends is the caller's to choose. */
export class FailedUnits {
  now = 0;
  /** Failures per second of all events together, and how many of them can have one. */
  rate = 0;
  failable = 0;
  /** By place in the list of events. */
  readonly rates: Float64Array;
  /** What is to be finished, in no order: few things are at once. */
  tasks: Task[] = [];
  readonly #events: readonly UnitEvent[];
  readonly #gates: GateValues;
  readonly #working: Int32Array;
  readonly #inRepair: Int32Array;
  readonly #isSwitching: Uint8Array;
  readonly #rateOfAll: number;

  constructor(events: readonly UnitEvent[], gates: GateValues) {
    this.#events = events;
    this.#gates = gates;
    this.rates = new Float64Array(events.length);
    this.#working = Int32Array.from(events, ({ units }) => units);
    this.#inRepair = new Int32Array(events.length);
    this.#isSwitching = new Uint8Array(events.length);
    for (const place of events.keys()) this.#setRate(place);
    this.#rateOfAll = this.rate;
  }

  /** Begins anew from now = 0, after all units have come to work again. */
  restart(): void {
    this.now = 0;
    this.rate = this.#rateOfAll;
  }

  /** A unit of an event that can have a failure fails now. */
  fail(place: number, random: RandomStream): void {
    const { switching } = this.#events[place] as UnitEvent;
    const working = (this.#working[place] as number) - 1;
    this.#working[place] = working;
    if (switching !== null && working > 0) {
      const wasServing = random.share() * (this.rates[place] as number) < switching.servingRate;
      if (wasServing) this.#switchOver(place, random.share() < switching.coverage ? "covered" : "uncovered");
    }
    this.#follow(place);
  }

  /** Finishes a task now. */
  finish(task: Task): void {
    const { place } = task;
    this.tasks.splice(this.tasks.indexOf(task), 1);
    if (this.#isSwitching[place] === 1) this.#isSwitching[place] = 0;
    else {
      this.#working[place] = (this.#working[place] as number) + 1;
      this.#inRepair[place] = (this.#inRepair[place] as number) - 1;
    }
    this.#follow(place);
  }

  /** Repairs stop meanwhile; what was left of them has no memory. */
  #switchOver(place: number, which: "covered" | "uncovered"): void {
    const span = (this.#events[place] as UnitEvent).switching?.[which];
    if (span === undefined || meanOf(span) === 0) return;
    this.tasks = this.tasks.filter((task) => task.place !== place);
    this.#inRepair[place] = 0;
    this.#isSwitching[place] = 1;
    this.tasks.push({ at: Number.POSITIVE_INFINITY, place, spans: [span] });
  }

  #follow(place: number): void {
    const { event, required, units, crews, repair } = this.#events[place] as UnitEvent;
    const isSwitching = this.#isSwitching[place] === 1;
    const working = this.#working[place] as number;
    for (
      let busy = this.#inRepair[place] as number;
      !isSwitching && busy < Math.min(crews, units - working);
      busy += 1
    ) {
      this.#inRepair[place] = busy + 1;
      this.tasks.push({ at: Number.POSITIVE_INFINITY, place, spans: repair });
    }
    const isDown = isSwitching || working < required;
    if (isDown !== (this.#gates.values[event] === 1)) this.#gates.flip(event);
    this.#setRate(place);
  }

  #setRate(place: number): void {
    const { rateOf } = this.#events[place] as UnitEvent;
    const before = this.rates[place] as number;
    const after = this.#isSwitching[place] === 1 ? 0 : rateOf(this.#working[place] as number);
    this.rates[place] = after;
    this.failable += Number(after > 0) - Number(before > 0);
    this.rate = this.failable === 0 ? 0 : this.rate + after - before;
  }
}

/** Whether what is left of a task does not depend on how long it has gone on. */
export function hasNoMemory(spans: readonly Span[]): boolean {
  return spans.length === 1 && spans[0]?.kind === "exponential";
}

/** How many of a task are finished per second. */
export function rateOfTask({ spans }: Task): number {
  return 1 / meanOfAll(spans);
}
