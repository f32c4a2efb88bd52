import { unreachable } from "../problem/problem.ts";
import type { Component } from "./component.ts";
import type { Failure, Model, Scenario } from "./model.ts";
import { failedRegions, mustBeLeft, needPath, placesTaken } from "./survival.ts";

// What is lost in a scenario, told as a path: who needs it, what stands between them, and the failure through which it is lost.

/**
 * From a component by its needs to one that the scenario takes, and to what takes that: `gateway`, `identity`, `fate sign-in`.
 * It ends with the lost component itself where that is what fails.
 */
export function lossPath(
  model: Model,
  scenario: Scenario,
  { from, lost }: { readonly from: string; readonly lost: Component },
): readonly string[] {
  const taking = scenario.failures.filter((failure) => takesPlace(model, failure, lost));
  return [...needPath(model, from, lost.name), ...through(taking.map(domainOf))];
}

/** Regions that the scenario takes, and with what they fall where they do not fail by themselves: `east, west`, `provider aws`. */
export function regionsLossPath(
  model: Model,
  scenario: Scenario,
  lost: readonly string[],
): readonly string[] {
  const taking = scenario.failures.filter((failure) => {
    if (failure.kind === "region") return false;
    const failed = failedRegions(model, { failures: [failure] });
    return lost.some((region) => failed.has(region));
  });
  return [lost.join(", "), ...through(taking.map(domainOf))];
}

/** Several failures are one end of a path: they take it between them. */
function through(domains: readonly (string | null)[]): readonly string[] {
  const named = [...new Set(domains.filter((domain) => domain !== null))];
  return named.length === 0 ? [] : [named.join(", ")];
}

/** Whether a failure takes a place of a component, or one of the zones that it stands in. */
function takesPlace(model: Model, failure: Failure, component: Component): boolean {
  const { placements } = component;
  if (failure.kind === "zone") {
    const { region, zone, how } = failure;
    return mustBeLeft(how) && placements.some((each) => each.region === region && each.zones.includes(zone));
  }
  const isTaken = placesTaken(model, { failures: [failure] });
  return placements.some((placement) => isTaken(component, placement));
}

/** What fails, by its name; `null`: a component, which needs no other word. */
function domainOf(failure: Failure): string | null {
  switch (failure.kind) {
    case "region":
      return failure.region;
    case "zone":
      return `zone ${failure.zone} of ${failure.region}`;
    case "cell":
      return `cell ${failure.cell}`;
    case "provider":
      return `provider ${failure.provider}`;
    case "fate":
      return `fate ${failure.fate}`;
    case "component":
      return null;
    default:
      return unreachable(failure);
  }
}
