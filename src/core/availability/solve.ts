import { chain } from "./diagram/chain.ts";
import { type OrderedDiagram, raced } from "./diagram/race.ts";
import type { FaultGraph, Literal } from "./fault-graph.ts";
import { isCoherent } from "./preprocess/coherent.ts";
import { formulaOf } from "./preprocess/read-graph.ts";
import {
  type Region,
  type RegionGate,
  type Regions,
  regionsOf,
  type RegionVariable,
} from "./preprocess/regions.ts";
import { simplified } from "./preprocess/simplify.ts";

/** A fault graph made ready: every question about its top is answered by going over these modules. */
export interface SolvedGraph {
  readonly eventCount: number;
  /** Each after those that it reads. */
  readonly modules: readonly SolvedModule[];
  readonly top: Regions["top"];
  /** Whether a failure never mends the top: then it has just its cut sets. Judged by the gates' signs. */
  readonly isCoherent: boolean;
  /** Whether no module was given up. */
  readonly isExact: boolean;
}

/** A function of events and other modules that is false while none of them has failed. */
export type SolvedModule =
  /** `variables` by level of the diagram. */
  | {
      readonly kind: "diagram";
      readonly diagram: OrderedDiagram["diagram"];
      readonly variables: readonly RegionVariable[];
    }
  /** True when `least` of what it reads are, each read by nothing else and with its own sign (1: negated); `sign` 1 negates it. */
  | {
      readonly kind: "count";
      readonly least: number;
      readonly variables: readonly RegionVariable[];
      readonly signs: Uint8Array;
      readonly sign: 0 | 1;
    }
  /** Its diagram would have taken more work than was allowed. */
  | { readonly kind: "unsolved"; readonly region: Region; readonly variables: readonly RegionVariable[] };

/** Steps of work for one order of variables of one module: about 30 s and 2 GB. */
export const stepsMaxByDefault = 2 ** 25;

/**
 * Simplifies, cuts into modules, and builds a decision diagram for each.
 *
 * @param top what is asked for: an event, a gate, or its negation
 * @throws InvariantBroken when gates form a circle
 */
export function solved(faults: FaultGraph, top: Literal, stepsMax = stepsMaxByDefault): SolvedGraph {
  const prepared = preparedGraph(faults, top);
  return solvedGraph(
    prepared,
    prepared.regions.map((region) => solvedModule(region, stepsMax)),
  );
}

/** Races the orders of a region somewhere else. @returns `null` when none was done within the work allowed */
export type Race = (region: Region) => Promise<OrderedDiagram | null>;

/** Work for one order of variables of one module below which nothing is raced elsewhere: some seconds. */
export const stepsAlone = 2 ** 23;

/** The same, where what takes long is raced elsewhere. */
export async function solvedByRace(faults: FaultGraph, top: Literal, race: Race): Promise<SolvedGraph> {
  const prepared = preparedGraph(faults, top);
  const modules: SolvedModule[] = [];
  for (const region of prepared.regions) {
    const module = solvedModule(region, stepsAlone);
    modules.push(module.kind === "unsolved" ? moduleOf(region, await race(region)) : module);
  }
  return solvedGraph(prepared, modules);
}

interface Prepared extends Regions {
  readonly eventCount: number;
  readonly isCoherent: boolean;
}

function preparedGraph(faults: FaultGraph, top: Literal): Prepared {
  const formula = simplified(formulaOf(faults, top));
  return { ...regionsOf(formula), eventCount: faults.events.length, isCoherent: isCoherent(formula) };
}

function solvedGraph(
  { eventCount, top, isCoherent: coherent }: Prepared,
  modules: readonly SolvedModule[],
): SolvedGraph {
  const isExact = modules.every(({ kind }) => kind !== "unsolved");
  return { eventCount, modules, top, isCoherent: coherent, isExact };
}

/** @param stepsMax work allowed for its diagram */
export function solvedModule(region: Region, stepsMax: number): SolvedModule {
  const [gate, ...others] = region.gates;
  if (gate !== undefined && others.length === 0) return gateModule(gate, region);
  return moduleOf(region, raced(region, stepsMax));
}

function moduleOf(region: Region, ordered: OrderedDiagram | null): SolvedModule {
  const { variables } = region;
  if (ordered === null) return { kind: "unsolved", region, variables };
  const byLevel = Array.from(ordered.variables, (index) => variables[index] as RegionVariable);
  return { kind: "diagram", diagram: ordered.diagram, variables: byLevel };
}

/** A module of one gate reads each of its variables once. */
function gateModule({ kind, least, inputs }: RegionGate, { variables, top }: Region): SolvedModule {
  const read = inputs.map((edge) => variables[(edge >> 1) - 1] as RegionVariable);
  if (kind !== "at-least") return { kind: "diagram", diagram: chain(kind, inputs, top & 1), variables: read };
  const signs = new Uint8Array(inputs.map((edge) => edge & 1));
  return { kind: "count", least, variables: read, signs, sign: (top & 1) as 0 | 1 };
}
