import type { Model } from "../core/model/model.ts";
import { didYouMean } from "../core/problem/nearest.ts";
import type { Problem } from "../core/problem/problem.ts";
import { pathWord } from "../core/problem/shell-word.ts";

/** A plan in a scenario that it covers. */
export interface PlanCase {
  readonly plan: string;
  readonly scenario: string;
  /** Scenarios that the plan covers as well. */
  readonly others: readonly string[];
}

/** The case that is asked for, or that there is none. @param asked `scenario`: `null` takes the first that the plan covers */
export function planCase(
  model: Model,
  asked: { readonly plan: string; readonly scenario: string | null },
  workspace: string,
): PlanCase | { readonly problem: Problem } {
  const { plan: name } = asked;
  const plan = model.plans.get(name);
  if (plan === undefined)
    return { problem: unknown({ what: "plan", name, workspace }, [...model.plans.keys()]) };
  const scenario = asked.scenario ?? plan.scenarios[0] ?? "";
  if (!plan.scenarios.includes(scenario))
    return { problem: unknown({ what: "scenario", name: scenario, workspace, of: name }, plan.scenarios) };
  return { plan: name, scenario, others: plan.scenarios.filter((each) => each !== scenario) };
}

/** The case of a plan that was kept; it may have been made from another folder than this. */
export function keptCase(
  model: Model,
  kept: { readonly plan: string; readonly scenario: string },
  workspace: string,
): ReturnType<typeof planCase> {
  const found = planCase(model, kept, workspace);
  if (!("problem" in found)) return found;
  const mend = `name the folder that it was made from: --workspace DIR; here ${found.problem.mend}`;
  return { problem: { ...found.problem, mend } };
}

interface Unknown {
  readonly what: "plan" | "scenario";
  readonly name: string;
  readonly workspace: string;
  /** The plan whose scenarios are meant. */
  readonly of?: string;
}

function unknown({ what, name, workspace, of }: Unknown, known: readonly string[]): Problem {
  const whose = of === undefined ? `in ${pathWord(workspace)}` : `that plan ${of} covers`;
  const list =
    known.length === 0 ? "there is none" : `there ${known.length === 1 ? "is" : "are"} ${known.join(", ")}`;
  return {
    code: `plan/unknown-${what}`,
    what: `there is no ${what} "${name}" ${whose}`,
    where: null,
    why: "a plan is foretold for a scenario that it covers",
    mend: `${didYouMean(name, known)}${list}`,
  };
}
