import { type Journey, the } from "../model/model.ts";
import { actedOn } from "../model/recovery-plan.ts";
import { failedRegions, hardClosure } from "../model/survival.ts";
import { neededByPlan, type PlanAtWork, plightOf } from "./struck.ts";

/** Whom the scenario and the plan reach. */
export interface BlastRadius {
  readonly regionsLost: readonly string[];
  /** Those of the plan's journeys that lose a place, or are changed by a step. */
  readonly components: readonly string[];
  readonly componentsInAll: number;
  readonly covered: readonly ReachedJourney[];
  /** Journeys that need what a step changes, and that this plan does not cover. */
  readonly others: readonly ReachedJourney[];
}

export interface ReachedJourney {
  readonly journey: string;
  /** Of the requests of all journeys; `null`: not every journey says how many it has. */
  readonly requestsRatio: number | null;
}

export function blastRadius(day: PlanAtWork): BlastRadius {
  const { model, plan, scenario } = day;
  const struck = neededByPlan(day)
    .filter((component) => plightOf(day, component).consequence.kind !== "untouched")
    .map(({ name }) => name);
  const changed = plan.steps.flatMap((step) => (step.phase === "warm" ? [] : (actedOn(step) ?? [])));
  const journeys = [...model.journeys.values()];
  const reached = reachedAmong(journeys);
  const needsChanged = ({ entry }: Journey): boolean =>
    hardClosure(model, entry).some(({ name }) => changed.includes(name));
  return {
    regionsLost: [...failedRegions(model, scenario)],
    components: [...new Set([...struck, ...changed])].sort(),
    componentsInAll: model.components.size,
    covered: plan.journeys.map((name) => reached(the(model.journeys, name))),
    others: journeys.filter((each) => !plan.journeys.includes(each.name) && needsChanged(each)).map(reached),
  };
}

function reachedAmong(journeys: readonly Journey[]): (journey: Journey) => ReachedJourney {
  const counts = journeys.flatMap(({ requestsPerMonth }) => requestsPerMonth ?? []);
  const all = counts.reduce((sum, each) => sum + each, 0);
  const isKnown = counts.length === journeys.length && all > 0;
  return ({ name, requestsPerMonth }) => ({
    journey: name,
    requestsRatio: isKnown ? (requestsPerMonth ?? 0) / all : null,
  });
}
