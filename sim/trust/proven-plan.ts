import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readWorkspace } from "../../src/core/manifest/manifest.ts";
import type { Model } from "../../src/core/model/model.ts";
import { foreseen } from "../../src/core/plan/foreseen.ts";
import { rehearse } from "../../src/core/plan/rehearsal.ts";
import type { GoneBy } from "../../src/core/plan/warrant-of.ts";
import { instantMs, seconds } from "../../src/core/units/units.ts";
import { wallStartMs } from "../audit.ts";
import { shippedCatalogue } from "../shipped-catalogue.ts";

const folder = "examples/lab";
/** The plan of the example that controllers go by. */
export const planName = "region-failover";
/** Those that it covers: it is proven once it is in each of them. */
export const provenScenarios: readonly string[] = ["region-lost", "region-frozen"];

let known: readonly Omit<GoneBy, "hash">[] | null = null;

/** The example's plan in each of its scenarios, as the product foretells it where it acts when it is armed. @param hash of the plan as it stands */
export function goneBy(hash: string): readonly GoneBy[] {
  known ??= read();
  return known.map((each) => ({ ...each, hash }));
}

function read(): readonly Omit<GoneBy, "hash">[] {
  const model = modelOfExample();
  const tables = shippedCatalogue();
  const detection = { probeEvery: seconds(0.1), refusals: 3, silentAfter: seconds(1) };
  const now = instantMs(wallStartMs);
  return provenScenarios.map((scenario) => {
    const asked = { plan: planName, scenario };
    const plot = foreseen(model, asked, { tables, detection, now, digest: (text) => text });
    return { foreseen: plot, rehearsal: rehearse(plot.stages), drill: scenario };
  });
}

function modelOfExample(): Model {
  const files = readdirSync(folder).map((name) => {
    const text = readFileSync(join(folder, name), "utf8");
    return { path: join(folder, name), text: text.replace("failover: always", "failover: when-armed") };
  });
  const workspace = readWorkspace(files, shippedCatalogue());
  if (!workspace.ok) throw new Error(JSON.stringify(workspace.problems));
  return workspace.value.model;
}
