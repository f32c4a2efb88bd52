import { type Model, type RecoveryPlan, the } from "../model/model.ts";
import { invariant } from "../problem/problem.ts";
import { inMilliseconds, type Milliseconds, type Seconds } from "../units/units.ts";
import {
  brokenBounds,
  defaultTiming,
  type FailoverSettings,
  failoverSettings,
  type FailoverTiming,
} from "./settings.ts";

/** By what agents and controllers go when they carry out a plan. What it leaves out is as `defaultTiming` has it. */
export function timingUnder({ detection, interlocks }: RecoveryPlan): FailoverTiming {
  const { probeEvery, refusals, silentAfter, streamSilentAfter } = detection;
  return {
    ...defaultTiming,
    tickMs: inMillisecondsOr(defaultTiming.tickMs, probeEvery),
    refusalsMin: refusals ?? defaultTiming.refusalsMin,
    silentAfterMs: inMillisecondsOr(defaultTiming.silentAfterMs, silentAfter),
    streamSilentAfterMs: inMillisecondsOr(defaultTiming.streamSilentAfterMs, streamSilentAfter),
    coolDownMs: inMilliseconds(interlocks.coolDown),
  };
}

function inMillisecondsOr(otherwise: Milliseconds, written: Seconds | null): Milliseconds {
  return written === null ? otherwise : inMilliseconds(written);
}

/**
 * The settings of the engine under a plan: members stand where the promoted component does, in its order of preference, and
 * commits are confirmed as it declares.
 *
 * @throws InvariantBroken when the plan promotes nothing, or its bounds contradict one another: see `contradictionsIn`
 */
export function settingsUnder(plan: RecoveryPlan, model: Model): FailoverSettings {
  const promotion = plan.steps.find((step) => step.phase === "promote");
  invariant(promotion !== undefined, `the plan ${plan.name} promotes nothing`);
  const { placements, replication } = the(model.components, promotion.component);
  return failoverSettings({
    regions: placements.map(({ region }) => region),
    confirmations: replication.kind === "synchronous" ? replication.confirmations : 0,
    lossyFailover: plan.interlocks.dataLoss === "accept" ? "automatic" : "ask",
    timing: timingUnder(plan),
  });
}

/** Where a plan asks for what the engine cannot go by. */
export interface Contradiction {
  /** Within the plan's `spec.detection`. */
  readonly key: "probeEvery" | "silentAfter" | "streamSilentAfter";
  readonly because: string;
}

/** Every bound of a plan that does not hold beside the others; a bound that a plan cannot set is broken by its probes. */
export function contradictionsIn(plan: RecoveryPlan): readonly Contradiction[] {
  const keys = { silentAfterMs: "silentAfter", streamSilentAfterMs: "streamSilentAfter" } as const;
  return brokenBounds(timingUnder(plan)).map(({ bound, because }) => ({
    key: bound === "silentAfterMs" || bound === "streamSilentAfterMs" ? keys[bound] : "probeEvery",
    because,
  }));
}
