import type { Component, Need, Placement } from "./component.ts";
import {
  type Failure,
  type FailureManner,
  type FailureScope,
  type Model,
  type Scenario,
  the,
  type Fate,
  type Region,
} from "./model.ts";
import { unreachable } from "../problem/problem.ts";

/** Whether what fails in this manner must be left: what answers slowly or wrongly is no more to be relied on than what is gone. */
export function mustBeLeft(how: FailureManner): boolean {
  return how !== "short-of-capacity";
}

/** The regions that fail in a scenario as a whole, however they fail: none of them may be needed for recovery. */
export function failedRegions(model: Model, scenario: Pick<Scenario, "failures">): ReadonlySet<string> {
  return new Set(
    scenario.failures.filter(({ how }) => mustBeLeft(how)).flatMap((each) => regionsOf(model, each)),
  );
}

/** Cells that a scenario takes: by themselves, or with their region. */
export function cellsTaken(model: Model, scenario: Scenario): ReadonlySet<string> {
  const failed = failedRegions(model, scenario);
  const named = scenario.failures.flatMap((failure) =>
    failure.kind === "cell" && mustBeLeft(failure.how) ? [failure.cell] : [],
  );
  const withRegion = model.platform.cells.filter(({ region }) => failed.has(region));
  return new Set([...named, ...withRegion.map(({ name }) => name)]);
}

function regionsOf(model: Model, failure: Failure): readonly string[] {
  switch (failure.kind) {
    case "region":
      return [failure.region];
    case "provider":
      return model.platform.regions
        .filter((region) => region.provider === failure.provider)
        .map((region) => region.name);
    case "fate":
      return regionsUnder(model, failure.fate);
    case "zone":
    case "cell":
    case "component":
      return [];
    default:
      return unreachable(failure);
  }
}

/** The regions in which nothing serves while a shared fate is down. */
function regionsUnder({ platform }: Model, name: string): readonly string[] {
  const fate = platform.fates.find((each) => each.name === name);
  if (fate === undefined || fate.stops === "recovery") return [];
  const { regions, providers } = fate.covers;
  return platform.regions
    .filter((region) => regions.includes(region.name) || providers.includes(region.provider))
    .map((region) => region.name);
}

/** Whether a component falls with a fate where it stands in a region. */
export function coversPlace({ covers }: Fate, component: Component, region: Region): boolean {
  return (
    covers.components.includes(component.name) ||
    covers.regions.includes(region.name) ||
    covers.providers.includes(region.provider) ||
    covers.providers.some((provider) => provider === component.api?.hostedBy)
  );
}

/** Whether nothing can be started, promoted or switched to in a place, because a fate that this takes is down in the scenario. */
export function isStuck(
  model: Model,
  stood: { readonly component: Component; readonly placement: Placement },
  scenario: Scenario,
): boolean {
  return scenario.failures.some(
    (failure) => failure.kind === "fate" && fateOver(model, stood, failure.fate)?.stops === "recovery",
  );
}

/** The shared fate of a name, where a component falls with it in a place; `null`: it does not. */
function fateOver(
  { platform }: Model,
  { component, placement }: { readonly component: Component; readonly placement: Placement },
  name: string,
): Fate | null {
  const fate = platform.fates.find((each) => each.name === name);
  const region = platform.regions.find((each) => each.name === placement.region);
  return fate !== undefined && region !== undefined && coversPlace(fate, component, region) ? fate : null;
}

/**
 * `provider` when every region of one provider fails and there are several, else `region` when a region does, else `zone` when a
 * zone or a cell does; what is left is a `dependency`.
 */
export function scopeOf(model: Model, scenario: Scenario): FailureScope {
  const failed = failedRegions(model, scenario);
  const providers = new Set(model.platform.regions.map((region) => region.provider));
  for (const provider of providers) {
    const regions = model.platform.regions.filter((region) => region.provider === provider);
    if (regions.length > 1 && regions.every((region) => failed.has(region.name))) return "provider";
  }
  const kinds = new Set(scenario.failures.map((failure) => failure.kind));
  if (failed.size > 0 || kinds.has("region")) return "region";
  return kinds.has("zone") || kinds.has("cell") ? "zone" : "dependency";
}

