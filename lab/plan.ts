import { readFolder } from "../src/adapters/files/workspace.ts";
import { settingsUnder } from "../src/core/failover/plan-settings.ts";
import type { FailoverSettings } from "../src/core/failover/settings.ts";
import { readWorkspace } from "../src/core/manifest/manifest.ts";
import { the } from "../src/core/model/model.ts";
import type { Parsed } from "../src/core/problem/problem.ts";

const planName = "region-failover";

/** By what the lab's agents and controllers go: the recovery plan of the workspace that declares the lab. */
export async function readLabPlan(workspace: string, signal: AbortSignal): Promise<Parsed<FailoverSettings>> {
  const files = await readFolder(workspace, workspace, signal);
  if (!files.ok) return files;
  const read = readWorkspace(files.value);
  if (!read.ok) return read;
  const { model } = read.value;
  return { ok: true, value: settingsUnder(the(model.plans, planName), model) };
}
