import { timingUnder } from "../failover/plan-settings.ts";
import type { Scenario } from "../model/model.ts";
import type { RecoveryPlan } from "../model/recovery-plan.ts";
import { unreachable } from "../problem/problem.ts";
import type { Span } from "../units/span.ts";
import { inSeconds, milliseconds, type Seconds, seconds } from "../units/units.ts";
import type { Case, Survey } from "./survey.ts";

/** A case of a plan, and the soonest that the plan can know of it. */
export interface Detected extends Case {
  readonly detect: Seconds;
}

/** Of what a plan has to bring back, the case that has the least time left once it is detected; `null`: it has none. */
export function tightest(survey: Survey, plan: RecoveryPlan): Detected | null {
  const left = ({ objective, detect }: Detected): number => objective.rto - detect;
  return survey
    .cases(plan)
    .map((each) => ({ ...each, detect: soonestDetection(plan, each.scenario) }))
    .reduce<Detected | null>(
      (least, each) => (least === null || left(each) < left(least) ? each : least),
      null,
    );
}

/**
 * The soonest that a plan's detection can call a region lost in a scenario: refused probes in a row where something is gone, and
 * else, because what is frozen or cut off refuses nothing, its silence.
 */
function soonestDetection(plan: RecoveryPlan, { failures }: Scenario): Seconds {
  const { tickMs, refusalsMin, silentAfterMs } = timingUnder(plan);
  const isGone = failures.some(({ how }) => how === "lost");
  const refused = refusalsMin * tickMs;
  return inSeconds(milliseconds(isGone ? Math.min(refused, silentAfterMs) : silentAfterMs));
}

/** What the steps of a plan may take by their own bounds; `null`: one of them has none. */
export function boundOfSteps({ steps }: RecoveryPlan): Seconds | null {
  let total = 0;
  for (const { within } of steps) {
    if (within === null) return null;
    total += within;
  }
  return seconds(total);
}

/** The shortest that a span says; of one without an end on that side, what half of all takes at most. */
export function atBest(span: Span): number {
  switch (span.kind) {
    case "fixed":
      return span.time;
    case "between":
      return span.from;
    case "skewed":
      return span.median;
    default:
      return unreachable(span);
  }
}
