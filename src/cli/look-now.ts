import { resolve } from "node:path";
import type { SeenWorld } from "../core/plan/seen-world.ts";
import type { StagedStep } from "../core/plan/stages.ts";
import { labDirDefault } from "../runtime/lab-command.ts";
import { lookAtWorld, type WorldToLookAt } from "../runtime/look-at-world.ts";
import { servingRegion } from "../runtime/serving-region.ts";
import type { Context } from "./context.ts";

interface LookToTake {
  /** The folder of the manifests, from which paths in the plan are meant. */
  readonly workspace: string;
  /** The folder of the lab that is asked which region serves; left out: where a lab is by default. */
  readonly dir?: string;
  /** Whether it is asked: `where-one-runs` says nothing where no lab does. */
  readonly serving: "asked" | "where-one-runs" | "not-asked";
}

/** Looks at all that the steps of a plan change, for a command. */
export async function lookNow(
  stages: readonly (readonly StagedStep[])[],
  look: LookToTake,
  context: Context,
): Promise<SeenWorld> {
  const { shell, parts } = context;
  const { actuators } = await parts.planRun();
  const serving = await servingOf(look, context);
  const folder = resolve(shell.cwd, look.workspace);
  return lookAtWorld(stages, { actuators, folder, serving }, shell.signal);
}

async function servingOf(
  { dir = labDirDefault, serving }: LookToTake,
  { shell, parts }: Context,
): Promise<WorldToLookAt["serving"]> {
  if (serving === "not-asked") return null;
  const answer = await servingRegion(await parts.lab(), resolve(shell.cwd, dir));
  return answer.ok || serving === "asked" ? answer : null;
}
