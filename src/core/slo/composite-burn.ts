import { compared, dividedBy, type Exact, exact, formulaText, minus, plus, times } from "../units/exact.ts";
import { budgetOf } from "./burn-tiers.ts";
import { selectorText } from "./prometheus.ts";
import type { Component, CompositeSlo, CompositeWay, Objective } from "./slo.ts";

const one = exact("1");

/** Of each part the series that is recorded under this name, with its labels. */
export function errorsOf({ components }: CompositeSlo, record: string): readonly string[] {
  return components.map(({ slo: { name, service, component } }) => {
    const labels = { slo: name, service, component: component ?? "" };
    return `${record}${selectorText(labels)}`;
  });
}

/**
 * How fast the budget burns by the errors of the parts, in their order. A part that nobody asks for burns nothing; where no part is asked
 * for, nothing is known.
 */
export function burnOver({ way, components }: CompositeSlo, errors: readonly string[]): string {
  const burns = formulas[way](components, errors);
  return way === "all-of" ? burns : `(${burns}) and on () (${errors.join(" or ")})`;
}

type Formula = (components: readonly Component[], errors: readonly string[]) => string;

const formulas: Readonly<Record<CompositeWay, Formula>> = {
  weighted: (components, errors) =>
    shares(components)
      .map(
        (share, at) =>
          `${orZero(errors[at] ?? "")} * ${formulaText(dividedBy(share, budgetAt(components, at)))}`,
      )
      .join(" + "),
  "all-of": (components, errors) =>
    `max(${errors.map((error, at) => `${error} / ${formulaText(budgetAt(components, at))}`).join(" or ")})`,
  series: (components, errors) =>
    `(1 - ${errors.map((error) => `(1 - ${orZero(error)})`).join(" * ")}) / ${formulaText(seriesBudget(components))}`,
};

function orZero(error: string): string {
  return `(sum(${error}) or vector(0))`;
}

/** Weights as shares of their sum, so that a budget that burns at 1 lasts just the period. */
function shares(components: readonly Component[]): readonly Exact[] {
  const sum = components.map(({ weight }) => weight).reduce(plus, exact("0"));
  return components.map(({ weight }) => dividedBy(weight, sum));
}

function objectiveAt(components: readonly Component[], at: number): Pick<Objective, "target"> {
  return components[at]?.slo.objectives[0] ?? { target: exact("0") };
}

function budgetAt(components: readonly Component[], at: number): Exact {
  return budgetOf(objectiveAt(components, at));
}

/** What events that need all parts may fail when each part just keeps its target. */
function seriesBudget(components: readonly Component[]): Exact {
  return minus(one, components.map((_, at) => objectiveAt(components, at).target).reduce(times, one));
}

/** How fast the budget burns while this part alone fails, and all of it does. */
export function burnOfPart({ way, components }: CompositeSlo, at: number): Exact {
  switch (way) {
    case "weighted":
      return dividedBy(shares(components)[at] ?? one, budgetAt(components, at));
    case "all-of":
      return dividedBy(one, budgetAt(components, at));
    case "series":
      return dividedBy(one, seriesBudget(components));
  }
}

/** While everything fails. */
export function fastestBurn(composite: CompositeSlo): Exact {
  const alone = composite.components.map((_, at) => burnOfPart(composite, at));
  return composite.way === "weighted"
    ? alone.reduce(plus, exact("0"))
    : alone.reduce((a, b) => (compared(a, b) > 0 ? a : b), exact("0"));
}
