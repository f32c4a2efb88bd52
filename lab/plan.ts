import { resolve } from "node:path";
import { readWholeCatalogue } from "../src/adapters/files/catalogue-files.ts";
import { readFolder } from "../src/adapters/files/workspace.ts";
import { contradictionsIn, settingsUnder } from "../src/core/failover/plan-settings.ts";
import type { FailoverSettings } from "../src/core/failover/settings.ts";
import { readWorkspace } from "../src/core/manifest/manifest.ts";
import { type Model, the } from "../src/core/model/model.ts";
import type { Automation, RecoveryPlan } from "../src/core/model/recovery-plan.ts";
import { type ForeseeSettings, foreseen } from "../src/core/plan/foreseen.ts";
import { rehearse } from "../src/core/plan/rehearsal.ts";
import { savedPlan } from "../src/core/plan/saved.ts";
import type { GoneBy } from "../src/core/plan/warrant-of.ts";
import { foreseeSettings } from "../src/runtime/foresee-settings.ts";
import { drillCommand, labDirDefault } from "../src/runtime/lab-command.ts";
import { type JourneySlo, journeySlos } from "../src/core/slo/journey-slos.ts";
import type { Parsed, Place, Problem } from "../src/core/problem/problem.ts";

/** Which manifests, for the lab of which folder. */
export interface PlanSettings {
  /** The lab's own folder. */
  readonly root: string;
  /** The folder of the manifests that declare the lab. */
  readonly workspace: string;
  /** The folder of this package, in which the catalogue stands. */
  readonly packageFolder: string;
}

const planName = "region-failover";

/** What the recovery plan of the lab's workspace makes of its agents, its controllers and its first reign. */
export interface LabPlan {
  readonly settings: FailoverSettings;
  /** Who lets a failover begin. */
  readonly automation: Automation;
  /** The plan in each scenario that it covers, as it is foretold while these agents and controllers go by it. */
  readonly cases: readonly GoneBy[];
  /** What its users do, by name. */
  readonly journeys: readonly string[];
  /** What their objectives of availability promise, as OpenSLO documents. */
  readonly promises: readonly JourneySlo["document"][];
}

export async function readLabPlan(
  { root, workspace, packageFolder }: PlanSettings,
  signal: AbortSignal,
): Promise<Parsed<LabPlan>> {
  const files = await readFolder(workspace, workspace, signal);
  if (!files.ok) return files;
  const catalogue = await readWholeCatalogue({ packageFolder, workspace, cwd: workspace }, signal);
  if (!catalogue.ok) return catalogue;
  const read = readWorkspace(files.value, catalogue.value);
  if (!read.ok) return read;
  const { model } = read.value;
  const plan = the(model.plans, planName);
  const [contradiction] = contradictionsIn(plan);
  if (contradiction !== undefined) {
    const { key, because } = contradiction;
    const where = read.value.locate("RecoveryPlan", plan.name, ["spec", "detection", key]);
    return { ok: false, problems: [contradictory(plan.name, key, { because, where })] };
  }
  const journeys = [...model.journeys.keys()];
  const promises = journeySlos(model, new Set()).map(({ document }) => document);
  const settings = settingsUnder(plan, model);
  const cases = casesOf({ model, plan, root }, foreseeSettings({ catalogue: catalogue.value }));
  return { ok: true, value: { settings, automation: plan.automation, cases, journeys, promises } };
}

function casesOf(
  { model, plan, root }: { readonly model: Model; readonly plan: RecoveryPlan; readonly root: string },
  settings: ForeseeSettings,
): readonly GoneBy[] {
  const dir = root === resolve(labDirDefault) ? labDirDefault : root;
  return plan.scenarios.map((scenario) => {
    const plot = foreseen(model, { plan: plan.name, scenario }, settings);
    const drill = [...model.drills.values()].find(
      (each) => each.plan === plan.name && each.scenario === scenario,
    );
    return {
      ...{ foreseen: plot, hash: savedPlan(plot, settings.digest).hash },
      ...{
        rehearsal: rehearse(plot.stages),
        drill: drill === undefined ? null : drillCommand(drill.name, dir),
      },
    };
  });
}

function contradictory(
  plan: string,
  key: string,
  { because, where }: { readonly because: string; readonly where: Place | null },
): Problem {
  return {
    code: "lab/plan-contradicts",
    what: `plan "${plan}": detection.${key} contradicts the other bounds: ${because}`,
    where,
    why: "The lab's agents and controllers go by this plan.",
    mend: `change ${key}, or leave it out to have it as the failover engine does`,
  };
}
