import type { Component, Need, Placement } from "../model/component.ts";
import {
  type FailureScope,
  type Journey,
  type Model,
  type Objective,
  objectiveFor,
  type Scenario,
  the,
} from "../model/model.ts";
import type { RecoveryPlan } from "../model/recovery-plan.ts";
import { hardClosure, scopeOf } from "../model/survival.ts";
import type { InstantMs } from "../units/units.ts";
import { type Fallout, fallouts } from "./fallout.ts";
import { remembered } from "./remembered.ts";

/** A model, and what rules ask of it again and again: each answer is worked out once, when it is first asked for. */
export interface Survey {
  readonly model: Model;
  readonly now: InstantMs;
  /** A component and all that it cannot work without, itself first. */
  readonly needed: (component: Component) => readonly Component[];
  /** What journeys ask of a component, because they cannot work without it. */
  readonly demands: (component: Component) => readonly Demand[];
  /** The one with the smallest time, of those for the loss of a region or more; `null`: nobody asks for any. */
  readonly strictest: (component: Component, field: "rto" | "rpo") => Demand | null;
  /** One of those for a failure of a scope; `null`: there is none. */
  readonly demandFor: (component: Component, scope: FailureScope) => Demand | null;
  /** Who needs a component, in whatever strength. */
  readonly callers: (component: Component) => readonly Caller[];
  readonly scope: (scenario: Scenario) => FailureScope;
  /** The places of a component that a scenario leaves. */
  readonly standing: (scenario: Scenario, component: Component) => readonly Placement[];
  /** The components of which a scenario takes a place, with the places that it leaves. */
  readonly hit: (scenario: Scenario) => Fallout["left"];
  /** Whether a scenario takes a place of a component, or of what it cannot work without. */
  readonly touches: (scenario: Scenario, component: Component) => boolean;
  /** Those of a component and its hard needs of which a scenario leaves no place. */
  readonly gone: (scenario: Scenario, component: Component) => readonly Component[];
  /**
   * Every component that a scenario leaves some places of, and that a journey with an objective for it cannot do without; of
   * scenarios in which the same fails, the first.
   */
  readonly struck: () => readonly Struck[];
  /** What a plan has to bring back: journeys with an objective for a scenario that touches them. */
  readonly cases: (plan: RecoveryPlan) => readonly Case[];
}

export interface Demand {
  readonly journey: Journey;
  readonly objective: Objective;
}

interface Caller {
  readonly component: Component;
  readonly need: Need;
}

export interface Case {
  readonly scenario: Scenario;
  readonly journey: Journey;
  readonly objective: Objective;
}

export interface Struck {
  readonly scenario: Scenario;
  readonly component: Component;
  /** The journey that is promised something for this failure. */
  readonly journey: string;
  /** What is left, of the places that serve the users of every cell. */
  readonly left: readonly Placement[];
}

export function surveyOf(model: Model, now: InstantMs): Survey {
  const needed = remembered((component: Component) => hardClosure(model, component.name));
  const journeys = remembered(() => journeysOn(model, needed));
  const own = remembered((journey: Journey): readonly Demand[] =>
    journey.objectives.map((objective) => ({ journey, objective })),
  );
  const demands = remembered((component: Component): readonly Demand[] =>
    (journeys(model).get(component) ?? []).flatMap(own),
  );
  const strict = {
    rto: remembered((component: Component) => [leastOf(demands(component).filter(isWide), "rto")]),
    rpo: remembered((component: Component) => [leastOf(demands(component).filter(isWide), "rpo")]),
  };
  const byScope = remembered((component: Component) => firstOfEachScope(demands(component)));
  const callers = remembered(() => callersIn(model));
  const scope = remembered((scenario: Scenario) => scopeOf(model, scenario));
  const fallout = fallouts(model);
  const hit = (scenario: Scenario): Fallout["left"] => fallout(scenario).left;
  const gone = (scenario: Scenario, component: Component): readonly Component[] => {
    const none = fallout(scenario).gone;
    return none.size === 0 ? [] : needed(component).filter((each) => none.has(each));
  };
  const touched = remembered((scenario: Scenario) =>
    remembered((component: Component) => needed(component).some((each) => hit(scenario).has(each))),
  );
  const survey = {
    ...{ model, now, needed, scope, hit, gone },
    demands,
    strictest: (component: Component, field: "rto" | "rpo") => strict[field](component)[0] ?? null,
    demandFor: (component: Component, of: FailureScope) => byScope(component).get(of) ?? null,
    callers: (component: Component) => callers(model).get(component.name) ?? [],
    standing: (scenario: Scenario, component: Component) =>
      hit(scenario).get(component) ?? component.placements,
    touches: (scenario: Scenario, component: Component) => touched(scenario)(component),
  };
  const struck = remembered(() => struckIn(survey));
  return {
    ...survey,
    cases: remembered((plan: RecoveryPlan) => casesOf(plan, survey)),
    struck: () => struck(model),
  };
}