/** The places of a component that a scenario leaves standing. A place that keeps one of its zones stands, with fewer replicas. */
export function survivingPlacements(
  model: Model,
  component: Component,
  scenario: Scenario,
): readonly Placement[] {
  const isTaken = placesTaken(model, scenario);
  return component.placements.filter((placement) => !isTaken(component, placement));
}

/** Whether a scenario takes a place. What fails is worked out once, for as many places as are asked about. */
export function placesTaken(
  model: Model,
  scenario: Pick<Scenario, "failures">,
): (component: Component, placement: Placement) => boolean {
  const failed = failedRegions(model, scenario);
  const zones = scenario.failures.flatMap((failure) =>
    failure.kind === "zone" && mustBeLeft(failure.how) ? [[failure.region, failure.zone].join("/")] : [],
  );
  const others = scenario.failures.flatMap((failure) => takerOf(model, failure) ?? []);
  return (component, placement) =>
    failed.has(placement.region) ||
    losesEveryZone(placement, zones) ||
    others.some((takes) => takes(component, placement));
}

/** Of a place whose zones are not stated, no zone's failure is counted. @param lost the region and the zone, a slash between them */
function losesEveryZone({ region, zones }: Placement, lost: readonly string[]): boolean {
  return (
    lost.length > 0 && zones.length > 0 && zones.every((zone) => lost.includes([region, zone].join("/")))
  );
}

type TakesPlace = (component: Component, placement: Placement) => boolean;

/** Whether a failure that is not one of a region or of zones takes a place; `null`: it takes none, or is one of those. */
function takerOf(model: Model, failure: Failure): TakesPlace | null {
  if (!mustBeLeft(failure.how)) return null;
  switch (failure.kind) {
    case "cell":
      return (_, { cell }) => cell === failure.cell;
    case "component":
      return ({ name }, { region }) =>
        failure.component === name && (failure.region === null || failure.region === region);
    case "fate":
      return fateTaker(model, failure.fate);
    case "provider":
      return ({ api }) => api?.hostedBy === failure.provider;
    case "region":
    case "zone":
      return null;
    default:
      return unreachable(failure);
  }
}

function fateTaker({ platform }: Model, name: string): TakesPlace | null {
  const fate = platform.fates.find((each) => each.name === name);
  if (fate?.stops !== "serving") return null;
  const regions = new Map(platform.regions.map((region) => [region.name, region]));
  return (component, placement) => {
    const region = regions.get(placement.region);
    return region !== undefined && coversPlace(fate, component, region);
  };
}

/** Whether its owner cannot work without it. What has a fallback can be done without. */
export function isIndispensable({ strength, fallbacks }: Pick<Need, "strength" | "fallbacks">): boolean {
  return strength === "hard" && fallbacks.length === 0;
}

/** A component and all that it cannot work without, itself first, each once. */
export function hardClosure(model: Model, name: string): readonly Component[] {
  const found = new Map<string, Component>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    const component = the(model.components, next);
    found.set(next, component);
    for (const need of component.needs) if (isIndispensable(need)) waiting.push(need.component);
  }
  return [...found.values()];
}

/** How a component comes to need another: both and what stands between them, the shortest way. Empty: it can do without it. */
export function needPath(model: Model, from: string, to: string): readonly string[] {
  const before = new Map<string, string | null>([[from, null]]);
  const waiting = [from];
  for (let next = waiting.shift(); next !== undefined && !before.has(to); next = waiting.shift()) {
    for (const need of the(model.components, next).needs) {
      if (!isIndispensable(need) || before.has(need.component)) continue;
      before.set(need.component, next);
      waiting.push(need.component);
    }
  }
  const path: string[] = [];
  for (let at = before.has(to) ? to : null; at !== null; at = before.get(at) ?? null) path.unshift(at);
  return path;
}

/** Those of a component and its hard needs of which a scenario leaves no place: without them it cannot come back. */
export function goneWith(model: Model, name: string, scenario: Scenario): readonly Component[] {
  const isTaken = placesTaken(model, scenario);
  return hardClosure(model, name).filter((component) =>
    component.placements.every((placement) => isTaken(component, placement)),
  );
}

/** Whether a scenario touches any place that a component, or what it cannot work without, stands in. */
export function isTouched(model: Model, name: string, scenario: Scenario): boolean {
  const isTaken = placesTaken(model, scenario);
  return hardClosure(model, name).some((component) =>
    component.placements.some((placement) => isTaken(component, placement)),
  );
}
