import type { Component, Placement } from "../model/component.ts";
import type { Model, Scenario } from "../model/model.ts";
import { mustBeLeft, placesTaken } from "../model/survival.ts";
import { remembered } from "./remembered.ts";

/** What a scenario takes. */
export interface Fallout {
  /** Every component that loses a place, with the places that are left of it. */
  readonly left: ReadonlyMap<Component, readonly Placement[]>;
  /** Those of which no place is left. */
  readonly gone: ReadonlySet<Component>;
}

/** The fallout of each scenario, worked out once; scenarios in which the same fails, in whatever manner, share it. */
export function fallouts(model: Model): (scenario: Scenario) => Fallout {
  const firsts = new Map<string, Scenario>();
  const first = remembered((scenario: Scenario) => {
    const key = domainsOf(scenario);
    const known = firsts.get(key) ?? scenario;
    firsts.set(key, known);
    return known;
  });
  const fallout = remembered((scenario: Scenario) => falloutOf(model, scenario));
  return (scenario) => fallout(first(scenario));
}

/** What fails, and must be left, as text that is the same whatever the order. */
function domainsOf({ failures }: Scenario): string {
  const domains = failures
    .filter(({ how }) => mustBeLeft(how))
    .map((failure) => JSON.stringify({ ...failure, how: null }));
  return domains.sort().join(" ");
}

function falloutOf(model: Model, scenario: Scenario): Fallout {
  const isTaken = placesTaken(model, scenario);
  const left = new Map<Component, readonly Placement[]>();
  const gone = new Set<Component>();
  for (const component of model.components.values()) {
    const places = component.placements.filter((placement) => !isTaken(component, placement));
    if (places.length === component.placements.length) continue;
    left.set(component, places);
    if (places.length === 0) gone.add(component);
  }
  return { left, gone };
}
