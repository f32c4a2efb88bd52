import type { Component, Need } from "./component.ts";
import type { DegradedMode, Journey, Model } from "./model.ts";

/** The platform as a journey needs it in a mode: what the mode does without is needed by nobody, and who stands in is needed instead. */
export function inMode(model: Model, journey: Journey, mode: DegradedMode): Model {
  const components = new Map(
    [...model.components].map(([name, component]) => [name, asNeededIn(component, mode)] as const),
  );
  return { ...model, components, journeys: new Map([[journey.name, entering(journey, mode)]]) };
}

function entering(journey: Journey, { instead }: DegradedMode): Journey {
  return { ...journey, entry: instead.find(({ of }) => of === journey.entry)?.by ?? journey.entry };
}

function asNeededIn(component: Component, { without, instead }: DegradedMode): Component {
  const by = new Map(instead.map((each) => [each.of, each.by]));
  const isThere = (name: string): boolean => !without.includes(name) && !by.has(name);
  const needs = component.needs.flatMap((need): readonly Need[] => {
    if (without.includes(need.component)) return [];
    const standsIn = by.get(need.component);
    if (standsIn !== undefined) return [{ ...need, component: standsIn, fallbacks: [] }];
    return [{ ...need, fallbacks: need.fallbacks.filter(isThere) }];
  });
  return { ...component, needs };
}
