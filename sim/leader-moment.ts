import type { ControllerState } from "../src/core/failover/controller-state.ts";

/** What whoever leads may be in the midst of. */
export const leaderMoments = [
  "steady",
  "deciding",
  "closing",
  "fencing",
  "promoting",
  "routing",
  "verifying",
  "completing",
] as const;
export type LeaderMoment = (typeof leaderMoments)[number];

/** Whether by then it has been decided by itself, or because a person asked. To close is always asked for. */
export function isAfterDecision(moment: LeaderMoment): boolean {
  return moment !== "steady" && moment !== "deciding" && moment !== "closing";
}

/** @returns `null`: it has not heard that it leads, or of any reign */
export function leaderMomentOf({
  leadership,
  seen,
  progress,
  milestones,
  awaited,
}: ControllerState): LeaderMoment | null {
  if (leadership.kind !== "mine" || seen === null) return null;
  switch (seen.reign.phase) {
    case "steady":
      // The loss is noticed with the decision, which is on its way to the disk and to the store.
      return awaited !== null && milestones.at(-1)?.phase === "detect" ? "deciding" : "steady";
    case "closing":
      return "closing";
    case "fencing":
      return "fencing";
    case "promoting":
      if (progress.isVerified) return "completing";
      if (progress.isRouted) return "verifying";
      return awaited === null ? "promoting" : "routing";
  }
}
