import { type Bounds, chanceBounds } from "../core/availability/bounds.ts";
import { type Chances, chancesOf } from "../core/availability/chances.ts";
import { cutSetCount, cutSetCountsByOrder } from "../core/availability/cut-sets/count.ts";
import { type CutSets, cutSetsOf, singlePointsOfFailure } from "../core/availability/cut-sets/cut-sets.ts";
import { fussellVeselyOf } from "../core/availability/cut-sets/fussell-vesely.ts";
import { type CutSet, likeliestCutSets } from "../core/availability/cut-sets/likeliest.ts";
import type { FaultGraph, Literal } from "../core/availability/fault-graph.ts";
import type { FaultTree } from "../core/availability/fault-tree.ts";
import { type Importance, importanceOf } from "../core/availability/importance.ts";
import { type Race, type SolvedGraph, solved, solvedByRace } from "../core/availability/solve.ts";

/** What a fault tree was asked, and the answers. */
export interface TreeAnswer {
  readonly model: string;
  readonly gate: string;
  readonly isExact: boolean;
  readonly bounds: Bounds;
  readonly coreSeconds: number;
  /** `null`: not asked for, or past the bound of work, as `isAsked` says. */
  readonly cutSets: CutSetAnswer | null;
  readonly importance: readonly EventImportance[] | null;
  readonly asked: { readonly cutSets: boolean; readonly importance: boolean; readonly top: number };
}

export interface CutSetAnswer {
  readonly count: bigint;
  readonly byOrder: readonly bigint[];
  readonly singlePointsOfFailure: readonly string[];
  readonly likeliest: readonly { readonly events: readonly string[]; readonly probability: number }[];
}

export interface EventImportance extends Importance {
  readonly event: string;
  /** `null`: its work is past the bound, or the tree is not coherent. */
  readonly fussellVesely: number | null;
}

/** The unions of cut sets are worth this much work for each module. */
const unionStepsMax = 2 ** 22;

export interface Asking {
  readonly asked: TreeAnswer["asked"];
  readonly stepsMax: number;
  /** `null`: nothing is raced elsewhere. */
  readonly race: Race | null;
}

/** Answers what is asked of a gate. */
export async function answered(
  tree: FaultTree,
  gate: { readonly name: string; readonly literal: Literal },
  { asked, stepsMax, race }: Asking,
): Promise<TreeAnswer> {
  const chances = chancesOf(unavailabilities(tree.graph));
  const before = process.cpuUsage();
  const graph =
    race === null
      ? solved(tree.graph, gate.literal, stepsMax)
      : await solvedByRace(tree.graph, gate.literal, race);
  const bounds = chanceBounds(graph, chances);
  const used = process.cpuUsage(before);
  const sets = asked.cutSets || asked.importance ? cutSetsOf(graph) : null;
  return {
    model: tree.name,
    gate: gate.name,
    isExact: graph.isExact,
    bounds,
    coreSeconds: (used.user + used.system) / 1e6,
    cutSets: asked.cutSets && sets !== null ? cutSetAnswer(tree, sets, { chances, top: asked.top }) : null,
    importance: asked.importance && graph.isExact ? eventImportance(tree, { graph, sets }, chances) : null,
    asked,
  };
}

function unavailabilities({ events }: FaultGraph): Float64Array {
  return Float64Array.from(events, ({ law }) => (law.kind === "constant" ? law.unavailability : Number.NaN));
}

function cutSetAnswer(
  tree: FaultTree,
  sets: CutSets,
  { chances, top }: { readonly chances: Chances; readonly top: number },
): CutSetAnswer {
  const nameOf = (event: number): string => tree.graph.events[event]?.name ?? "";
  const named = ({ events, probability }: CutSet) => ({ events: events.map(nameOf), probability });
  return {
    count: cutSetCount(sets),
    byOrder: cutSetCountsByOrder(sets),
    singlePointsOfFailure: singlePointsOfFailure(sets).map(nameOf),
    likeliest: likeliestCutSets(sets, chances.failed, top).map(named),
  };
}

/** The most critical first. */
function eventImportance(
  { graph: { events } }: FaultTree,
  { graph, sets }: { readonly graph: SolvedGraph; readonly sets: CutSets | null },
  chances: Chances,
): readonly EventImportance[] {
  const unions =
    sets === null || !graph.isCoherent
      ? null
      : fussellVeselyOf({ graph, cutSets: sets }, chances, unionStepsMax);
  return importanceOf(graph, chances)
    .map((importance, event) => ({
      event: events[event]?.name ?? "",
      ...importance,
      fussellVesely: unions?.[event] ?? null,
    }))
    .sort((a, b) => (b.criticality ?? 0) - (a.criticality ?? 0) || b.birnbaum - a.birnbaum);
}
