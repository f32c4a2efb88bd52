import type { Model, Scenario } from "./model.ts";
import type { RecoveryPlan, Step } from "./recovery-plan.ts";
import { cellsTaken } from "./survival.ts";

/** Steps by what is carried out at the same time: those of the failover engine together, others beside the one before them. */
export function inStages(steps: readonly Step[]): readonly (readonly Step[])[] {
  const stages: Step[][] = [];
  for (const [at, step] of steps.entries()) {
    const isEngine = step.outside === null;
    const goesOn = isEngine ? at > 0 && steps[at - 1]?.outside === null : step.outside.isBeside;
    const last = stages.at(-1);
    if (goesOn && last !== undefined) last.push(step);
    else stages.push([step]);
  }
  return stages;
}

/** The same one after another, each said to begin beside the one before where it is of the same stage. */
export function oneAfterAnother(stages: readonly (readonly Step[])[]): readonly Step[] {
  return stages.flatMap((stage) => {
    // What the failover engine does stands together.
    const ordered = [
      ...stage.filter(({ outside }) => outside === null),
      ...stage.filter(({ outside }) => outside !== null),
    ];
    return ordered.map((step, at) =>
      step.outside === null ? step : { ...step, outside: { ...step.outside, isBeside: at > 0 } },
    );
  });
}

/** Those that are carried out in a scenario. */
export function stepsIn(model: Model, { steps }: RecoveryPlan, scenario: Scenario): readonly Step[] {
  if (steps.every(({ lost }) => lost === null)) return steps;
  const taken = cellsTaken(model, scenario);
  const stages = inStages(steps).map((stage) => stage.filter(({ lost }) => lost === null || taken.has(lost)));
  return oneAfterAnother(stages);
}

/** Whether a plan is carried out as part of another, which shows and proves what it leaves to that. */
export function isPart(model: Model, { name }: Pick<RecoveryPlan, "name">): boolean {
  return [...model.plans.values()].some(({ parts }) => parts.includes(name));
}
