import {
  edgeChance,
  modulesChances,
  nodeChances,
  readChances,
  type SolvedChances,
  topChance,
} from "./chance.ts";
import type { Chances } from "./chances.ts";
import { countChance } from "./count.ts";
import { approximated } from "./diagram/approximate.ts";
import type { FrozenDiagram } from "./diagram/frozen.ts";
import { depthFirst } from "./diagram/orders.ts";
import type { Region } from "./preprocess/regions.ts";
import type { SolvedGraph, SolvedModule } from "./solve.ts";

/** The chance that the top is failed lies between these, both included; rounding aside. */
export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** Of each function of a module without an exact diagram; more make the bounds closer and take longer. */
const boundNodesByDefault = 2_000;

/** Where every module is solved, both bounds are the chance itself. */
export function chanceBounds(graph: SolvedGraph, events: Chances, nodesMax = boundNodesByDefault): Bounds {
  if (graph.isExact) {
    const { failed } = topChance(graph, modulesChances(graph, events));
    return { lower: failed, upper: failed };
  }
  const count = graph.modules.length;
  const limits: Limits = { low: emptyChances(events, count), high: emptyChances(events, count) };
  for (const [index, module] of graph.modules.entries()) {
    const { lower, upper } = moduleBounds(module, limits, nodesMax);
    note(limits.low, index, lower);
    note(limits.high, index, upper);
  }
  const [one, other] = [topChance(graph, limits.low).failed, topChance(graph, limits.high).failed];
  return { lower: Math.min(one, other), upper: Math.max(one, other) };
}

/** Chances in which every module is as unlikely, and as likely, as it may be. */
interface Limits {
  readonly low: SolvedChances;
  readonly high: SolvedChances;
}

type ModuleChance = ReturnType<typeof edgeChance>;

interface ModuleBounds {
  readonly lower: ModuleChance;
  readonly upper: ModuleChance;
}

function emptyChances(events: Chances, count: number): SolvedChances {
  return { events, modules: { failed: new Float64Array(count), works: new Float64Array(count) } };
}

function note({ modules }: SolvedChances, index: number, { failed, works }: ModuleChance): void {
  modules.failed[index] = failed;
  modules.works[index] = works;
}

function moduleBounds(module: SolvedModule, { low, high }: Limits, nodesMax: number): ModuleBounds {
  const reads = [readChances(low, module.variables), readChances(high, module.variables)] as const;
  switch (module.kind) {
    case "diagram":
      return {
        lower: limitOf(module.diagram, reads, "lower"),
        upper: limitOf(module.diagram, reads, "upper"),
      };
    case "count":
      return countBounds(module, reads);
    case "unsolved":
      return unsolvedBounds(module.region, reads, nodesMax);
  }
}

type Reads = readonly [low: Chances, high: Chances];

/** Grows with an input that counts when it has failed, and falls with one that counts while it works. */
function countBounds(module: Extract<SolvedModule, { kind: "count" }>, [low, high]: Reads): ModuleBounds {
  const isRising = (index: number): boolean => module.signs[index] === module.sign;
  const mixed = (rising: Chances, falling: Chances): Chances => ({
    failed: rising.failed.map((value, index) =>
      isRising(index) ? value : (falling.failed[index] as number),
    ),
    works: rising.works.map((value, index) => (isRising(index) ? value : (falling.works[index] as number))),
  });
  return { lower: countChance(module, mixed(low, high)), upper: countChance(module, mixed(high, low)) };
}

function unsolvedBounds(region: Region, reads: Reads, nodesMax: number): ModuleBounds {
  const order = depthFirst(region);
  const byLevel = (values: Float64Array): Float64Array => {
    const sorted = new Float64Array(values.length);
    for (const [variable, level] of order.entries()) sorted[level] = values[variable] as number;
    return sorted;
  };
  const levelReads = reads.map(({ failed, works }) => ({ failed: byLevel(failed), works: byLevel(works) }));
  const [low, high] = levelReads as unknown as Reads;
  const { lower, upper } = approximated(region, order, { read: high, nodesMax });
  return { lower: limitOf(lower, [low, high], "lower"), upper: limitOf(upper, [low, high], "upper") };
}

/** The least, or the greatest, that a diagram can come to while each of its variables lies within its limits. */
function limitOf(diagram: FrozenDiagram, [low, high]: Reads, side: "lower" | "upper"): ModuleChance {
  if (low.failed.every((value, level) => value === high.failed[level])) {
    return edgeChance(nodeChances(diagram, low), diagram.top);
  }
  const negated = diagram.top & 1;
  const { lowers, uppers } = nodeLimits(diagram, low, high);
  const node = diagram.top >> 1;
  const isLower = (side === "lower") === (negated === 0);
  const value = (isLower ? lowers : uppers)[node] as number;
  return negated === 0 ? { failed: value, works: 1 - value } : { failed: 1 - value, works: value };
}

/** Of each node the least and the greatest chance of its truth: a node is a mean of its branches, and is least at one end. */
function nodeLimits({ levels, lows, highs }: FrozenDiagram, low: Chances, high: Chances) {
  const lowers = new Float64Array(levels.length).fill(1);
  const uppers = new Float64Array(levels.length).fill(1);
  for (let node = 1; node < levels.length; node += 1) {
    const level = levels[node] as number;
    const below = lows[node] as number;
    const isNegated = (below & 1) === 1;
    const lowLower = isNegated ? 1 - (uppers[below >> 1] as number) : (lowers[below >> 1] as number);
    const lowUpper = isNegated ? 1 - (lowers[below >> 1] as number) : (uppers[below >> 1] as number);
    const highLower = lowers[(highs[node] as number) >> 1] as number;
    const highUpper = uppers[(highs[node] as number) >> 1] as number;
    const mean = (chances: Chances, truth: number, falsehood: number): number =>
      (chances.failed[level] as number) * truth + (chances.works[level] as number) * falsehood;
    lowers[node] = Math.min(mean(low, highLower, lowLower), mean(high, highLower, lowLower));
    uppers[node] = Math.max(mean(low, highUpper, lowUpper), mean(high, highUpper, lowUpper));
  }
  return { lowers, uppers };
}
