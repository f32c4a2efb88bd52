import { type Model, the } from "../model/model.ts";
import type { RecoveryPlan, Step } from "../model/recovery-plan.ts";
import { invariant } from "../problem/problem.ts";
import { durationText } from "../units/text.ts";
import { inMilliseconds, type Milliseconds, type Seconds, seconds } from "../units/units.ts";
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
  const promotion = promotionIn(plan);
  invariant(promotion !== undefined, `the plan ${plan.name} promotes nothing`);
  return failoverSettings(declaredBy(plan, promotion.component, model));
}

function promotionIn({ steps }: RecoveryPlan): (Step & { readonly phase: "promote" }) | undefined {
  return steps.find((step) => step.phase === "promote");
}

/** What a plan asks for, whether or not the engine can go by it. */
function declaredBy(plan: RecoveryPlan, promoted: string, model: Model): FailoverSettings {
  const { placements, replication } = the(model.components, promoted);
  return {
    regions: placements.map(({ region }) => region),
    confirmations: replication.kind === "synchronous" ? replication.confirmations : 0,
    lossyFailover: plan.interlocks.dataLoss === "accept" ? "automatic" : "ask",
    lossMax: replication.kind === "synchronous" ? null : leastRegionRpo(plan, model),
    timing: timingUnder(plan),
  };
}

/** The RPO of whichever of the plan's journeys accepts the least when a region is lost; `null`: none says it. */
function leastRegionRpo({ journeys }: RecoveryPlan, model: Model): Milliseconds | null {
  const spans = journeys
    .flatMap((name) => model.journeys.get(name)?.objectives ?? [])
    .flatMap(({ scope, rpo }) => (scope === "region" ? [rpo] : []));
  return spans.length === 0 ? null : inMilliseconds(seconds(Math.min(...spans)));
}

/** Where a plan asks for something else than what an engine goes by, in the words of its manifest. */
export interface Difference {
  readonly key: string;
  readonly declared: string;
  readonly inForce: string;
}

/** All that a plan sets and an engine with the settings `inForce` does not go by; none when it goes by this plan. */
export function differencesFrom(
  inForce: FailoverSettings,
  plan: RecoveryPlan,
  model: Model,
): readonly Difference[] {
  const promotion = promotionIn(plan);
  if (promotion === undefined)
    return [{ key: "steps", declared: "nothing to promote", inForce: "a standby that is promoted" }];
  const declared = wordsFor(declaredBy(plan, promotion.component, model));
  const now = wordsFor(inForce);
  return declared
    .map(([key, text], at) => ({ key, declared: text, inForce: now[at]?.[1] ?? "" }))
    .filter((each) => each.declared !== each.inForce);
}

function wordsFor(settings: FailoverSettings): readonly (readonly [key: string, text: string])[] {
  const { timing, regions, confirmations, lossyFailover, lossMax } = settings;
  const inWords = (ms: Milliseconds): string => durationText.print(seconds(ms / 1_000));
  return [
    ["regions of the promoted component", regions.join(", ")],
    ["replication.confirmations", String(confirmations)],
    ["detection.probeEvery", inWords(timing.tickMs)],
    ["detection.refusals", String(timing.refusalsMin)],
    ["detection.silentAfter", inWords(timing.silentAfterMs)],
    ["detection.streamSilentAfter", inWords(timing.streamSilentAfterMs)],
    ["interlocks.coolDown", inWords(timing.coolDownMs)],
    ["interlocks.dataLoss", lossyFailover === "automatic" ? "accept" : "ask"],
    ["the least rpo for a region", lossMax === null ? "none" : inWords(lossMax)],
  ];
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
