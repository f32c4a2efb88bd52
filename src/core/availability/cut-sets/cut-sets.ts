import type { RegionVariable } from "../preprocess/regions.ts";
import type { SolvedGraph, SolvedModule } from "../solve.ts";
import { chosenFamily } from "./chosen.ts";
import { type Families, type Family, none, ofEmpty } from "./families.ts";
import { minimalFamily } from "./minimal.ts";

/**
 * The minimal cut sets of a solved graph, without listing them: module by module, where a module that stands for a set's element
 * stands for any one of its own sets.
 */
export interface CutSets {
  /** As in the graph: each after those that it reads. */
  readonly modules: readonly CutSetModule[];
  readonly top:
    | { readonly kind: "none" }
    /** The top is failed while no event is. */
    | { readonly kind: "of-nothing" }
    | { readonly kind: "variable"; readonly variable: RegionVariable };
}

export interface CutSetModule {
  readonly families: Families;
  readonly top: Family;
  /** By level. */
  readonly variables: readonly RegionVariable[];
}

/** Steps of work for one module: about 10 s. */
const cutSetStepsMaxByDefault = 2 ** 26;

/** @returns `null` when a module is unsolved, or its cut sets would take more work than `stepsMax` */
export function cutSetsOf(graph: SolvedGraph, stepsMax = cutSetStepsMaxByDefault): CutSets | null {
  const { top } = graph;
  if (top.kind === "constant") {
    return { modules: [], top: { kind: top.isFailed === 1 ? "of-nothing" : "none" } };
  }
  if (top.sign === 1) return { modules: [], top: { kind: "of-nothing" } };
  const modules: CutSetModule[] = [];
  for (const module of graph.modules) {
    const made = moduleCutSets(module, stepsMax);
    if (made === null) return null;
    modules.push(made);
  }
  return { modules, top };
}

function moduleCutSets(module: SolvedModule, stepsMax: number): CutSetModule | null {
  const { variables } = module;
  if (module.kind === "unsolved") return null;
  if (module.kind === "diagram") {
    const family = minimalFamily(module.diagram, stepsMax);
    return family === null ? null : { ...family, variables };
  }
  // Inputs that count while they have not failed count in the smallest set, whatever it is.
  const { least, signs, sign } = module;
  const isPlain = (index: number): boolean => signs[index] === sign;
  const plain = variables.filter((_, index) => isPlain(index));
  const needed = (sign === 0 ? least : variables.length - least + 1) - (variables.length - plain.length);
  const family = chosenFamily(plain.length, needed, stepsMax);
  return family === null ? null : { ...family, variables: plain };
}

/** How a value is made of those of parts: `node = low + variable × high`. */
export interface Algebra<Value> {
  readonly none: Value;
  readonly ofEmpty: Value;
  readonly ofEvent: (event: number) => Value;
  readonly sum: (a: Value, b: Value) => Value;
  readonly product: (a: Value, b: Value) => Value;
}

/** Of each module, the value of every node of its families. */
export type FoldedModules<Value> = readonly (readonly Value[])[];

/** Goes over all families once, from the empty set up. */
export function folded<Value>({ modules }: CutSets, algebra: Algebra<Value>): FoldedModules<Value> {
  const values: Value[][] = [];
  for (const { families, variables } of modules) {
    const read = variables.map(({ kind, index }) =>
      kind === "event" ? algebra.ofEvent(index) : topOf(modules, values, index),
    );
    const { levels, lows, highs, size } = families;
    const made: Value[] = [algebra.none, algebra.ofEmpty];
    for (let node = 2; node < size; node += 1) {
      const variable = read[levels[node] as number] as Value;
      const high = algebra.product(variable, made[highs[node] as number] as Value);
      made.push(algebra.sum(made[lows[node] as number] as Value, high));
    }
    values.push(made);
  }
  return values;
}

function topOf<Value>(modules: readonly CutSetModule[], values: FoldedModules<Value>, index: number): Value {
  return values[index]?.[modules[index]?.top ?? none] as Value;
}

/** The value of all cut sets together. */
export function foldedTop<Value>(cutSets: CutSets, algebra: Algebra<Value>): Value {
  const { top } = cutSets;
  if (top.kind === "none") return algebra.none;
  if (top.kind === "of-nothing") return algebra.ofEmpty;
  if (top.variable.kind === "event") return algebra.ofEvent(top.variable.index);
  return topOf(cutSets.modules, folded(cutSets, algebra), top.variable.index);
}

/** Events that fail the top alone, in ascending order. */
export function singlePointsOfFailure({ modules, top }: CutSets): readonly number[] {
  const found: number[] = [];
  const open = top.kind === "variable" ? [top.variable] : [];
  for (const { kind, index } of open) {
    if (kind === "event") found.push(index);
    else open.push(...singlesOf(modules[index] as CutSetModule));
  }
  return found.sort((a, b) => a - b);
}

function singlesOf({ families, top, variables }: CutSetModule): readonly RegionVariable[] {
  const found: RegionVariable[] = [];
  for (let node = top; node > ofEmpty; node = families.lows[node] as number) {
    if (families.highs[node] === ofEmpty)
      found.push(variables[families.levels[node] as number] as RegionVariable);
  }
  return found;
}
