import type { RegionId } from "../core/failover/member.ts";
import { differencesFrom } from "../core/failover/plan-settings.ts";
import type { Failure, Model, Scenario } from "../core/model/model.ts";
import type { RecoveryPlan } from "../core/model/recovery-plan.ts";
import { type Problem, unreachable } from "../core/problem/problem.ts";
import type { Strike } from "./drill-fault.ts";
import type { LabDetails, LabStatus } from "./lab.ts";
import { labCommand } from "./lab-command.ts";

/** Why a drill is not begun: each is found before anything is broken. */
export function notReady({ state }: LabStatus, root: string): Problem {
  return {
    code: "drill/lab-not-ready",
    what: `the lab is ${state}, not ready`,
    where: null,
    why: "A drill on a platform that is not whole shows nothing about losing one region of it.",
    mend: `look at it with \`${labCommand("status", root)}\`, bring regions back with \`${labCommand("restore REGION", root)}\`, and run the drill again`,
  };
}

export function noObjective(journey: string): Problem {
  return {
    code: "drill/no-objective",
    what: `journey "${journey}" has no objective for losing a region`,
    where: null,
    why: "A drill is judged by how long the outage may be and how much data may be lost.",
    mend: `give it one: under spec.objectives of "${journey}", an entry with scope: region, rto and rpo`,
  };
}

/** The one region that a scenario strikes, and how; a problem when it strikes anything else. */
export function strikeOf({ name, failures }: Scenario): Strike | Problem {
  const [failure, ...others] = failures;
  if (others.length > 0) {
    return {
      code: "drill/more-than-one-region",
      what: `scenario "${name}" strikes ${failures.map(struck).join(" and ")} at once`,
      where: null,
      why: "A drill strikes one region: with two of three gone there is no majority left that could change anything.",
      mend: "name a scenario that strikes one region",
    };
  }
  const { how } = failure;
  if (failure.kind === "region" && (how === "lost" || how === "frozen" || how === "partitioned")) {
    return { region: failure.region, how };
  }
  return {
    code: "drill/not-a-region",
    what: `scenario "${name}" has ${struck(failure)} ${how}, which a drill cannot bring about`,
    where: null,
    why: "A drill strikes a whole region of a running lab: it is lost, frozen or partitioned.",
    mend: "name a scenario in which one region is lost, frozen or partitioned",
  };
}

function struck(failure: Failure): string {
  switch (failure.kind) {
    case "region":
      return failure.region;
    case "zone":
      return `zone ${failure.zone} of ${failure.region}`;
    case "cell":
      return failure.cell;
    case "provider":
      return failure.provider;
    case "fate":
      return failure.fate;
    case "component":
      return failure.component;
    default:
      return unreachable(failure);
  }
}

/** @param root the lab's folder */
export function notActive(region: RegionId, active: RegionId, root: string): Problem {
  const [kill, restore] = [labCommand(`fault kill ${active}`, root), labCommand(`restore ${active}`, root)];
  return {
    code: "drill/region-not-active",
    what: `the scenario strikes ${region}, but ${active} serves now`,
    where: null,
    why: "Losing a region that does not serve interrupts nobody, so the drill would prove nothing.",
    mend: `lose ${active} with \`${kill}\`, wait until another region serves, and bring it back with \`${restore}\`, until ${region} serves; or start a lab in another folder with --dir; or declare a scenario that strikes ${active}`,
  };
}

/** Why a plan is not the one that is drilled on a platform; `null` when the platform goes by it. */
export function otherPlan(
  plan: RecoveryPlan,
  model: Model,
  { settings, automation: inForce }: Pick<LabDetails, "settings" | "automation">,
): Problem | null {
  const automation = { key: "automation.failover", declared: plan.automation.failover, inForce };
  const differences = [
    ...differencesFrom(settings, plan, model),
    ...(automation.declared === automation.inForce ? [] : [automation]),
  ];
  if (differences.length === 0) return null;
  const told = differences.map(
    ({ key, declared, inForce }) => `${key}: ${declared} in the plan, ${inForce} in the lab`,
  );
  return {
    code: "drill/other-plan",
    what: `the lab does not go by plan "${plan.name}": ${told.join("; ")}`,
    where: null,
    why: "What another plan does says nothing about this one, and the record would name this one as proven.",
    mend: "drill what the lab was started with: leave --workspace out; or start the lab anew with this workspace: `holdfast lab up --workspace`",
  };
}

/** @param because why it is held; `null`: that is not known */
export function notArmed(because: string | null): Problem {
  return {
    code: "drill/not-armed",
    what: `the drill did not arm automatic failover${because === null ? "" : `: ${because}`}`,
    where: null,
    why: "A drill arms the plan that the lab goes by, and no other: nobody would act when the region is lost.",
    mend: "drill the workspace with which the lab was started (--workspace), as it was then; or start the lab anew with this one",
  };
}
