import type { Chances } from "./chances.ts";
import { invariant } from "../problem/problem.ts";
import type { FrozenDiagram } from "./diagram/frozen.ts";
import { countChance } from "./count.ts";
import type { RegionVariable } from "./preprocess/regions.ts";
import type { SolvedGraph, SolvedModule } from "./solve.ts";

/** The same of the modules of a solved graph. */
export interface SolvedChances {
  readonly events: Chances;
  readonly modules: Chances;
}

export interface TopChance {
  readonly failed: number;
  readonly works: number;
}

/**
 * How likely the top is failed, and that it is not, without a subtraction: both keep their digits however small they are.
 *
 * @throws InvariantBroken when a module is unsolved
 */
export function chanceOf(graph: SolvedGraph, events: Chances): TopChance {
  return topChance(graph, modulesChances(graph, events));
}

export function topChance({ top }: SolvedGraph, chances: SolvedChances): TopChance {
  if (top.kind === "constant") return { failed: top.isFailed, works: 1 - top.isFailed };
  const { failed, works } = readChance(chances, top.variable);
  return top.sign === 0 ? { failed, works } : { failed: works, works: failed };
}

export function modulesChances(graph: SolvedGraph, events: Chances): SolvedChances {
  const count = graph.modules.length;
  const chances = {
    events,
    modules: { failed: new Float64Array(count), works: new Float64Array(count) },
  };
  for (const [index, module] of graph.modules.entries()) {
    const { failed, works } = moduleChance(module, chances);
    chances.modules.failed[index] = failed;
    chances.modules.works[index] = works;
  }
  return chances;
}

/** The chance of the top when one event never fails: only the modules on the way from it to the top are summed anew. */
export function chanceThrough(graph: SolvedGraph, chances: SolvedChances, event: number): TopChance {
  const changed = copyOf(chances);
  changed.events.failed[event] = 0;
  changed.events.works[event] = 1;
  const isChanged = new Uint8Array(graph.modules.length);
  for (const [index, module] of graph.modules.entries()) {
    const isRead = module.variables.some(({ kind, index: at }) =>
      kind === "event" ? at === event : isChanged[at] === 1,
    );
    if (!isRead) continue;
    isChanged[index] = 1;
    const { failed, works } = moduleChance(module, changed);
    changed.modules.failed[index] = failed;
    changed.modules.works[index] = works;
  }
  return topChance(graph, changed);
}

function copyOf({ events, modules }: SolvedChances): SolvedChances {
  return {
    events: { failed: events.failed.slice(), works: events.works.slice() },
    modules: { failed: modules.failed.slice(), works: modules.works.slice() },
  };
}

function moduleChance(module: SolvedModule, chances: SolvedChances): TopChance {
  invariant(module.kind !== "unsolved", "an unsolved module has bounds, and no chance");
  const read = readChances(chances, module.variables);
  if (module.kind === "count") return countChance(module, read);
  return edgeChance(nodeChances(module.diagram, read), module.diagram.top);
}

function readChance(chances: SolvedChances, { kind, index }: RegionVariable): TopChance {
  const { failed, works } = kind === "event" ? chances.events : chances.modules;
  return { failed: failed[index] as number, works: works[index] as number };
}

/** Of what a module reads, in its order. */
export function readChances(chances: SolvedChances, variables: readonly RegionVariable[]): Chances {
  const failed = new Float64Array(variables.length);
  const works = new Float64Array(variables.length);
  for (const [at, { kind, index }] of variables.entries()) {
    const from = kind === "event" ? chances.events : chances.modules;
    failed[at] = from.failed[index] as number;
    works[at] = from.works[index] as number;
  }
  return { failed, works };
}

/** Of each node of a diagram, how likely it is true (`failed`) and false (`works`). @param read by level */
export function nodeChances({ levels, lows, highs }: FrozenDiagram, read: Chances): Chances {
  const failed = new Float64Array(levels.length);
  const works = new Float64Array(levels.length);
  failed[0] = 1;
  for (let node = 1; node < levels.length; node += 1) {
    const level = levels[node] as number;
    const p = read.failed[level] as number;
    const q = read.works[level] as number;
    const low = lows[node] as number;
    const high = (highs[node] as number) >> 1;
    const [lowTrue, lowFalse] = (low & 1) === 0 ? [failed, works] : [works, failed];
    failed[node] = p * (failed[high] as number) + q * (lowTrue[low >> 1] as number);
    works[node] = p * (works[high] as number) + q * (lowFalse[low >> 1] as number);
  }
  return { failed, works };
}

export function edgeChance(nodes: Chances, edge: number): TopChance {
  const failed = nodes.failed[edge >> 1] as number;
  const works = nodes.works[edge >> 1] as number;
  return (edge & 1) === 0 ? { failed, works } : { failed: works, works: failed };
}
