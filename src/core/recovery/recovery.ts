import { type FailureScope, type Journey, type Model, type Objective, objectiveFor } from "../model/model.ts";
import type { RecoveryPlan } from "../model/recovery-plan.ts";
import { isPart, stepsIn } from "../model/step-stages.ts";
import { scopeOf } from "../model/survival.ts";
import { RecoveryTimes } from "./chains.ts";
import { type ModeRecovery, modeRecoveries } from "./mode-recoveries.ts";
import { type Outcome, outcomeOf, type RecoverySetting } from "./outcome.ts";
import type { DetectionDefaults } from "./pieces.ts";
import { type Replaced, Strike, struckOf } from "./strike.ts";

/** What happens to a journey in a scenario, and what is predicted of its recovery. */
export interface Recovery {
  readonly journey: string;
  readonly scenario: string;
  readonly scope: FailureScope;
  /** `null`: the owner set none for this scope. */
  readonly objective: Objective | null;
  /** The plan that brings it back; `null`: none covers it. */
  readonly plan: string | null;
  /** What stands in for a hard need that has no place left. */
  readonly standIns: readonly StandIn[];
  readonly outcome: Outcome;
  /** How it may serve before it is whole again, in the order in which the journey has it. */
  readonly modes: readonly ModeRecovery[];
}

export interface StandIn {
  readonly of: string;
  readonly by: string;
}

/**
 * Predicts the recovery of every journey in every scenario. Times are those of recoveries that work; how likely one works stands
 * beside them. Steps of a plan's phase come one after another; what the plan does not name comes back by itself, beside it.
 */
export function recoveries(model: Model, defaults: DetectionDefaults): readonly Recovery[] {
  const planFor = plansOf(model);
  const times = new RecoveryTimes();
  return [...model.scenarios.values()].flatMap((scenario) => {
    const strike = new Strike(model, scenario);
    const scope = scopeOf(model, scenario);
    return [...model.journeys.values()].map((journey) => {
      const plan = planFor(journey.name, scenario.name);
      const setting = {
        strike,
        defaults,
        plan,
        steps: plan === null ? [] : stepsIn(model, plan, scenario),
        times,
      };
      return recoveryOf(setting, journey, scope);
    });
  });
}

/** The first plan that covers a journey in a scenario and is no part of another that does; `null`: none does. */
function plansOf(model: Model): (journey: string, scenario: string) => RecoveryPlan | null {
  const first = new Map<string, Map<string, RecoveryPlan>>();
  const plans = [...model.plans.values()];
  for (const plan of [...plans.filter((each) => !isPart(model, each)), ...plans]) {
    for (const scenario of plan.scenarios) {
      const byJourney = first.get(scenario) ?? new Map<string, RecoveryPlan>();
      first.set(scenario, byJourney);
      for (const journey of plan.journeys) byJourney.set(journey, byJourney.get(journey) ?? plan);
    }
  }
  return (journey, scenario) => first.get(scenario)?.get(journey) ?? null;
}

function recoveryOf(setting: RecoverySetting, journey: Journey, scope: FailureScope): Recovery {
  const { strike, plan } = setting;
  const needed = strike.neededBy(journey.entry);
  const struck = struckOf(strike, needed, plan);
  const objective = objectiveFor(journey, scope);
  const replaced = strike.replacedFor(needed);
  const asked = { entry: journey.entry, leaves: [], objective };
  const outcome = outcomeOf(setting, { seen: struck, struck, replaced }, asked);
  return {
    journey: journey.name,
    scenario: strike.scenario.name,
    ...{ scope, objective, plan: plan?.name ?? null, standIns: standInsOf(replaced) },
    outcome,
    modes: modeRecoveries(setting, { journey, struck, scope, whole: outcome }),
  };
}

function standInsOf(replaced: readonly Replaced[]): readonly StandIn[] {
  const each = replaced.map(
    ({ need, by }) => [`${need.component} ${by}`, { of: need.component, by }] as const,
  );
  return [...new Map(each).values()];
}
