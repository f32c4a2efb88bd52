import type { JudgedMode, JudgedRecovery, Verdict } from "../prediction/prediction.ts";
import type { Outcome } from "../recovery/outcome.ts";
import { outsidePhase, outsideStages, type OutsideStep } from "../recovery/outside-pieces.ts";
import { type PhaseName, phaseNames } from "../recovery/phase.ts";
import type { PlanAtWork } from "./struck.ts";

/** How a journey of the plan is predicted to come back, and what of it is lost. */
export interface JourneyForecast {
  readonly journey: string;
  readonly outcome: "untouched" | "recovers" | "impossible";
  /** Why it does not come back; empty: it does. */
  readonly because: readonly string[];
  /** `null`: it takes no time, or never ends. */
  readonly time: TimeForecast | null;
  readonly loss: LossForecast | null;
  /** How it may serve before it is whole again. */
  readonly modes: readonly ModeForecast[];
}

export interface ModeForecast {
  readonly mode: string;
  /** Whether the plan shows it; else it is taken to come about by itself. */
  readonly isVerified: boolean;
  /** What gives more and is there sooner (`mode: null`: the whole); `null`: nothing. */
  readonly sooner: { readonly mode: string | null } | null;
  readonly outcome: JourneyForecast["outcome"];
  readonly because: readonly string[];
  /** One recovery in twenty takes longer; `null`: it takes no time, or never ends. */
  readonly p95Seconds: number | null;
  readonly objectiveSeconds: number | null;
  readonly verdict: Verdict;
}

export interface TimeForecast {
  readonly phases: readonly PhaseBudget[];
  /** One recovery in twenty takes longer. */
  readonly p95Seconds: number;
  readonly objectiveSeconds: number | null;
  readonly verdict: Verdict;
}

export interface PhaseBudget {
  readonly phase: PhaseName;
  /** Its share of the 95th percentile. */
  readonly p95Seconds: number;
  /** What the plan's steps of this phase may take together; `null`: one of them has no bound, or there is none. */
  readonly withinSeconds: number | null;
}

export interface LossForecast {
  /** One loss in twenty is larger; `null`: all of it, or nobody can say. */
  readonly p95Seconds: number | null;
  readonly because: string;
  readonly objectiveSeconds: number | null;
  readonly verdict: Verdict;
}

/** @param recovery of a journey of the plan, in its scenario */
export function journeyForecast(day: PlanAtWork, judged: JudgedRecovery): JourneyForecast {
  const { recovery, time, loss } = judged;
  const { journey, outcome, objective } = recovery;
  const modes = judged.modes.map(modeForecast);
  if (outcome.kind !== "recovers")
    return { journey, outcome: outcome.kind, because: becauseOf(outcome), time: null, loss: null, modes };
  const phases = phaseNames
    .filter((phase) => outcome.time.chains[phase].length > 0)
    .map((phase) => ({
      phase,
      p95Seconds: rounded(outcome.time.phases[phase]),
      withinSeconds: boundOf(day, phase),
    }));
  return {
    ...{ journey, outcome: "recovers", because: [], modes },
    time: {
      ...{ phases, p95Seconds: rounded(outcome.time.p95), verdict: time },
      objectiveSeconds: objective?.rto ?? null,
    },
    loss: {
      p95Seconds: outcome.loss.p95 === null ? null : rounded(outcome.loss.p95),
      because: outcome.loss.because,
      objectiveSeconds: objective?.rpo ?? null,
      verdict: loss,
    },
  };
}

function modeForecast({ recovery, time: verdict }: JudgedMode): ModeForecast {
  const { mode, rto, isVerified, sooner, outcome } = recovery;
  return {
    ...{ mode, isVerified, sooner, outcome: outcome.kind, because: becauseOf(outcome) },
    p95Seconds: outcome.kind === "recovers" ? rounded(outcome.time.p95) : null,
    ...{ objectiveSeconds: rto, verdict },
  };
}

function becauseOf(outcome: Outcome): readonly string[] {
  return outcome.kind === "impossible" ? outcome.because : [];
}

/** Whether it serves again in some way before what failed is back. */
export function comesBack({ outcome, modes }: JourneyForecast): boolean {
  return outcome !== "impossible" || modes.some((mode) => mode.outcome !== "impossible");
}

/** To the millisecond: what differs by less is no other plan. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000;
}

/** What the failover engine's steps and all others may take together; of those beside one another the longest counts. */
function boundOf({ plan }: PlanAtWork, phase: PhaseName): number | null {
  const steps = plan.steps.filter((step) => step.outside === null && step.phase === phase);
  const longest = outsideStages(plan.steps)
    .map((stage) => stage.toSorted((a, b) => attemptsBound(b) - attemptsBound(a)).slice(0, 1))
    .flat()
    .filter((step) => outsidePhase(step) === phase);
  // How long a person takes who is to decide at first, no step bounds.
  if (steps.length + longest.length === 0 || phase === "decide") return null;
  const own = steps.reduce<number | null>(
    (sum, { within }) => (sum === null || within === null ? null : sum + within),
    0,
  );
  return own === null ? null : longest.reduce((sum, each) => sum + attemptsBound(each), own);
}

/** Of a step with every attempt that it has. */
function attemptsBound({ outside: { within, retries } }: OutsideStep): number {
  return within * (retries + 1);
}
