import type { RecoveryPlan, Step } from "../model/recovery-plan.ts";
import { inStages, oneAfterAnother } from "../model/step-stages.ts";
import { invariant } from "../problem/problem.ts";
import { seconds } from "../units/units.ts";

/** A plan as it is written: some of its steps are other plans. */
export type WrittenPlan = Omit<RecoveryPlan, "steps" | "parts"> & {
  readonly steps: readonly (Step | PlanStep)[];
};

interface PlanStep {
  readonly phase: "plan";
  readonly plan: string;
  readonly isBeside: boolean;
  readonly at: number;
}

type Stages = readonly (readonly Step[])[];

/** What is carried out as one after what stands before it: stages of its own, and those of plans that go on beside it. */
type Block = Stages[];

/**
 * Plans with the steps of those that they carry out in their place. Plans beside one another go stage by stage: the next stage of each
 * begins when this stage of all of them is over. Contradictions let no plan through that carries out itself.
 */
export function joinedPlans(written: readonly WrittenPlan[]): readonly RecoveryPlan[] {
  const byName = new Map(written.map((plan) => [plan.name, plan]));
  const known = new Map<string, RecoveryPlan>();
  const join = (name: string): RecoveryPlan => {
    const plan = byName.get(name);
    invariant(plan !== undefined, `references let no plan through that is not declared: "${name}"`);
    const joined = known.get(name) ?? joinedPlan(plan, join);
    known.set(name, joined);
    return joined;
  };
  return written.map(({ name }) => join(name));
}

function joinedPlan(plan: WrittenPlan, join: (name: string) => RecoveryPlan): RecoveryPlan {
  const children = plan.steps.flatMap((step) => (step.phase === "plan" ? [join(step.plan)] : []));
  if (children.length === 0) return { ...plan, steps: plan.steps.filter(isOwn), parts: [] };
  const stages = blocksOf(plan.steps, join).flatMap(besideOneAnother);
  return {
    ...plan,
    steps: oneAfterAnother(stages),
    parts: children.flatMap((child) => [child.name, ...child.parts]),
    interlocks: interlocksOf(plan, children),
    automation: automationOf(plan, children),
  };
}

function isOwn(step: Step | PlanStep): step is Step {
  return step.phase !== "plan";
}

function blocksOf(steps: WrittenPlan["steps"], join: (name: string) => RecoveryPlan): readonly Block[] {
  const blocks: Block[] = [];
  const begin = (stages: Stages, isBeside: boolean): void => {
    const last = blocks.at(-1);
    if (isBeside && last !== undefined) last.push(stages);
    else blocks.push([stages]);
  };
  for (let at = 0; at < steps.length; ) {
    const step = steps[at];
    if (step?.phase === "plan") {
      begin(inStages(partOf(join(step.plan), step.at)), step.isBeside);
      at += 1;
      continue;
    }
    const end = steps.findIndex((each, index) => index > at && each.phase === "plan");
    const own = steps.slice(at, end < 0 ? undefined : end).filter(isOwn);
    for (const [index, stage] of inStages(own).entries())
      begin([stage], index === 0 && stage[0]?.outside?.isBeside === true);
    at += own.length;
  }
  return blocks;
}

/** Steps of a plan as those of one that carries it out. */
function partOf({ name, steps }: RecoveryPlan, at: number): readonly Step[] {
  return steps.map((step) => ({ ...step, part: [name, ...step.part], at }));
}

function besideOneAnother(block: Block): Stages {
  const length = Math.max(...block.map((stages) => stages.length));
  return Array.from({ length }, (_, at) => block.flatMap((stages) => stages[at] ?? []));
}

/** What any of them asks for, asked for before the whole begins; windows and gates by the name of their plan. */
function interlocksOf(plan: WrittenPlan, children: readonly RecoveryPlan[]): RecoveryPlan["interlocks"] {
  const own = plan.interlocks;
  const all = [own, ...children.map(({ interlocks }) => interlocks)];
  const named = <Item extends { readonly name: string }>(
    of: (child: RecoveryPlan) => readonly Item[],
  ): Item[] =>
    children.flatMap((child) =>
      of(child).map((item) => ({ ...item, name: [child.name, item.name].join("/") })),
    );
  return {
    placesOnMin: Math.max(...all.map(({ placesOnMin }) => placesOnMin)),
    cellsDrainedMax: leastOf(all.map(({ cellsDrainedMax }) => cellsDrainedMax)),
    coolDown: seconds(Math.max(...all.map(({ coolDown }) => coolDown))),
    dataLoss: all.some(({ dataLoss }) => dataLoss === "ask") ? "ask" : "accept",
    blocked: [...own.blocked, ...named(({ interlocks }) => interlocks.blocked)],
    gates: [...own.gates, ...named(({ interlocks }) => interlocks.gates)],
  };
}

function leastOf(bounds: readonly (number | null)[]): number | null {
  const said = bounds.filter((bound) => bound !== null);
  return said.length === 0 ? null : Math.min(...said);
}

function automationOf(plan: WrittenPlan, children: readonly RecoveryPlan[]): RecoveryPlan["automation"] {
  const all = [plan.automation, ...children.map(({ automation }) => automation)];
  // What the most careful of them asks for.
  const failover = (["ask", "when-armed"] as const).find((word) =>
    all.some((each) => each.failover === word),
  );
  return {
    failover: failover ?? "always",
    proofValidFor: seconds(Math.min(...all.map(({ proofValidFor }) => proofValidFor))),
  };
}
