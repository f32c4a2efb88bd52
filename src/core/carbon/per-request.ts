import type { Component } from "../model/component.ts";
import type { Journey, Model } from "../model/model.ts";
import type { Figure } from "../units/figure.ts";
import type { Missing } from "../units/missing.ts";
import { emissionPerUse } from "../units/rates.ts";
import { countText } from "../units/shown.ts";
import { type GramsCO2e, type GramsPerMonth, gramsPerMonth } from "../units/units.ts";
import type { ComponentCarbon, EmissionFigure } from "./emission-figure.ts";

/** Software carbon intensity of one journey: what each of its requests emits. */
export interface JourneyCarbon {
  readonly journey: string;
  readonly requestsPerMonth: number;
  /** `null`: of no component that it reaches anything is known. */
  readonly perRequest: Figure<GramsCO2e> | null;
  readonly withoutRedundancy: Figure<GramsCO2e> | null;
  readonly missing: readonly Missing[];
}

/** Of every journey that states its requests. A component is shared among the journeys that reach it, by their requests. */
export function journeysCarbon(
  model: Model,
  components: readonly ComponentCarbon[],
): readonly JourneyCarbon[] {
  const carbon = new Map(components.map((each) => [each.component, each]));
  const counted = [...model.journeys.values()].flatMap((journey) => {
    const { requestsPerMonth: requests } = journey;
    return requests === null || requests <= 0
      ? []
      : [{ journey, requests, reached: reachedBy(model, journey) }];
  });
  const load = new Map<string, number>();
  for (const { requests, reached } of counted) {
    for (const name of reached) load.set(name, (load.get(name) ?? 0) + requests);
  }
  return counted.map(({ journey, requests, reached }) => {
    const parts = [...reached].flatMap((name) => {
      const component = carbon.get(name);
      return component === undefined ? [] : [{ component, share: requests / (load.get(name) ?? requests) }];
    });
    return journeyCarbon(journey, requests, parts);
  });
}

/** Every component that a request may come to: needed ones of any strength, and what answers in their place. */
function reachedBy(model: Model, { entry }: Journey): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [entry];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    waiting.push(...neighbours(model.components.get(next)));
  }
  return reached;
}

function neighbours(component: Component | undefined): readonly string[] {
  return (component?.needs ?? []).flatMap((need) => [need.component, ...need.fallbacks]);
}

interface SharedComponent {
  readonly component: ComponentCarbon;
  readonly share: number;
}

function journeyCarbon(
  { name }: Journey,
  requestsPerMonth: number,
  parts: readonly SharedComponent[],
): JourneyCarbon {
  const totals = shared(parts, ({ total }) => total);
  const redundancies = shared(parts, ({ redundancy }) => redundancy);
  const missing = parts.flatMap(({ component }) => component.missing);
  const counted = `for each of ${countText(requestsPerMonth)} requests a month`;
  const intensity = (what: string, grams: number, from: readonly EmissionFigure[]): Figure<GramsCO2e> => ({
    name: `${what} (gCO2e)`,
    value: emissionPerUse(gramsPerMonth(Math.max(0, grams)), requestsPerMonth),
    kind: "estimated",
    because: `what its components emit, each shared among the journeys that reach it by their requests, ${counted}`,
    from,
  });
  if (totals.figures.length === 0) {
    return { journey: name, requestsPerMonth, perRequest: null, withoutRedundancy: null, missing };
  }
  return {
    journey: name,
    requestsPerMonth,
    perRequest: intensity(`a request of ${name}`, totals.sum, totals.figures),
    withoutRedundancy: intensity(`a request of ${name} without redundancy`, totals.sum - redundancies.sum, [
      ...totals.figures,
      ...redundancies.figures,
    ]),
    missing,
  };
}

function shared(
  parts: readonly SharedComponent[],
  of: (component: ComponentCarbon) => Figure<GramsPerMonth> | null,
): { readonly sum: number; readonly figures: readonly EmissionFigure[] } {
  const figures = parts.flatMap(({ component }) => of(component) ?? []);
  const sum = parts.reduce((all, { component, share }) => all + (of(component)?.value ?? 0) * share, 0);
  return { sum, figures };
}
