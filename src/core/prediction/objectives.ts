import type { FailureScope } from "../model/model.ts";
import { unreachable } from "../problem/problem.ts";
import { ninesBetween, roughText, roughTimeText } from "../units/shown.ts";
import { durationText, percentText } from "../units/text.ts";
import { ratio, type Seconds } from "../units/units.ts";
import type { JourneyPrediction, JudgedRecovery, Prediction, Verdict } from "./prediction.ts";
import { type ScopeWhy, whyScopes } from "./why-journey.ts";

/** One objective of one journey, and what is predicted of it, in words. */
export interface JudgedObjective {
  readonly journey: string;
  readonly what: "availability" | "recovery time" | "data loss";
  /** The scenario; of availability the scope of the failures that are counted. */
  readonly in: string;
  readonly objective: string;
  readonly predicted: string;
  readonly verdict: Verdict;
  /** Why it is missed and what would meet it; empty otherwise. */
  readonly because: readonly string[];
}

/** Every objective that is set, journey by journey, the missed ones first. @param stepsMax work allowed to find why one is missed */
export function judgedObjectives(prediction: Prediction, stepsMax: number): readonly JudgedObjective[] {
  return prediction.journeys.flatMap((each) => {
    const all = [...availabilities(prediction, each, stepsMax), ...each.recoveries.flatMap(ofRecovery)];
    return [
      ...all.filter(({ verdict }) => verdict !== "met"),
      ...all.filter(({ verdict }) => verdict === "met"),
    ];
  });
}

function availabilities(
  prediction: Prediction,
  of: JourneyPrediction,
  stepsMax: number,
): readonly JudgedObjective[] {
  const { journey, availabilityVerdicts } = of;
  const whys = missedAvailabilities(prediction, of, stepsMax);
  return availabilityVerdicts.map(({ scope, objective, unavailability, verdict }) => ({
    ...{ journey: journey.name, what: "availability" as const, in: `failures up to a ${scope}`, verdict },
    objective: percentText.print(ratio(objective)),
    predicted: ninesBetween(unavailability),
    because: whys.get(scope) ?? [],
  }));
}

/** Of each objective of availability that a journey misses, by its scope: what contributes most, as sentences without an end. */
export function missedAvailabilities(
  prediction: Prediction,
  of: JourneyPrediction,
  stepsMax: number,
): ReadonlyMap<FailureScope, readonly string[]> {
  if (of.availabilityVerdicts.every(({ verdict }) => verdict !== "missed")) return new Map();
  const missed = whyScopes(prediction, of, stepsMax).filter(({ verdict: each }) => each.verdict === "missed");
  return new Map(missed.map((why) => [why.verdict.scope, contributors(why)]));
}

/** Less than this share of the minutes, and a contributor is not worth being named. */
const shareMin = 0.01;

function contributors({ minutesAllowed, minutesPredicted, helps }: ScopeWhy): readonly string[] {
  const all = `${roughText(minutesPredicted)} min a year, where ${roughText(minutesAllowed)} are allowed`;
  const most = helps
    .filter(({ minutesSaved }) => minutesSaved >= shareMin * minutesPredicted)
    .map(({ event, minutesSaved }) => `${event} (${roughText(minutesSaved)} min)`);
  return most.length === 0 ? [all] : [all, `most would go if these never happened: ${most.join(", ")}`];
}

function ofRecovery({ recovery, time, loss }: JudgedRecovery): readonly JudgedObjective[] {
  const { objective, journey, scenario, outcome } = recovery;
  if (objective === null) return [];
  const base = { journey, in: scenario } as const;
  const told = (seconds: Seconds | null): string => (seconds === null ? "all" : roughTimeText(seconds));
  const [rto, rpo] = [durationText.print(objective.rto), durationText.print(objective.rpo)];
  const both = (back: string, lost: string, why: readonly [readonly string[], readonly string[]]) => [
    {
      ...base,
      what: "recovery time" as const,
      objective: rto,
      predicted: back,
      verdict: time,
      because: why[0],
    },
    { ...base, what: "data loss" as const, objective: rpo, predicted: lost, verdict: loss, because: why[1] },
  ];
  switch (outcome.kind) {
    case "untouched":
      return both("goes on", "nothing", [[], []]);
    case "impossible": {
      const why = [...outcome.because, ...outcome.changes.map(({ change }) => `mend: ${change}`)];
      return both("does not come back", "not known", [why, why]);
    }
    case "recovers": {
      const { longest } = outcome.time;
      const mends = outcome.changes.map(({ change }) => `mend: ${change}`);
      return both(told(outcome.time.p95), told(outcome.loss.p95), [
        time === "missed" ? [`${longest.what}: ${longest.because}`, ...mends] : [],
        loss === "missed" ? [outcome.loss.because, ...mends] : [],
      ]);
    }
    default:
      return unreachable(outcome);
  }
}
