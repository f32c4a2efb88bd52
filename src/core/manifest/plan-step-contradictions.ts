import type { Problem } from "../problem/problem.ts";
import { contradiction, named, type ReadSubject, type Said, type Subject } from "./contradiction.ts";
import { enginePhase } from "./step-contradictions.ts";

/** What cannot be true of the plans that a plan carries out. Those that carry out themselves are told as that. */
export function ofPlanSteps(
  subject: Subject<"RecoveryPlan">,
  subjects: readonly ReadSubject[],
): readonly Problem[] {
  const { steps } = subject.read.spec;
  const seen = { engineIn: hasEngine(subject) ? subject.read.metadata.name : null, plans: new Set<string>() };
  return steps
    .flatMap((step, at): readonly Said[] => {
      if (step.phase !== "plan") return [];
      const inside = within(subjects, step.plan, new Set([subject.read.metadata.name]));
      const path = ["spec", "steps", at, "plan"];
      return [...uncovered(subject, inside[0]), ...inside.flatMap((each) => again(each, seen))].map(
        (slip) => ({ ...slip, path }),
      );
    })
    .map((said) => contradiction(subject, said));
}

type Plan = Subject<"RecoveryPlan">;
type Slip = Pick<Said, "what" | "mend">;

function hasEngine({ read }: Plan): boolean {
  return read.spec.steps.some((step) => enginePhase(step) !== null);
}

/** A plan and all that it carries out, itself first. @param above those that carry it out: in a circle the walk ends */
function within(subjects: readonly ReadSubject[], name: string, above: ReadonlySet<string>): readonly Plan[] {
  const plan = above.has(name) ? null : named(subjects, "RecoveryPlan", name);
  if (plan === null) return [];
  const below = new Set([...above, name]);
  const inside = plan.read.spec.steps.flatMap((step) =>
    step.phase === "plan" ? within(subjects, step.plan, below) : [],
  );
  return [plan, ...inside];
}

function uncovered({ read }: Plan, child: Plan | undefined): readonly Slip[] {
  if (child === undefined) return [];
  const { name } = child.read.metadata;
  const covered = child.read.spec.covers.scenarios;
  const missing = read.spec.covers.scenarios.filter((scenario) => !covered.includes(scenario));
  if (missing.length === 0) return [];
  const what = `is ${name}, which does not cover ${missing.join(", ")}`;
  return [{ what, mend: `add ${missing.join(", ")} to the scenarios that ${name} covers` }];
}

interface Seen {
  engineIn: string | null;
  readonly plans: Set<string>;
}

function again(plan: Plan, seen: Seen): readonly Slip[] {
  const { name } = plan.read.metadata;
  if (seen.plans.has(name)) {
    const what = `carries out ${name} a second time`;
    return [{ what, mend: "carry it out once: what is done twice under one epoch is done once" }];
  }
  seen.plans.add(name);
  if (!hasEngine(plan)) return [];
  const { engineIn } = seen;
  seen.engineIn ??= name;
  if (engineIn === null) return [];
  const what = `has ${name} fail over, and ${engineIn} does already`;
  return [{ what, mend: "leave the steps of the failover engine to one of them" }];
}
