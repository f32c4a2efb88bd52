import type { FailureScope } from "../model/model.ts";
import { unreachable } from "../problem/problem.ts";
import type { Outcome } from "../recovery/outcome.ts";
import { ninesBetween, roughText, roughTimeText } from "../units/shown.ts";
import { durationText, percentText } from "../units/text.ts";
import { ratio } from "../units/units.ts";
import type { JourneyPrediction, JudgedRecovery, Prediction, Verdict } from "./prediction.ts";
import { type ScopeWhy, whyScopes } from "./why-journey.ts";

/** One objective of one journey, and what is predicted of it, in words. */
export interface JudgedObjective {
  readonly journey: string;
  readonly what: "availability" | "recovery time" | "data loss";
  /** The scenario, and the degraded mode where it is one's; of availability the scope of the failures that are counted. */
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
    const all = [
      ...availabilities(prediction, each, stepsMax),
      ...each.recoveries.flatMap((recovery) => [...ofRecovery(recovery), ...ofModes(recovery)]),
    ];
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
      return both(backText(outcome), "nothing", [[], []]);
    case "impossible":
      return both(backText(outcome), "not known", [whyLate(outcome), whyLate(outcome)]);
    case "recovers": {
      const mends = outcome.changes.map(({ change }) => `mend: ${change}`);
      const lost = outcome.loss.p95 === null ? "all" : roughTimeText(outcome.loss.p95);
      return both(backText(outcome), lost, [
        time === "missed" ? whyLate(outcome) : [],
        loss === "missed" ? [outcome.loss.because, ...mends] : [],
      ]);
    }
    default:
      return unreachable(outcome);
  }
}

/** Of each degraded mode that is to be there in time: when it is. */
function ofModes({ recovery: { journey, scenario }, modes }: JudgedRecovery): readonly JudgedObjective[] {
  return modes.flatMap(({ recovery: { mode, rto, outcome }, time: verdict }): readonly JudgedObjective[] => {
    if (rto === null) return [];
    const because = verdict === "missed" ? whyLate(outcome) : [];
    const [objective, predicted] = [durationText.print(rto), backText(outcome)];
    return [
      {
        ...{ journey, what: "recovery time", in: `${scenario}, in ${mode}` },
        ...{ objective, predicted, verdict, because },
      },
    ];
  });
}

/** When it is back, in a word or two. */
export function backText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "untouched":
      return "goes on";
    case "impossible":
      return "does not come back";
    case "recovers":
      return roughTimeText(outcome.time.p95);
    default:
      return unreachable(outcome);
  }
}

function whyLate(outcome: Outcome): readonly string[] {
  if (outcome.kind === "untouched") return [];
  const mends = outcome.changes.map(({ change }) => `mend: ${change}`);
  if (outcome.kind === "impossible") return [...outcome.because, ...mends];
  const { longest } = outcome.time;
  return [`${longest.what}: ${longest.because}`, ...mends];
}
