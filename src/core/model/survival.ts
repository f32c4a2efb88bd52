import {
  type Component,
  type FailureScope,
  type Model,
  type Placement,
  type Scenario,
  the,
} from "./model.ts";

/** The regions that fail in a scenario, however they fail: none of them may be needed for recovery. */
export function failedRegions(scenario: Scenario): ReadonlySet<string> {
  return new Set(scenario.failures.map((failure) => failure.region));
}

/** `provider` when every region of one provider fails and there are several; else `region`. */
export function scopeOf(model: Model, scenario: Scenario): FailureScope {
  const failed = failedRegions(scenario);
  const providers = new Set(model.platform.regions.map((region) => region.provider));
  for (const provider of providers) {
    const regions = model.platform.regions.filter((region) => region.provider === provider);
    if (regions.length > 1 && regions.every((region) => failed.has(region.name))) return "provider";
  }
  return "region";
}

/** The places of a component that a scenario leaves standing. */
export function survivingPlacements(component: Component, scenario: Scenario): readonly Placement[] {
  const failed = failedRegions(scenario);
  return component.placements.filter((placement) => !failed.has(placement.region));
}

/**
 * A component and all that it cannot work without, itself first, each once. Circles of needs are followed once.
 */
function hardClosure(model: Model, name: string): readonly Component[] {
  const found = new Map<string, Component>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    const component = the(model.components, next);
    found.set(next, component);
    waiting.push(...component.needs.filter((need) => need.strength === "hard").map((need) => need.component));
  }
  return [...found.values()];
}

/** Those of a component and its hard needs of which a scenario leaves no place: without them it cannot come back. */
export function goneWith(model: Model, name: string, scenario: Scenario): readonly Component[] {
  return hardClosure(model, name).filter(
    (component) => survivingPlacements(component, scenario).length === 0,
  );
}

/** Whether a scenario touches any place that a component, or what it cannot work without, stands in. */
export function isTouched(model: Model, name: string, scenario: Scenario): boolean {
  return hardClosure(model, name).some(
    (component) => survivingPlacements(component, scenario).length < component.placements.length,
  );
}
