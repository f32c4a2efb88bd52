import { invariant } from "../problem/problem.ts";
import {
  chanceThrough,
  modulesChances,
  nodeChances,
  readChances,
  type SolvedChances,
  topChance,
} from "./chance.ts";
import type { Chances } from "./chances.ts";
import { countSlopes } from "./count.ts";
import type { FrozenDiagram } from "./diagram/frozen.ts";
import type { SolvedGraph, SolvedModule } from "./solve.ts";

/** How much one event matters. What would be divided by 0 is `null`. */
export interface Importance {
  /** By how much the top's unavailability rises while this event is failed instead of not: ∂U/∂q. */
  readonly birnbaum: number;
  /** Share of the unavailability that goes when this event never fails: 1 − U₀/U = q·∂U/∂q / U. Often called Fussell-Vesely. */
  readonly criticality: number | null;
  /** Diagnostic: how likely this event is failed while the top is. */
  readonly diagnostic: number | null;
  /** Risk achievement worth: by what factor the unavailability rises while this event is failed. */
  readonly achievement: number | null;
  /** Risk reduction worth: by what factor it falls when this event never fails. `null`: then the top never fails at all. */
  readonly reduction: number | null;
}

/** Below this share of the whole, what is left without an event is summed anew: a difference would have lost its digits. */
const differenceShareMin = 1e-3;

/**
 * Of each event, in one sweep over every module from its top down.
 *
 * @throws InvariantBroken when a module is unsolved
 */
export function importanceOf(graph: SolvedGraph, events: Chances): readonly Importance[] {
  const chances = modulesChances(graph, events);
  const { failed: whole } = topChance(graph, chances);
  const slopes = slopesOf(graph, chances);
  return Array.from(slopes, (birnbaum, event) => {
    const q = events.failed[event] as number;
    const above = whole + (events.works[event] as number) * birnbaum;
    const below = whole - q * birnbaum;
    const isDifference = below >= differenceShareMin * whole;
    const without = isDifference ? below : chanceThrough(graph, chances, event).failed;
    return {
      birnbaum,
      criticality: dividedOr(q * birnbaum, whole),
      diagnostic: dividedOr(q * above, whole),
      achievement: dividedOr(above, whole),
      reduction: dividedOr(whole, without),
    };
  });
}

function dividedOr(above: number, below: number): number | null {
  return below === 0 ? null : above / below;
}

/** Of each event, how the chance of the top being failed changes with its own: ∂U/∂q. */
export function slopesOf(graph: SolvedGraph, chances: SolvedChances): Float64Array {
  const ofEvents = new Float64Array(graph.eventCount);
  const ofModules = new Float64Array(graph.modules.length);
  const { top } = graph;
  if (top.kind === "constant") return ofEvents;
  (top.variable.kind === "event" ? ofEvents : ofModules)[top.variable.index] = top.sign === 0 ? 1 : -1;
  for (let index = graph.modules.length - 1; index >= 0; index -= 1) {
    const module = graph.modules[index] as SolvedModule;
    const slopes = moduleSlopes(module, chances);
    for (const [at, variable] of module.variables.entries()) {
      const into = variable.kind === "event" ? ofEvents : ofModules;
      into[variable.index] = (ofModules[index] as number) * (slopes[at] as number);
    }
  }
  return ofEvents;
}

function moduleSlopes(module: SolvedModule, chances: SolvedChances): Float64Array {
  invariant(module.kind !== "unsolved", "an unsolved module has bounds, and no slope");
  const read = readChances(chances, module.variables);
  return module.kind === "count" ? countSlopes(module, read) : diagramSlopes(module.diagram, read);
}

/** By level. How likely each node is reached, as it is and negated, is summed from the top down. */
function diagramSlopes(diagram: FrozenDiagram, read: Chances): Float64Array {
  const { levels, lows, highs, top } = diagram;
  const { failed, works } = nodeChances(diagram, read);
  const slopes = new Float64Array(read.failed.length);
  const reached = new Float64Array(2 * levels.length);
  reached[top] = 1;
  for (let node = levels.length - 1; node > 0; node -= 1) {
    const plain = reached[2 * node] as number;
    const negated = reached[2 * node + 1] as number;
    const level = levels[node] as number;
    const low = lows[node] as number;
    const high = highs[node] as number;
    const difference = riseOf({ failed, works }, low, high);
    slopes[level] = (slopes[level] as number) + (plain - negated) * difference;
    const p = read.failed[level] as number;
    const q = read.works[level] as number;
    reached[high] = (reached[high] as number) + p * plain;
    reached[high ^ 1] = (reached[high ^ 1] as number) + p * negated;
    reached[low] = (reached[low] as number) + q * plain;
    reached[low ^ 1] = (reached[low ^ 1] as number) + q * negated;
  }
  return slopes;
}

/** How much more likely `high` is true than `low`: from whichever of truth and falsehood is the smaller number. */
function riseOf({ failed, works }: Chances, low: number, high: number): number {
  const node = low >> 1;
  const [lowTrue, lowFalse] = (low & 1) === 0 ? [failed, works] : [works, failed];
  const trues = failed[high >> 1] as number;
  if (trues < 0.5) return trues - (lowTrue[node] as number);
  return (lowFalse[node] as number) - (works[high >> 1] as number);
}
