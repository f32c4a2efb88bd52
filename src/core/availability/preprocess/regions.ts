import type { AndGraph, Edge, GateKind } from "./and-graph.ts";
import { modulesOf } from "./modules.ts";
import type { Formula } from "./read-graph.ts";

/**
 * One module without the modules in it, which are its variables, as are events. Its own nodes are numbered anew: 0 is true,
 * then come the variables, then the gates, each after what it reads; the last one is the module itself.
 */
export interface Region {
  readonly variables: readonly RegionVariable[];
  readonly gates: readonly RegionGate[];
  /** False while no event has failed: the last gate, or its negation. */
  readonly top: Edge;
}

/** An event, or a module by its index among all regions. */
export type RegionVariable =
  | { readonly kind: "event"; readonly index: number }
  | { readonly kind: "module"; readonly index: number };

export interface RegionGate {
  readonly kind: GateKind;
  readonly least: number;
  readonly inputs: readonly Edge[];
}

/** A function cut into modules; each stands after those that it reads. */
export interface Regions {
  readonly regions: readonly Region[];
  readonly top:
    | { readonly kind: "constant"; readonly isFailed: 0 | 1 }
    | { readonly kind: "variable"; readonly variable: RegionVariable; readonly sign: 0 | 1 };
}

/**
 * Every module's sign is chosen so that it is false while no event has failed: what fails it is then found among failures, and a
 * function of modules has the minimal cut sets that their composition has.
 *
 * @param isGiven by node: a variable (1) whose state is given, which binds nothing together however many modules read it
 */
export function regionsOf({ graph, top }: Formula, isGiven?: Uint8Array): Regions {
  const node = top >> 1;
  if (node === 0) return { regions: [], top: { kind: "constant", isFailed: top === 0 ? 1 : 0 } };
  const isModule = modulesOf({ graph, tops: [top], ...(isGiven && { isGiven }) });
  const atZero = valuesAtZero(graph, node);
  const regions: Region[] = [];
  const known = new Map<number, RegionVariable>();
  const variableOf = (below: number): RegionVariable => known.get(below) as RegionVariable;
  for (const each of modulesBelow(graph, node, isModule)) {
    if (graph.kindOf(each) === "variable") known.set(each, { kind: "event", index: graph.variableOf(each) });
    else {
      regions.push(regionOf({ graph, isModule, atZero, variableOf }, each));
      known.set(each, { kind: "module", index: regions.length - 1 });
    }
  }
  const sign = ((top & 1) ^ (atZero[node] as number)) as 0 | 1;
  return { regions, top: { kind: "variable", variable: variableOf(node), sign } };
}

/** Those that the top reads, in ascending order. */
function modulesBelow(graph: AndGraph, top: number, isModule: Uint8Array): readonly number[] {
  const isRead = new Uint8Array(top + 1);
  isRead[top] = 1;
  const found: number[] = [];
  for (let node = top; node > 0; node -= 1) {
    if (isRead[node] === 0) continue;
    if (isModule[node] === 1) found.push(node);
    for (const edge of graph.inputsOf(node)) isRead[edge >> 1] = 1;
  }
  return found.reverse();
}

/** What each node is while no event has failed. */
function valuesAtZero(graph: AndGraph, top: number): Uint8Array {
  const values = new Uint8Array(top + 1);
  values[0] = 1;
  for (let node = 1; node <= top; node += 1) {
    const kind = graph.kindOf(node);
    if (kind === "variable") continue;
    const inputs = graph.inputsOf(node);
    let count = 0;
    for (const edge of inputs) count += (values[edge >> 1] as number) ^ (edge & 1);
    const least = kind === "and" ? inputs.length : graph.leastOf(node);
    values[node] = kind === "xor" ? count & 1 : Number(count >= least);
  }
  return values;
}

interface Cutting {
  readonly graph: AndGraph;
  readonly isModule: Uint8Array;
  readonly atZero: Uint8Array;
  readonly variableOf: (node: number) => RegionVariable;
}

function regionOf(cutting: Cutting, module: number): Region {
  const { graph, isModule, atZero, variableOf } = cutting;
  const { inner, border } = nodesOf(cutting, module);
  const numbers = new Map<number, number>();
  for (const [index, node] of [...border, ...inner].entries()) numbers.set(node, index + 1);
  const edgeOf = (edge: Edge): Edge => {
    const node = edge >> 1;
    const flip = isModule[node] === 1 ? (atZero[node] as number) : 0;
    return 2 * (numbers.get(node) as number) + ((edge & 1) ^ flip);
  };
  return {
    variables: border.map(variableOf),
    gates: inner.map((node) => ({
      kind: graph.kindOf(node) as GateKind,
      least: graph.leastOf(node),
      inputs: graph.inputsOf(node).map(edgeOf),
    })),
    top: 2 * (numbers.get(module) as number) + (atZero[module] as number),
  };
}

/** The gates of a module that are no modules themselves, the module's own last; and the modules that they read. */
function nodesOf({ graph, isModule }: Cutting, module: number) {
  const seen = new Set([module]);
  const inner = [module];
  const border: number[] = [];
  for (const node of inner) {
    for (const edge of graph.inputsOf(node)) {
      const below = edge >> 1;
      if (seen.has(below)) continue;
      seen.add(below);
      (isModule[below] === 1 ? border : inner).push(below);
    }
  }
  inner.sort((a, b) => a - b);
  return { inner, border };
}
