import type { Region } from "../preprocess/regions.ts";
import { Build } from "./build.ts";
import { forced } from "./force.ts";
import { type FrozenDiagram, frozen } from "./frozen.ts";
import {
  breadthFirst,
  depthFirst,
  heavyFirst,
  lightFirst,
  type Order,
  sharedFirst,
  widelySharedFirst,
} from "./orders.ts";

/** The diagram of a region, and the variable of each of its levels. */
export interface OrderedDiagram {
  readonly diagram: FrozenDiagram;
  /** By level: the index of the region's variable. */
  readonly variables: Int32Array;
}

/** Work of one order in the first round. */
const firstSteps = 8_192;
/** Each round allows this many times the work of the one before. */
const growth = 2;
/** In each round an order may do this share of the work of the one that was farther. */
const followerShare = 1 / 6;
/** Work that the first order may do before any other is looked at: small regions need less, whatever their order. */
const aloneSteps = 16_384;

/** Which of the orders run in a race: one of `of` lots, each with every `of`-th order. */
export interface Lot {
  readonly index: number;
  readonly of: number;
}

/**
 * Builds a region's diagram. No order of variables is good for all: each of several does a little work; the one that comes
 * farthest goes on with all that a round allows, the others with less and less of it. What each has done is kept, so that no work
 * is done twice, and all that is lost is what the others did.
 *
 * @param stepsMax how much work one order may take
 * @returns `null` when none was done by then
 */
export function raced(region: Region, stepsMax: number): OrderedDiagram | null {
  const first = runner(region, heavyFirst(region), true);
  if (tried(first, stepsMax) || first.build.goOn(Math.min(aloneSteps, stepsMax))) return finished(first);
  if (stepsMax <= aloneSteps) return null;
  return racedAmong([first, ...othersFor(region, first.order)], stepsMax);
}

/** The same by one lot of the orders, where others race elsewhere. */
export function racedLot(region: Region, stepsMax: number, { index, of }: Lot): OrderedDiagram | null {
  const first = runner(region, heavyFirst(region), true);
  const runners = [first, ...othersFor(region, first.order)];
  return racedAmong(
    runners.filter((_, at) => at % of === index),
    stepsMax,
  );
}

function racedAmong(runners: readonly Runner[], stepsMax: number): OrderedDiagram | null {
  const fresh = runners.filter(({ build }) => build.diagram.steps === 0);
  for (const each of fresh) if (tried(each, stepsMax)) return finished(each);
  let ranked = byRank(runners, ({ gatesAtFirst }) => gatesAtFirst);
  for (let limit = aloneSteps; limit < stepsMax; ) {
    limit = Math.min(limit * growth, stepsMax);
    for (const [rank, each] of ranked.entries()) {
      const allowed = Math.floor(limit * followerShare ** rank);
      if (allowed > each.build.diagram.steps && each.build.goOn(allowed)) return finished(each);
    }
    ranked = byRank(ranked, ({ build }) => build.gatesDone);
  }
  return null;
}

/** The farthest first, unless it may only follow. */
function byRank(runners: readonly Runner[], gatesOf: (one: Runner) => number): readonly Runner[] {
  const [first, second, ...others] = [...runners].sort((a, b) => gatesOf(b) - gatesOf(a));
  if (first === undefined) return [];
  if (second === undefined) return [first];
  return first.mayLead ? [first, second, ...others] : [second, first, ...others];
}

interface Runner {
  readonly order: Order;
  readonly build: Build;
  /** How many gates it had done after the first round. */
  gatesAtFirst: number;
  /** Breadth first comes far at little cost, and mostly leaves all of it to the last gates. */
  readonly mayLead: boolean;
}

function runner(region: Region, order: Order, mayLead: boolean): Runner {
  return { order, build: new Build(region, order), gatesAtFirst: 0, mayLead };
}

/** The first round. */
function tried(one: Runner, stepsMax: number): boolean {
  const isDone = one.build.goOn(Math.min(firstSteps, stepsMax));
  one.gatesAtFirst = one.build.gatesDone;
  return isDone;
}

/** The orders that are good most often first; each once. */
function othersFor(region: Region, heavy: Order): readonly Runner[] {
  const depth = depthFirst(region);
  const light = lightFirst(region);
  const shared = sharedFirst(region);
  const breadth = breadthFirst(region);
  const orders = [
    widelySharedFirst(region),
    forced(region, heavy, forceRounds),
    forced(region, shared, forceRounds),
    depth,
    shared,
    forced(region, light, forceRounds),
    light,
    breadth,
  ];
  const known = new Set([heavy.join()]);
  return orders.flatMap((order) => {
    const text = order.join();
    if (known.has(text)) return [];
    known.add(text);
    return [runner(region, order, order !== breadth)];
  });
}

const forceRounds = 200;

function finished({ build, order }: Runner): OrderedDiagram {
  const variables = new Int32Array(order.length);
  for (const [variable, level] of order.entries()) variables[level] = variable;
  return { diagram: frozen(build.diagram, build.top), variables };
}
