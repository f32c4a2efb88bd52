import { carbonOf } from "../carbon/carbon.ts";
import { costOf } from "../cost/cost.ts";
import type { Component } from "../model/component.ts";
import type { Model } from "../model/model.ts";
import type { Variant } from "../model/options.ts";
import type { PredictionSettings } from "../prediction/prediction.ts";
import type { Parsed } from "../problem/problem.ts";
import type { Missing } from "../units/missing.ts";

/** A component that something is chosen about, with every way to build it; the first is today's. */
export interface Chosen {
  readonly name: string;
  readonly variants: readonly [Variant, ...Variant[]];
}

/** What the components cost and emit each month. Neither depends on how another component is built, so the sums are exact. */
export interface Weighing {
  readonly currency: string | null;
  /** Micro-units of money a month, by component that is chosen about, by variant. */
  readonly cost: readonly (readonly number[])[];
  /** Grams a month. */
  readonly carbon: readonly (readonly number[])[];
  /** Of the components that nothing is chosen about, together. */
  readonly rest: { readonly cost: number; readonly carbon: number };
  /** What has no price or emits nobody knows how much, in any of the ways: it counts as nothing. */
  readonly missing: readonly Missing[];
}

/** Each variant is priced once, beside all the others, so that all are in one currency or refused. */
export function weighingOf(
  model: Model,
  chosen: readonly Chosen[],
  { tables }: Pick<PredictionSettings, "tables">,
): Parsed<Weighing> {
  const names = new Set(chosen.map(({ name }) => name));
  const rest = [...model.components.values()].filter(({ name }) => !names.has(name));
  const built = chosen.flatMap(({ variants }) => variants.map(({ component }) => component));
  const all: Model = {
    ...model,
    journeys: new Map(),
    components: new Map([...rest, ...built].map((each, at) => [String(at), { ...each, name: String(at) }])),
  };
  const costs = costOf(all, tables);
  if (!costs.ok) return costs;
  const carbons = carbonOf(all, tables);
  const cost = new Map(
    costs.value.components.map((each) => [each.component, each.total?.value.microsPerMonth ?? 0]),
  );
  const carbon = new Map(carbons.components.map((each) => [each.component, each.total?.value ?? 0]));
  const missing = [...costs.value.missing, ...carbons.missing].map((each) => ({
    ...each,
    of: nameAt([...rest, ...built], each.of),
  }));
  const starts = startsOf(rest.length, chosen);
  const byVariant = (of: ReadonlyMap<string, number>): readonly (readonly number[])[] =>
    chosen.map(({ variants }, at) =>
      variants.map((_, pick) => of.get(String((starts[at] ?? 0) + pick)) ?? 0),
    );
  const sumOf = (of: ReadonlyMap<string, number>): number =>
    rest.reduce((sum, _, at) => sum + (of.get(String(at)) ?? 0), 0);
  return {
    ok: true,
    value: {
      currency: costs.value.currency,
      ...{ cost: byVariant(cost), carbon: byVariant(carbon), missing: distinct(missing) },
      rest: { cost: sumOf(cost), carbon: sumOf(carbon) },
    },
  };
}

function startsOf(first: number, chosen: readonly Chosen[]): readonly number[] {
  let next = first;
  return chosen.map(({ variants }) => {
    const start = next;
    next += variants.length;
    return start;
  });
}

function nameAt(components: readonly Component[], number: string): string {
  return components[Number(number)]?.name ?? number;
}

function distinct(missing: readonly Missing[]): readonly Missing[] {
  const byKey = new Map(missing.map((each) => [JSON.stringify(each), each]));
  return [...byKey.values()];
}
