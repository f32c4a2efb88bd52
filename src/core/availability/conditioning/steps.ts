import { terminalLevel } from "../diagram/diagram.ts";
import { AndGraph, type Edge } from "../preprocess/and-graph.ts";
import { formulaOfRegion } from "../preprocess/region-formula.ts";
import type { Formula } from "../preprocess/read-graph.ts";
import {
  type Region,
  type RegionGate,
  type Regions,
  regionsOf,
  type RegionVariable,
} from "../preprocess/regions.ts";
import { simplified } from "../preprocess/simplify.ts";
import { type SolvedModule, solvedModule } from "../solve.ts";

/** How one module of a graph is worked out from those below it, while the states of what is shared are given. */
export interface Steps {
  /** Each after those that it reads. A variable that is an event is a node of the graph: a module, or an event. */
  readonly modules: readonly Step[];
  readonly top: Regions["top"];
  /** The nodes of the graph that are read. */
  readonly leaves: readonly number[];
}

export type Step =
  /** True when all that it reads are, each with its own sign (1: negated); `sign` 1 negates it. */
  | {
      readonly kind: "all";
      readonly variables: readonly RegionVariable[];
      readonly signs: Uint8Array;
      readonly sign: 0 | 1;
    }
  /** Fails as the design that is left; of several, in each state as the one that fails least there, which none of them goes below. */
  | {
      readonly kind: "best";
      readonly variables: readonly RegionVariable[];
      readonly signs: Uint8Array;
      /** By variable: the event that this design is ruled out. */
      readonly ruledOut: readonly number[];
    }
  | SolvedModule;

/** A graph, the nodes of it that are modules (1), and the variables whose states are given (1). */
export interface GivenGraph {
  readonly graph: AndGraph;
  readonly isModule: Uint8Array;
  readonly isGiven: Uint8Array;
  /** Whether an event is that a design is ruled out. */
  readonly isRuledOut: (event: number) => boolean;
}

/** A graph cut into modules, and the steps to each that is asked for. */
export class Cut {
  readonly #given: GivenGraph;
  readonly #stepsMax: number;
  readonly #known = new Map<number, Steps>();

  /** @param stepsMax work allowed for the diagram of one module */
  constructor(given: GivenGraph, stepsMax: number) {
    this.#given = given;
    this.#stepsMax = stepsMax;
  }

  stepsTo(node: number): Steps {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const steps = stepsTo(node, this.#given, this.#stepsMax);
    this.#known.set(node, steps);
    return steps;
  }
}

function stepsTo(node: number, given: GivenGraph, stepsMax: number): Steps {
  return bestDesign(node, given) ?? oneGate(node, given) ?? severalGates(node, given, stepsMax);
}

/** Of a node that is one step. */
function oneStep(step: Step): Steps {
  return stepsOf([step], { kind: "variable", variable: { kind: "module", index: 0 }, sign: 0 });
}

/** What fails where each of several designs is ruled out or fails; `null`: it is something else. */
function bestDesign(node: number, { graph, isRuledOut }: GivenGraph): Steps | null {
  if (graph.kindOf(node) !== "and") return null;
  const variables: RegionVariable[] = [];
  const signs: number[] = [];
  const ruledOut: number[] = [];
  for (const input of graph.inputsOf(node)) {
    const parts = (input & 1) === 1 && graph.kindOf(input >> 1) === "and" ? graph.inputsOf(input >> 1) : [];
    const out = parts.find(
      (part) =>
        (part & 1) === 1 && graph.kindOf(part >> 1) === "variable" && isRuledOut(graph.variableOf(part >> 1)),
    );
    const works = parts.find((part) => part !== out);
    if (parts.length !== 2 || out === undefined || works === undefined) return null;
    variables.push({ kind: "event", index: works >> 1 });
    signs.push((works & 1) ^ 1);
    ruledOut.push(graph.variableOf(out >> 1));
  }
  return oneStep({ kind: "best", variables, signs: Uint8Array.from(signs), ruledOut });
}

/** What reads modules alone; `null`: it does not. */
function oneGate(node: number, { graph, isModule }: GivenGraph): Steps | null {
  const kind = graph.kindOf(node);
  const inputs = graph.inputsOf(node);
  if ((kind !== "and" && kind !== "at-least") || !inputs.every((input) => isModule[input >> 1] === 1))
    return null;
  const variables = inputs.map((input): RegionVariable => ({ kind: "event", index: input >> 1 }));
  const signs = Uint8Array.from(inputs, (input) => input & 1);
  const read = { variables, signs, sign: 0 } as const;
  return oneStep(
    kind === "and" ? { kind: "all", ...read } : { kind: "count", least: graph.leastOf(node), ...read },
  );
}

function severalGates(node: number, given: GivenGraph, stepsMax: number): Steps {
  const formula = liftedFormula(node, given);
  const { regions, top } = regionsOf(
    formula,
    givenIn(formula.graph, (node) => given.isGiven[node] === 1),
  );
  const steps = new StepList(given, stepsMax);
  for (const region of regions) steps.add(region);
  return stepsOf(
    steps.modules,
    top.kind === "constant" ? top : { ...top, variable: steps.where(top.variable) },
  );
}

function stepsOf(modules: readonly Step[], top: Regions["top"]): Steps {
  const read = modules.flatMap(({ variables }) => variables);
  const all = top.kind === "variable" ? [...read, top.variable] : read;
  return { modules, top, leaves: all.flatMap(({ kind, index }) => (kind === "event" ? index : [])) };
}

/** What a node says, where the modules below it are variables. */
function liftedFormula(top: number, { graph: from, isModule }: GivenGraph): Formula {
  const isRead = new Set([top]);
  for (const node of isRead) {
    if (isModule[node] === 1 && node !== top) continue;
    for (const edge of from.inputsOf(node)) isRead.add(edge >> 1);
  }
  const graph = new AndGraph();
  const edges = new Map<number, Edge>();
  for (const node of [...isRead].sort((a, b) => a - b)) {
    const kind = from.kindOf(node);
    if (kind === "true") edges.set(node, 0);
    else if (kind === "variable" || (isModule[node] === 1 && node !== top))
      edges.set(node, graph.variable(node));
    else {
      const inputs = from.inputsOf(node).map((edge) => (edges.get(edge >> 1) as Edge) ^ (edge & 1));
      edges.set(node, graph.gate(kind, inputs, from.leastOf(node)));
    }
  }
  return { graph, top: edges.get(top) as Edge };
}

function givenIn(graph: AndGraph, isGiven: (variable: number) => boolean): Uint8Array {
  const flags = new Uint8Array(graph.size);
  for (let node = 1; node < graph.size; node += 1) {
    if (graph.kindOf(node) === "variable" && isGiven(graph.variableOf(node))) flags[node] = 1;
  }
  return flags;
}

/** Modules in the making: of one gate each where that will do, else simplified, cut once more, and made diagrams. */
class StepList {
  readonly modules: Step[] = [];
  readonly #given: GivenGraph;
  readonly #stepsMax: number;
  /** What each region has become, in their order. */
  readonly #became: RegionVariable[] = [];

