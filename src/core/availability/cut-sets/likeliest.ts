import { type CutSetModule, type CutSets, type FoldedModules, folded } from "./cut-sets.ts";
import { type Family, none, ofEmpty } from "./families.ts";
import { Heap } from "./heap.ts";

export interface CutSet {
  /** Ascending. */
  readonly events: readonly number[];
  /** That all of them have failed. */
  readonly probability: number;
}

/**
 * The `count` likeliest cut sets, likeliest first, without listing any other: what is begun is gone on with where the best end that
 * it can come to is best, and that is known of every family beforehand.
 *
 * @param failed by event
 */
export function likeliestCutSets(
  cutSets: CutSets,
  failed: ArrayLike<number>,
  count: number,
): readonly CutSet[] {
  const { modules, top } = cutSets;
  if (top.kind === "none" || count === 0) return [];
  if (top.kind === "of-nothing") return [{ events: [], probability: 1 }];
  const best = folded(cutSets, bestProduct(failed));
  const search: Search = { modules, best, failed, heap: new Heap<Begun>((begun) => begun.bound) };
  search.heap.push(withVariable(search, start, top.variable));
  const found: CutSet[] = [];
  for (let begun = search.heap.pop(); begun !== null && found.length < count; begun = search.heap.pop()) {
    if (begun.pending === null) found.push(setOf(begun));
    else goOn(search, begun, begun.pending);
  }
  return found;
}

function bestProduct(failed: ArrayLike<number>) {
  return {
    none: -1,
    ofEmpty: 1,
    ofEvent: (event: number) => failed[event] as number,
    sum: (a: number, b: number) => Math.max(a, b),
    product: (a: number, b: number) => (b < 0 ? -1 : a * b),
  };
}

interface Search {
  readonly modules: readonly CutSetModule[];
  readonly best: FoldedModules<number>;
  readonly failed: ArrayLike<number>;
  readonly heap: Heap<Begun>;
}

/** A cut set begun: events chosen, and families of which one set each is still to be chosen. */
interface Begun {
  readonly probability: number;
  /** The probability of the likeliest set that it can become. */
  readonly bound: number;
  readonly chosen: Linked<number> | null;
  readonly pending: Linked<PendingFamily> | null;
}

interface Linked<Value> {
  readonly value: Value;
  readonly rest: Linked<Value> | null;
}

interface PendingFamily {
  readonly module: number;
  readonly family: Family;
  /** The best bound of all families that are pending behind this one. */
  readonly boundBehind: number;
}

const start: Begun = { probability: 1, bound: 1, chosen: null, pending: null };

function goOn(search: Search, begun: Begun, { value, rest }: Linked<PendingFamily>): void {
  const { families, variables } = search.modules[value.module] as CutSetModule;
  const low = families.lows[value.family] as Family;
  const high = families.highs[value.family] as Family;
  const before = { ...begun, pending: rest };
  if (low !== none) search.heap.push(withFamily(search, before, { module: value.module, family: low }));
  const variable = variables[families.levels[value.family] as number];
  if (variable === undefined) return;
  const after = withFamily(search, before, { module: value.module, family: high });
  search.heap.push(withVariable(search, after, variable));
}

function withFamily(
  { best }: Search,
  begun: Begun,
  { module, family }: { readonly module: number; readonly family: Family },
): Begun {
  const behind = boundBehind(begun.pending, best);
  const own = best[module]?.[family] ?? 0;
  const pending =
    family === ofEmpty
      ? begun.pending
      : { value: { module, family, boundBehind: behind }, rest: begun.pending };
  return { ...begun, pending, bound: begun.probability * own * behind };
}

function withVariable(
  search: Search,
  begun: Begun,
  { kind, index }: { readonly kind: "event" | "module"; readonly index: number },
): Begun {
  if (kind === "module") {
    return withFamily(search, begun, { module: index, family: search.modules[index]?.top ?? none });
  }
  const probability = begun.probability * (search.failed[index] as number);
  const chosen = { value: index, rest: begun.chosen };
  return { ...begun, probability, chosen, bound: probability * boundBehind(begun.pending, search.best) };
}

function boundBehind(pending: Linked<PendingFamily> | null, best: FoldedModules<number>): number {
  if (pending === null) return 1;
  const { module, family, boundBehind: behind } = pending.value;
  return (best[module]?.[family] ?? 0) * behind;
}

function setOf({ chosen, probability }: Begun): CutSet {
  const events: number[] = [];
  for (let link = chosen; link !== null; link = link.rest) events.push(link.value);
  return { events: events.sort((a, b) => a - b), probability };
}
