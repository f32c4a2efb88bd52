import { decimalText } from "../units/exact.ts";
import { type Seconds, seconds } from "../units/units.ts";
import type { Labels } from "./prometheus.ts";
import type { Objective, Slo } from "./slo.ts";

/** Something of an SLO that is measured by itself, and the objectives that are held against it. */
export interface Measure {
  readonly slo: Slo;
  /** That its series carry, and no others do. */
  readonly labels: Labels;
  /** At least one. */
  readonly objectives: readonly Objective[];
}

/** Samples are taken this often. */
export const sampledEvery: Seconds = seconds(60);

/** Rates are taken over so long, so that a scrape may be missed. */
export const rateWindow: Seconds = seconds(300);

/**
 * One for all objectives where they differ in their targets alone; where each cuts at a bound of its own, or judges slices by a
 * target of its own, one for each.
 */
export function measuresOf(slo: Slo): readonly Measure[] {
  const component = slo.component === null ? {} : { component: slo.component };
  const labels = { slo: slo.name, service: slo.service, ...component };
  if (isShared(slo)) return [{ slo, labels, objectives: slo.objectives }];
  return slo.objectives.map((objective) => ({
    slo,
    labels: slo.objectives.length === 1 ? labels : { ...labels, ...objectiveLabel(slo, objective) },
    objectives: [objective],
  }));
}

function isShared({ indicator, method }: Slo): boolean {
  const isCut = indicator.kind === "value" || indicator.kind === "histogram";
  return !isCut && method.kind !== "timeslices";
}

/** By its target; where several have one, by its place among them too. */
export function objectiveLabel({ objectives }: Slo, objective: Objective): { readonly objective: string } {
  const text = decimalText(objective.target) ?? "";
  const alike = objectives.filter((each) => decimalText(each.target) === text);
  return { objective: alike.length === 1 ? text : `${text}-${alike.indexOf(objective) + 1}` };
}
