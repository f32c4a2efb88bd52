import { inMode } from "../model/degraded-mode.ts";
import { type DegradedMode, type FailureScope, type Journey, the } from "../model/model.ts";
import { actedOn, type Step } from "../model/recovery-plan.ts";
import { unreachable } from "../problem/problem.ts";
import type { Seconds } from "../units/units.ts";
import { shareWithin } from "./distribution/quantiles.ts";
import { type Outcome, outcomeOf, type RecoverySetting } from "./outcome.ts";
import { Strike, type Struck, struckOf } from "./strike.ts";

/** When a journey serves in a degraded mode, or in one that gives more. */
export interface ModeRecovery {
  readonly mode: string;
  /** `null`: the owner set none for this scope. */
  readonly rto: Seconds | null;
  /** Whether the plan shows it; else it is taken to come about by itself. */
  readonly isVerified: boolean;
  /** What gives more and is there sooner; `null`: nothing. */
  readonly sooner: Fuller | null;
  readonly outcome: Outcome;
}

/** A mode; `null`: the whole. */
interface Fuller {
  readonly mode: string | null;
}

/** A journey that a scenario has struck. */
interface StruckJourney {
  readonly journey: Journey;
  readonly scope: FailureScope;
  /** Of what it needs when it is whole. */
  readonly struck: readonly Struck[];
  readonly whole: Outcome;
}

/** In the order of the journey's modes, of which each gives less than the one before. */
export function modeRecoveries(setting: RecoverySetting, of: StruckJourney): readonly ModeRecovery[] {
  let best: Fuller & Pick<ModeRecovery, "outcome"> = { mode: null, outcome: of.whole };
  return of.journey.degradedModes.map((mode) => {
    const own = modeRecovery(setting, of, mode);
    if (timeOf(own.outcome) > timeOf(best.outcome)) return outdone(own, best);
    best = own;
    return own;
  });
}

/** A mode that something fuller is there before; what would make it quicker stays its own. */
function outdone(own: ModeRecovery, by: Fuller & Pick<ModeRecovery, "outcome">): ModeRecovery {
  const [{ rto, outcome: slower }, outcome] = [own, by.outcome];
  const sooner = { mode: by.mode };
  if (outcome.kind !== "recovers") return { ...own, sooner, outcome };
  const within = rto === null ? null : shareWithin(outcome.time.distribution, rto);
  const changes = slower.kind === "untouched" ? [] : slower.changes;
  return {
    ...{ ...own, sooner },
    outcome: { ...outcome, time: { ...outcome.time, withinObjective: within }, changes },
  };
}

function timeOf(outcome: Outcome): number {
  switch (outcome.kind) {
    case "untouched":
      return 0;
    case "impossible":
      return Number.POSITIVE_INFINITY;
    case "recovers":
      return outcome.time.p95;
    default:
      return unreachable(outcome);
  }
}

/**
 * Where the plan verifies the mode, it serves so once that is done: all that the plan does until then is waited for, whether or not the
 * mode needs it. Where none does, it is taken to serve so by itself, once the failure is seen and what the mode needs serves.
 */
function modeRecovery(setting: RecoverySetting, of: StruckJourney, mode: DegradedMode): ModeRecovery {
  const { journey, scope, struck: ofWhole } = of;
  const model = inMode(setting.strike.model, journey, mode);
  const strike = new Strike(model, setting.strike.scenario);
  const { entry } = the(model.journeys, journey.name);
  const needed = strike.neededBy(entry);
  const own = struckOf(strike, needed, setting.plan);
  const others = ofWhole.filter((each) => !isAmong(own, each));
  const until = stepsUntil(setting.steps, journey.name, mode.name);
  const steps = until ?? stepsFor(setting.steps, own);
  const blow = {
    seen: [...own, ...others],
    struck: [...own, ...others.filter((each) => isActedOn(steps, each))],
    replaced: strike.replacedFor(needed),
  };
  const rto = mode.rto[scope] ?? null;
  const asked = {
    entry,
    leaves: entry === journey.entry ? [] : [journey.entry],
    objective: rto === null ? null : { rto, rpo: null },
  };
  return {
    ...{ mode: mode.name, rto, isVerified: until !== null, sooner: null },
    outcome: outcomeOf({ ...setting, strike, steps }, blow, asked),
  };
}

/** Those of a plan that act on what is struck. */
function stepsFor(steps: readonly Step[], struck: readonly Struck[]): readonly Step[] {
  return steps.filter((step) => struck.some(({ component }) => actedOn(step) === component.name));
}

function isAmong(struck: readonly Struck[], { component: { name } }: Struck): boolean {
  return struck.some(({ component }) => component.name === name);
}

/** Whether it is waited for though the mode does not need it. */
function isActedOn(steps: readonly Step[], { component, consequence }: Struck): boolean {
  return consequence.kind !== "gone" && steps.some((step) => actedOn(step) === component.name);
}

/**
 * What a plan does until it has verified a mode: all before, and of what is done beside the verifying that alone. `null`: it does not
 * verify it.
 */
function stepsUntil(steps: readonly Step[], journey: string, mode: string): readonly Step[] | null {
  const isProof = (step: Step): boolean =>
    step.phase === "verify" && step.journey === journey && step.mode === mode;
  const last = steps.findLastIndex(isProof);
  if (last < 0) return null;
  const first = steps.findLastIndex((step, at) => at <= last && step.outside?.isBeside !== true);
  const [proof, ...others] = steps.slice(first, last + 1).filter(isProof);
  return [...steps.slice(0, first), ...(proof === undefined ? [] : [inItsTurn(proof), ...others])];
}

function inItsTurn(step: Step): Step {
  return step.outside === null ? step : { ...step, outside: { ...step.outside, isBeside: false } };
}
