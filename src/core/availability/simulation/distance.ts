import { unreachable } from "../../problem/problem.ts";
import type { Gate, Literal } from "../fault-graph.ts";
import { nodeOf } from "./wiring.ts";

/**
 * How many changes of events at least separate a node from being failed, and from not being failed: 0 exactly when it is so. Reckoned
 * from gate to gate, so an event that several inputs of a gate share counts several times (as Budde et al. 2019 do, arXiv 1910.11672).
 */
export class Distances {
  readonly #toTrue: Float64Array;
  readonly #toFalse: Float64Array;
  readonly #gates: readonly Gate[];
  readonly #order: Int32Array;
  readonly #events: number;
  readonly #inputsTrue: number[] = [];
  readonly #inputsFalse: number[] = [];

  constructor(gates: readonly Gate[], order: Int32Array, events: number) {
    this.#gates = gates;
    this.#order = order;
    this.#events = events;
    this.#toTrue = new Float64Array(events + gates.length);
    this.#toFalse = new Float64Array(events + gates.length);
  }

  /** @param eventDistance of an event that works: how many failures of units separate it from failed; 0: it is failed */
  of(literal: Literal, eventDistance: (event: number) => number): number {
    for (let event = 0; event < this.#events; event += 1) {
      const distance = eventDistance(event);
      this.#toTrue[event] = distance;
      this.#toFalse[event] = distance === 0 ? 1 : 0;
    }
    for (const number of this.#order) {
      const gate = this.#gates[number] as Gate;
      const node = this.#events + number;
      this.#read(gate);
      [this.#toTrue[node], this.#toFalse[node]] = distancesOf(gate, this.#inputsTrue, this.#inputsFalse);
    }
    return this.#to(literal);
  }

  /** The distances of a gate's inputs, into arrays that are kept: this is done at every step. */
  #read({ inputs }: Gate): void {
    this.#inputsTrue.length = inputs.length;
    this.#inputsFalse.length = inputs.length;
    for (let at = 0; at < inputs.length; at += 1) {
      const input = inputs[at] as number;
      this.#inputsTrue[at] = this.#to(input);
      this.#inputsFalse[at] = this.#to(~input);
    }
  }

  #to(literal: Literal): number {
    return (literal < 0 ? this.#toFalse : this.#toTrue)[nodeOf(literal)] as number;
  }
}

/** Of a gate, to true and to false, by those of its inputs. */
function distancesOf(
  gate: Gate,
  toTrue: readonly number[],
  toFalse: readonly number[],
): readonly [number, number] {
  const inputs = toTrue.length;
  switch (gate.kind) {
    case "and":
      return [sumOfLeast(toTrue, inputs), sumOfLeast(toFalse, 1)];
    case "or":
      return [sumOfLeast(toTrue, 1), sumOfLeast(toFalse, inputs)];
    case "at-least":
      return [sumOfLeast(toTrue, gate.least), sumOfLeast(toFalse, inputs - gate.least + 1)];
    case "xor": {
      const isOdd = toTrue.filter((distance) => distance === 0).length % 2 === 1;
      // Any input that changes changes it; of the two distances of an input one is 0.
      const change = toTrue.reduce((least, each, at) => Math.min(least, each + (toFalse[at] ?? 0)), Infinity);
      return isOdd ? [0, change] : [change, 0];
    }
    default:
      return unreachable(gate);
  }
}

/** Of so many of them; infinity when there are not as many. */
function sumOfLeast(distances: readonly number[], count: number): number {
  if (count > distances.length) return Number.POSITIVE_INFINITY;
  if (count === 1) return distances.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY);
  const sorted = count < distances.length ? distances.toSorted((one, other) => one - other) : distances;
  let sum = 0;
  for (let at = 0; at < count; at += 1) sum += sorted[at] as number;
  return sum;
}
