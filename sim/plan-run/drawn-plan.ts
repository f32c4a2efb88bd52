import type { Random } from "../random.ts";
import { cellScenarios } from "./cells-plan.ts";
import { planText, usualPlan } from "./simulated-plan.ts";

const [stagesMax, stepsMax] = [4, 3];

/** What is run in a schedule: the usual plan, one of steps that are drawn, or that of a platform in cells. */
export function drawnPlan(random: Random): string {
  const kind = random.share();
  if (kind < 0.35) return usualPlan;
  if (kind < 0.55) return drawnCells(random);
  let [steps, hasEngine] = [0, false];
  const step = (): string => {
    steps += 1;
    const drawn = hasEngine ? random.between(0.15, 1) : random.share();
    hasEngine ||= drawn < 0.15;
    return `step-${steps}:${howOf(random, drawn)}`;
  };
  const stages = Array.from({ length: 1 + random.below(stagesMax) }, () =>
    Array.from({ length: 1 + random.below(stepsMax) }, step),
  );
  return planText(stages);
}

function howOf(random: Random, drawn: number): string {
  const onFailure = random.pick(["undo", "undo", "go-on", "stops"]);
  const ms = 100 * (4 + random.below(12));
  if (drawn < 0.15) return "engine:tries-2";
  if (drawn < 0.3) return `${onFailure}:asks-${1 + random.below(2)}-${ms}`;
  if (drawn < 0.4) return `waits-${ms}`;
  const wayBack = random.chance(0.2) ? ":no-way-back" : "";
  return `${onFailure}:tries-${1 + random.below(3)}${wayBack}`;
}

/** The bound is kept by some of them, and broken by others, which may not be begun. */
function drawnCells(random: Random): string {
  const also = random.chance(0.5) ? ` also-${random.pick(["east-2", "west-1"])}` : "";
  return `cells ${random.pick(cellScenarios)} max-${1 + random.below(3)}${also}`;
}
