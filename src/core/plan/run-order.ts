import { unreachable } from "../problem/problem.ts";
import { isBusy, type PlanRun, type StepStanding } from "./run.ts";

/** What a person asks of a run. */
export type RunOrder = "stop" | "go-on" | "go-back";

/** `null`: it changes nothing, or comes too late. A stopped run goes on with what has failed, from its first attempt. */
export function orderedRun(
  run: PlanRun,
  { order, by }: { readonly order: RunOrder; readonly by: string },
): PlanRun | null {
  switch (order) {
    case "stop":
      return run.end !== null || run.stoppedBecause !== null
        ? null
        : { ...run, stoppedBecause: `${by} has stopped it` };
    case "go-on":
      if (run.stoppedBecause === null || run.course === "back") return null;
      return {
        ...run,
        stoppedBecause: null,
        steps: mapped(run, (each) => (each.kind === "failed" ? { kind: "waiting", wasBegun: true } : each)),
      };
    case "go-back":
      return run.course === "back" || isBusy(run) ? null : { ...run, course: "back", stoppedBecause: null };
    default:
      return unreachable(order);
  }
}

function mapped(run: PlanRun, change: (standing: StepStanding) => StepStanding): PlanRun["steps"] {
  return Object.fromEntries(Object.entries(run.steps).map(([step, standing]) => [step, change(standing)]));
}
