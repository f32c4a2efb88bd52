import type { Literal } from "../fault-graph.ts";
import { type Chance, type Draw, failOne, memorylessDraw, timedDraw } from "./failure-draw.ts";
import type { GateValues } from "./gate-values.ts";
import type { RandomStream } from "./random-stream.ts";
import { FailedUnits, hasNoMemory, type UnitEvent } from "./unit-events.ts";

/** From the first failure of a unit until all work again. Weighted by how much likelier chance made what happened than it is. */
export interface CycleSample {
  /** Seconds, not weighted. */
  readonly length: number;
  /** Seconds, not weighted, until the output failed for the first time, or to the end. */
  readonly untilFirst: number;
  readonly failedSeconds: number;
  readonly outages: number;
  /** The weight with which the output failed at all. */
  readonly failures: number;
}

/**
 * Cycles of an output, one after the other. Balanced chance ends when the output has failed: from then on it recovers as it does
 * (balanced failure biasing, Shahabuddin 1994). The weight is the product of the likelihood ratios.
 */
export class FailureCycles {
  readonly #units: FailedUnits;
  readonly #draw: Draw;
  readonly #gates: GateValues;
  readonly #output: Literal;

  /** @param gates in the state in which all units work, and the output does */
  constructor(events: readonly UnitEvent[], gates: GateValues, output: Literal) {
    this.#gates = gates;
    this.#output = output;
    this.#units = new FailedUnits(events, gates);
    const isMemoryless = events.every(({ repair }) => hasNoMemory(repair));
    this.#draw = isMemoryless ? memorylessDraw(this.#units) : timedDraw(this.#units);
  }

  /** Failures per second while all units work. */
  get rate(): number {
    return this.#units.rate;
  }

  next(wanted: Chance, random: RandomStream): CycleSample {
    const units = this.#units;
    units.restart();
    let chance = wanted;
    let isFailed = false;
    let untilFirst = Number.POSITIVE_INFINITY;
    let [failures, failedSeconds, outages] = [0, 0, 0];
    let weight = failOne(units, chance, random);
    while (units.tasks.length > 0) {
      const wasFailed = isFailed;
      isFailed = this.#settled();
      if (isFailed && !wasFailed) outages += weight;
      if (isFailed) chance = "as-it-is";
      if (isFailed && failures === 0) [untilFirst, failures] = [units.now, weight];
      const since = units.now;
      weight *= this.#draw.next(chance, random);
      if (isFailed) failedSeconds += weight * (units.now - since);
    }
    this.#settled();
    const length = units.now;
    return { length, untilFirst: Math.min(untilFirst, length), failedSeconds, outages, failures };
  }

  #settled(): boolean {
    this.#gates.settle();
    this.#gates.changedCount = 0;
    return this.#gates.isTrue(this.#output);
  }
}
