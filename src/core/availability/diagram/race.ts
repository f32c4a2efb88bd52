import type { Region } from "../preprocess/regions.ts";
import { type Attempt, attempt } from "./build.ts";
import { forced } from "./force.ts";
import { type FrozenDiagram, frozen } from "./frozen.ts";
import { breadthFirst, depthFirst, heavyFirst, lightFirst, type Order, sharedFirst } from "./orders.ts";

/** The diagram of a region, and the variable of each of its levels. */
export interface OrderedDiagram {
  readonly diagram: FrozenDiagram;
  /** By level: the index of the region's variable. */
  readonly variables: Int32Array;
  /** The work done, that of orders given up included. */
  readonly steps: number;
}

/** Work of the first round: small regions need less, whatever their order. */
const firstSteps = 16_384;
/** Each round may do this many times the work of the one before. */
const growth = 4;

/**
 * Builds a region's diagram. No order of variables is good for all: several are tried with little work each; those that come
 * farthest are tried again with more, until one is done.
 *
 * @param stepsMax how much work one order may take in the last round
 * @returns `null` when none was done by then
 */
export function raced(region: Region, stepsMax: number): OrderedDiagram | null {
  let runners = runnersFor(region);
  let steps = 0;
  for (let limit = Math.min(firstSteps, stepsMax); ; limit = Math.min(limit * growth, stepsMax)) {
    const results: { readonly runner: Runner; readonly result: Attempt }[] = [];
    for (const runner of runners) {
      const order = orderOf(runner);
      const result = attempt(region, order, limit);
      steps += result.diagram.steps;
      if (!result.diagram.isExhausted) return finished(result, { order, steps });
      results.push({ runner, result });
    }
    if (limit === stepsMax) return null;
    results.sort((a, b) => b.result.gatesDone - a.result.gatesDone);
    runners = results.slice(0, Math.max(2, runners.length >> 1)).map(({ runner }) => runner);
  }
}

function finished(
  { diagram, top }: Attempt,
  { order, steps }: { order: Order; steps: number },
): OrderedDiagram {
  const variables = new Int32Array(order.length);
  for (const [variable, level] of order.entries()) variables[level] = variable;
  return { diagram: frozen(diagram, top), variables, steps };
}

/** An order that is made when it is first needed. */
interface Runner {
  readonly make: () => Order;
  made: Order | null;
}

function orderOf(runner: Runner): Order {
  runner.made ??= runner.make();
  return runner.made;
}

/** The ones that are good most often first: the first that is done within the first round is taken. */
function runnersFor(region: Region): readonly Runner[] {
  const makes: readonly (() => Order)[] = [
    () => forced(region, heavyFirst(region), 200),
    () => sharedFirst(region),
    () => depthFirst(region),
    () => heavyFirst(region),
    () => forced(region, lightFirst(region), 200),
    () => lightFirst(region),
    () => breadthFirst(region),
  ];
  return makes.map((make) => ({ make, made: null }));
}
