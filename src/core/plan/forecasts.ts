import type { JudgedRecovery, Verdict } from "../prediction/prediction.ts";
import { outsidePhase, outsideStages } from "../recovery/outside-pieces.ts";
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
export function journeyForecast(day: PlanAtWork, { recovery, time, loss }: JudgedRecovery): JourneyForecast {
  const { journey, outcome, objective } = recovery;
  if (outcome.kind !== "recovers") {
    const because = outcome.kind === "impossible" ? outcome.because : [];
    return { journey, outcome: outcome.kind, because, time: null, loss: null };
  }
  const phases = phaseNames
    .filter((phase) => outcome.time.chains[phase].length > 0)
    .map((phase) => ({
      phase,
      p95Seconds: rounded(outcome.time.phases[phase]),
      withinSeconds: boundOf(day, phase),
    }));
  return {
    ...{ journey, outcome: "recovers", because: [] },
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

/** To the millisecond: what differs by less is no other plan. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000;
}

/** What the failover engine's steps and all others may take together, with every attempt that these have. */
function boundOf({ plan }: PlanAtWork, phase: PhaseName): number | null {
  const steps = plan.steps.filter((step) => step.outside === null && step.phase === phase);
  const stages = outsideStages(plan).filter((stage) => stage.some((step) => outsidePhase(step) === phase));
  // How long a person takes who is to decide at first, no step bounds.
  if (steps.length + stages.length === 0 || phase === "decide") return null;
  const longest = stages.map((stage) =>
    Math.max(...stage.map(({ outside: { within, retries } }) => within * (retries + 1))),
  );
  const own = steps.reduce<number | null>(
    (sum, { within }) => (sum === null || within === null ? null : sum + within),
    0,
  );
  return own === null ? null : longest.reduce((sum, each) => sum + each, own);
}
