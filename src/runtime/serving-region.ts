import type { RegionId } from "../core/failover/member.ts";
import type { Parsed } from "../core/problem/problem.ts";
import type { LabVerbs } from "./lab.ts";

/** Which region of a lab serves by now; `null`: nobody does. @param root the folder of the lab */
export async function servingRegion(
  lab: Pick<LabVerbs, "status">,
  root: string,
): Promise<Parsed<RegionId | null>> {
  const status = await lab.status(root);
  if (!status.ok) return status;
  const { blockedBy, active } = status.value;
  return { ok: true, value: blockedBy === null ? active : null };
}
