import type { RegionId } from "../core/failover/member.ts";
import { unreachable } from "../core/problem/problem.ts";
import type { LabFault, LabStatus } from "./lab.ts";

// What the manner of a scenario's failure means on the lab.

/** How a drill can strike a region. */
export type StrikeManner = "lost" | "frozen" | "partitioned";

/** What a drill strikes. */
export interface Strike {
  readonly region: RegionId;
  readonly how: StrikeManner;
}

export function faultOf(how: StrikeManner): LabFault {
  switch (how) {
    case "lost":
      return "kill";
    case "frozen":
      return "freeze";
    case "partitioned":
      return "partition";
    default:
      return unreachable(how);
  }
}

/** The way back from a fault that leaves its region alive. */
export function undoOf(how: Exclude<StrikeManner, "lost">): LabFault {
  return how === "frozen" ? "thaw" : "heal";
}

/** Whether every region that can be part of it follows; a region that was killed stays out. */
export function hasConverged({ active, regions }: LabStatus, failure: Strike): boolean {
  return regions.every(({ name, role }) => {
    if (name === active) return role === "primary";
    return (failure.how === "lost" && name === failure.region) || role === "synchronous-standby";
  });
}
