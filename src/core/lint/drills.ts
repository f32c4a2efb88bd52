import { undrilledOf } from "../model/arming.ts";
import { the } from "../model/model.ts";
import type { RecoveryPlan } from "../model/recovery-plan.ts";
import { isPart } from "../model/step-stages.ts";
import { type Found, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";
import { listed, timeOf } from "./wording.ts";

/** Untried pairs of the plans that a person sets off, or of those that would go by themselves. */
function untried(
  { model }: Survey,
  failover: RecoveryPlan["automation"]["failover"],
  told: string,
): readonly Found[] {
  return [...model.plans.values()]
    .filter((plan) => plan.automation.failover === failover && !isPart(model, plan))
    .flatMap((plan): readonly Found[] => {
      const [first, ...others] = undrilledOf(model, plan);
      if (first === undefined) return [];
      const them = others.length === 0 ? "it" : "them";
      const what = `RecoveryPlan "${plan.name}" covers ${listed([first, ...others])}, and no drill tries ${them}${told}`;
      const mend = `write a Drill with plan: ${plan.name} and scenario: ${first}`;
      return [{ what, at: spot("RecoveryPlan", plan), mend }];
    });
}

function cadenceOutlastsProof({ model }: Survey): readonly Found[] {
  return [...model.drills.values()].flatMap((drill): readonly Found[] => {
    const { proofValidFor } = the(model.plans, drill.plan).automation;
    if (drill.cadence === null || drill.cadence <= proofValidFor) return [];
    const what = `Drill "${drill.name}" is repeated every ${timeOf(drill.cadence)}, and proves ${drill.plan} for ${timeOf(proofValidFor)}`;
    return [{ what, at: spot("Drill", drill, "cadence") }];
  });
}

function drillsWithoutCadence({ model }: Survey): readonly Found[] {
  return [...model.drills.values()]
    .filter(({ cadence }) => cadence === null)
    .map((drill) => ({
      what: `Drill "${drill.name}" does not say how often it is repeated`,
      at: spot("Drill", drill),
    }));
}

export const drillsRules: readonly Rule[] = [
  {
    id: "HF009",
    code: "coverage/no-drill",
    title: "a plan that nobody has tried",
    severity: "note",
    why: "a plan that was never carried out proves nothing, and is never armed",
    mend: "write a Drill for the plan and the scenario",
    source: { title: "AWS Well-Architected, Reliability Pillar, REL13-BP03: test recovery", date: "2024" },
    find: (survey) => untried(survey, "ask", ""),
  },
  {
    id: "HF066",
    code: "drills/never-armed",
    title: "a failover that is never armed",
    severity: "warning",
    why: "automatic failover runs only while a drill has proven the plan for the scenario; without one nobody decides, and everybody believes that the machine does",
    mend: "write a Drill for the plan and the scenario, or let a person decide: failover: ask",
    source: {
      title: "AWS, zonal autoshift: practice runs are the condition for shifting by itself",
      date: "2023-11",
    },
    find: (survey) => untried(survey, "when-armed", ", so that it never fails over by itself there"),
  },
  {
    id: "HF067",
    code: "drills/cadence-outlasts-proof",
    title: "a drill that is repeated too seldom",
    severity: "warning",
    why: "proof runs out before the next drill renews it, and until then the plan is not armed",
    mend: "lower cadence to proofValidFor or less, or let the proof last longer",
    source: arithmetic,
    find: cadenceOutlastsProof,
  },
  {
    id: "HF068",
    code: "drills/no-cadence",
    title: "a drill that nobody has to repeat",
    severity: "note",
    why: "what is drilled when somebody thinks of it is drilled until the first busy quarter",
    mend: "add cadence: 90 d, no longer than the plan's proofValidFor",
    source: { title: "AWS, zonal autoshift: practice runs every week", date: "2023-11" },
    find: drillsWithoutCadence,
  },
];
