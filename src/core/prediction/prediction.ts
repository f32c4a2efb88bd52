import type { JourneyAvailability, Unsolved } from "../availability/availability.ts";
import type { Bounds } from "../availability/bounds.ts";
import { type PlatformGraph, platformGraph } from "../availability/platform-graph.ts";
import { type CarbonTables, carbonOf, type PlatformCarbon } from "../carbon/carbon.ts";
import { costOf, type PlatformCost } from "../cost/cost.ts";
import type { CostTables } from "../cost/reckoning.ts";
import { type FailureScope, type Journey, type Model, the } from "../model/model.ts";
import { type Parsed, unreachable } from "../problem/problem.ts";
import type { ModeRecovery } from "../recovery/mode-recoveries.ts";
import type { Outcome } from "../recovery/outcome.ts";
import { type Recovery, recoveries } from "../recovery/recovery.ts";
import { switchoverTimes } from "../recovery/switchover.ts";
import type { Seconds } from "../units/units.ts";
import { type Availabilities, availabilitiesOf, type AvailabilitySettings } from "./availabilities.ts";

/** What a platform is predicted to do. */
export interface Prediction {
  readonly journeys: readonly JourneyPrediction[];
  readonly cost: Parsed<PlatformCost>;
  readonly carbon: PlatformCarbon;
  /** Every cause of unavailability told apart, for those who ask why; made when it is first asked for. */
  readonly graph: () => PlatformGraph;
}

export interface JourneyPrediction {
  readonly journey: Journey;
  readonly availability: JourneyAvailability | Unsolved;
  /** Every objective of availability that the owner set, the widest scope last. */
  readonly availabilityVerdicts: readonly AvailabilityVerdict[];
  /** In the order of the scenarios. */
  readonly recoveries: readonly JudgedRecovery[];
}

export interface AvailabilityVerdict {
  readonly scope: FailureScope;
  readonly objective: number;
  /** `null`: within the work allowed, only bounds were found. */
  readonly predicted: number | null;
  /** Between what the unavailability lies; the same number twice where it is known. */
  readonly unavailability: Bounds;
  readonly verdict: Verdict;
}

export interface JudgedRecovery {
  readonly recovery: Recovery;
  readonly time: Verdict;
  readonly loss: Verdict;
  /** Of each degraded mode, in its order. */
  readonly modes: readonly JudgedMode[];
}

export interface JudgedMode {
  readonly recovery: ModeRecovery;
  readonly time: Verdict;
}

export type Verdict = "met" | "missed" | "no-objective" | "unknown";

export interface PredictionSettings extends AvailabilitySettings {
  readonly tables: CostTables & CarbonTables;
}

export function predictionOf(model: Model, settings: PredictionSettings): Prediction {
  return joined(model, apartFromAvailability(model, settings), availabilitiesOf(model, settings));
}

/** The same while its availabilities are found elsewhere, as in another thread. */
export async function predictionBeside(
  availabilities: Promise<Availabilities>,
  model: Model,
  settings: PredictionSettings,
): Promise<Prediction> {
  const others = apartFromAvailability(model, settings);
  return joined(model, others, await availabilities);
}

type ApartFromAvailability = Omit<Prediction, "journeys"> & { readonly recoveries: readonly Recovery[] };

function apartFromAvailability(
  model: Model,
  { tables, detection }: PredictionSettings,
): ApartFromAvailability {
  return {
    recoveries: recoveries(model, detection),
    cost: costOf(model, tables),
    carbon: carbonOf(model, tables),
    graph: once(() => platformGraph(model, switchoverTimes(model, detection))),
  };
}

function joined(
  model: Model,
  { recoveries: all, ...others }: ApartFromAvailability,
  availabilities: Availabilities,
): Prediction {
  const byJourney = new Map(availabilities.map((each) => [each.journey, each]));
  return {
    journeys: [...model.journeys.values()].map((journey) => {
      const availability = the(byJourney, journey.name);
      return {
        ...{ journey, availability, availabilityVerdicts: availabilityVerdicts(journey, availability) },
        recoveries: all.filter((each) => each.journey === journey.name).map(judged),
      };
    }),
    ...others,
  };
}

function once<Value extends object>(make: () => Value): () => Value {
  let made: Value | null = null;
  return () => (made ??= make());
}

function availabilityVerdicts(
  { objectives }: Journey,
  availability: JourneyAvailability | Unsolved,
): readonly AvailabilityVerdict[] {
  return objectives.flatMap(({ scope, availability: objective }): readonly AvailabilityVerdict[] => {
    if (objective === null) return [];
    if (availability.run === null) {
      const unavailability = the(availability.bounds, scope);
      return [
        { scope, objective, predicted: null, unavailability, verdict: standing(unavailability, objective) },
      ];
    }
    const down = the(availability.withinScope, scope);
    const unavailability = { lower: down, upper: down };
    const verdict = standing(unavailability, objective);
    return [{ scope, objective, predicted: 1 - down, unavailability, verdict }];
  });
}

/** Judged by what is lost: 1 minus it has lost the digits that tell nine nines from ten. */
export function standing({ lower, upper }: Bounds, objective: number): Verdict {
  if (upper <= 1 - objective) return "met";
  return lower > 1 - objective ? "missed" : "unknown";
}

/** How a recovery stands against the objective of its scope, and each degraded mode against its own. */
export function judged(recovery: Recovery): JudgedRecovery {
  const { objective, outcome } = recovery;
  return {
    recovery,
    time: objective === null ? "no-objective" : judgedTime(outcome, objective.rto),
    loss: objective === null ? "no-objective" : judgedLoss(outcome, objective.rpo),
    modes: recovery.modes.map((mode) => ({
      recovery: mode,
      time: mode.rto === null ? "no-objective" : judgedTime(mode.outcome, mode.rto),
    })),
  };
}

type Recovering = Extract<Outcome, { readonly kind: "recovers" }>;

function judgedTime(outcome: Outcome, rto: Seconds): Verdict {
  return judgedBy(outcome, ({ time }) => time.p95 <= rto);
}

function judgedLoss(outcome: Outcome, rpo: Seconds): Verdict {
  return judgedBy(outcome, ({ loss }) => loss.p95 !== null && loss.p95 <= rpo);
}

function judgedBy(outcome: Outcome, isKept: (recovering: Recovering) => boolean): Verdict {
  switch (outcome.kind) {
    case "untouched":
      return "met";
    case "impossible":
      return "missed";
    case "recovers":
      return isKept(outcome) ? "met" : "missed";
    default:
      return unreachable(outcome);
  }
}

/** Whether the time or the loss is missed, of the whole or of any mode. */
export function isMissed({ time, loss, modes }: JudgedRecovery): boolean {
  return time === "missed" || loss === "missed" || modes.some((mode) => mode.time === "missed");
}

/** Whether an objective is missed anywhere. */
export function isAnyMissed(prediction: Prediction): boolean {
  return prediction.journeys.some(
    ({ availabilityVerdicts: verdicts, recoveries: all }) =>
      verdicts.some(({ verdict }) => verdict === "missed") || all.some(isMissed),
  );
}