/** The journeys that cannot work without each component. */
function journeysOn(model: Model, needed: Survey["needed"]): ReadonlyMap<Component, readonly Journey[]> {
  const journeys = new Map<Component, Journey[]>();
  for (const journey of model.journeys.values()) {
    for (const component of needed(the(model.components, journey.entry))) {
      const known = journeys.get(component);
      if (known === undefined) journeys.set(component, [journey]);
      else known.push(journey);
    }
  }
  return journeys;
}

function firstOfEachScope(demands: readonly Demand[]): ReadonlyMap<FailureScope, Demand> {
  const first = new Map<FailureScope, Demand>();
  for (const demand of demands) {
    const { scope } = demand.objective;
    if (!first.has(scope)) first.set(scope, demand);
  }
  return first;
}

function callersIn(model: Model): ReadonlyMap<string, readonly Caller[]> {
  const callers = new Map<string, Caller[]>();
  for (const component of model.components.values()) {
    for (const need of component.needs) {
      const known = callers.get(need.component) ?? [];
      known.push({ component, need });
      callers.set(need.component, known);
    }
  }
  return callers;
}

function struckIn({
  model,
  scope,
  hit,
  demandFor,
}: Pick<Survey, "model" | "scope" | "hit" | "demandFor">): readonly Struck[] {
  const struck: Struck[] = [];
  const told = new Set<Fallout["left"]>();
  for (const scenario of model.scenarios.values()) {
    const left = hit(scenario);
    if (told.has(left)) continue;
    told.add(left);
    for (const [component, places] of left) {
      const demand = demandFor(component, scope(scenario));
      const shared = places.filter(({ cell }) => cell === null);
      if (demand === null || shared.length === 0) continue;
      struck.push({ scenario, component, journey: demand.journey.name, left: shared });
    }
  }
  return struck;
}

function casesOf(
  plan: RecoveryPlan,
  { model, scope, touches }: Pick<Survey, "model" | "scope" | "touches">,
): readonly Case[] {
  return plan.scenarios.flatMap((name) => {
    const scenario = the(model.scenarios, name);
    return plan.journeys.flatMap((each): readonly Case[] => {
      const journey = the(model.journeys, each);
      const objective = objectiveFor(journey, scope(scenario));
      const isTouched = touches(scenario, the(model.components, journey.entry));
      return objective === null || !isTouched ? [] : [{ scenario, journey, objective }];
    });
  });
}

/** Whether another region has to answer the failure. */
function isWide({ objective: { scope } }: Demand): boolean {
  return scope === "region" || scope === "provider";
}

/** The one with the smallest time; `null`: there are none. */
export function leastOf<Of extends { readonly objective: Objective }>(
  items: readonly Of[],
  field: "rto" | "rpo",
): Of | null {
  return items.reduce<Of | null>(
    (least, each) => (least === null || each.objective[field] < least.objective[field] ? each : least),
    null,
  );
}

/** Regions that a component stands in, each once. */
export function regionsOf(component: Component): readonly string[] {
  return [...new Set(component.placements.map((placement) => placement.region))];
}
