import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../src/adapters/files/make-folder.ts";
import { findInstallation, type Installation } from "../src/adapters/postgres/installation.ts";
import { reachableFolder } from "../src/adapters/postgres/owned-folder.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import type { Parsed } from "../src/core/problem/problem.ts";
import type { NetworkKind } from "../src/runtime/lab.ts";
import { inNamespaces, namespacePrefix, type Placed, wherever } from "./network/places.ts";
import { type LabLayout, layoutOf } from "./layout.ts";
import { type LabPlan, type PlanSettings, readLabPlan } from "./plan.ts";
import { labRegions } from "./topology.ts";

export interface GroundSettings extends PlanSettings {
  readonly network: NetworkKind;
}

/** What a lab stands on: its plan, folders that can be written, and a PostgreSQL to run. */
export interface Ground {
  readonly layout: LabLayout;
  readonly installation: Installation;
  readonly dataFolders: Readonly<Record<RegionId, string>>;
  readonly plan: LabPlan;
  readonly placed: Placed;
  /** What its namespaces are called; `null`: it has none. */
  readonly prefix: string | null;
}

/** Makes the folders, and finds the rest. @throws what the file system throws */
export async function prepareGround(
  { root, workspace, packageFolder, network }: GroundSettings,
  signal: AbortSignal,
): Promise<Parsed<Ground>> {
  const plan = await readLabPlan({ root, workspace, packageFolder }, signal);
  if (!plan.ok) return plan;
  const named = layoutOf(root);
  for (const folder of [root, named.keys, named.logs, named.regions, named.evidence]) {
    await makeFolder(folder);
  }
  const layout = { ...named, evidence: await realpath(named.evidence) };
  const installation = await findInstallation();
  if (!installation.ok) return installation;
  const dataFolders = await dataFoldersOf(layout, installation.value);
  if (!dataFolders.ok) return dataFolders;
  const prefix = network === "namespaces" ? await namespacePrefix(root) : null;
  return {
    ok: true,
    value: {
      layout,
      prefix,
      placed: prefix === null ? wherever : inNamespaces(prefix),
      installation: installation.value,
      dataFolders: dataFolders.value,
      plan: plan.value,
    },
  };
}

/** Each region's PostgreSQL folder; asked twice, the same. They exist afterwards. */
export async function dataFoldersOf(
  layout: LabLayout,
  installation: Installation,
): Promise<Parsed<Readonly<Record<RegionId, string>>>> {
  const folders: Record<RegionId, string> = {};
  for (const region of labRegions) {
    const folder = await reachableFolder(join(layout.regions, region, "postgres"), installation.runAs);
    if (!folder.ok) return folder;
    folders[region] = folder.value;
  }
  return { ok: true, value: folders };
}