  constructor(given: GivenGraph, stepsMax: number) {
    this.#given = given;
    this.#stepsMax = stepsMax;
  }

  where(variable: RegionVariable): RegionVariable {
    return variable.kind === "event" ? variable : (this.#became[variable.index] as RegionVariable);
  }

  add(region: Region): void {
    const placed = { ...region, variables: region.variables.map((variable) => this.where(variable)) };
    const asOne = oneConjunction(placed);
    if (asOne !== null) this.#became.push(this.#made(asOne));
    else this.#addSimplified(placed);
  }

  #addSimplified(region: Region): void {
    const formula = simplified(formulaOfRegion(region));
    const isGiven = (index: number): boolean => {
      const variable = region.variables[index] as RegionVariable;
      return variable.kind === "event" && this.#given.isGiven[variable.index] === 1;
    };
    const { regions, top } = regionsOf(formula, givenIn(formula.graph, isGiven));
    const before = this.modules.length;
    const placeOf = ({ kind, index }: RegionVariable): RegionVariable =>
      kind === "event"
        ? (region.variables[index] as RegionVariable)
        : { kind: "module", index: before + index };
    for (const each of regions) this.#made({ ...each, variables: each.variables.map(placeOf) });
    if (top.kind === "variable") this.#became.push(placeOf(top.variable));
    else this.#became.push(this.#constant(top.isFailed));
  }

  #made(region: Region): RegionVariable {
    const [gate, ...others] = region.gates;
    const isAll = gate?.kind === "and" && others.length === 0;
    this.modules.push(isAll ? allOf(gate, region) : solvedModule(region, this.#stepsMax));
    return { kind: "module", index: this.modules.length - 1 };
  }

  #constant(isTrue: 0 | 1): RegionVariable {
    const levels = Int32Array.of(terminalLevel);
    const diagram = { levels, lows: Int32Array.of(0), highs: Int32Array.of(0), top: isTrue ^ 1 };
    this.modules.push({ kind: "diagram", diagram, variables: [] });
    return { kind: "module", index: this.modules.length - 1 };
  }
}

function allOf({ inputs }: RegionGate, { variables, top }: Region): Step {
  return {
    kind: "all",
    variables: inputs.map((edge) => variables[(edge >> 1) - 1] as RegionVariable),
    signs: Uint8Array.from(inputs, (edge) => edge & 1),
    sign: (top & 1) as 0 | 1,
  };
}

/** A region of one gate, or of conjunctions of conjunctions, as one gate; `null`: it is neither. */
function oneConjunction(region: Region): Region | null {
  const { gates, variables } = region;
  if (gates.length === 1) return region;
  const read = new Set<Edge>();
  for (const { kind, inputs } of gates) {
    if (kind !== "and") return null;
    for (const edge of inputs) {
      if (edge >> 1 <= variables.length) read.add(edge);
      else if ((edge & 1) === 1) return null;
    }
  }
  if ([...read].some((edge) => read.has(edge ^ 1))) return null;
  const gate: RegionGate = { kind: "and", least: 0, inputs: [...read] };
  return { variables, gates: [gate], top: 2 * (variables.length + 1) + (region.top & 1) };
}
