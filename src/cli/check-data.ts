import { plansFor } from "../core/lint/coverage.ts";
import type { Workspace } from "../core/manifest/manifest.ts";
import type { Model } from "../core/model/model.ts";
import { judgedBudgets } from "../core/prediction/budgets.ts";
import { notCounted } from "../core/prediction/not-counted.ts";
import { missedAvailabilities } from "../core/prediction/objectives.ts";
import type {
  JourneyPrediction,
  JudgedMode,
  JudgedRecovery,
  Prediction,
  Verdict,
} from "../core/prediction/prediction.ts";
import type { PlatformCost } from "../core/cost/cost.ts";
import type { Outcome } from "../core/recovery/outcome.ts";
import { phaseNames } from "../core/recovery/phase.ts";
import { stepsMax } from "./predict.ts";
import { componentsIn, drillsFor, isShown } from "./check-summary.ts";

// What `holdfast check --json` tells, besides the findings. Units stand in the keys; a `null` is not known, or not set.

type Data = Readonly<Record<string, unknown>>;

export function checkData({ model, skipped }: Workspace, prediction: Prediction): Data {
  const cost = prediction.cost.ok ? prediction.cost.value : null;
  const { carbon } = prediction;
  return {
    platform: model.platform.name,
    regions: model.platform.regions.map(({ name, provider, zones }) => ({
      ...{ name, provider, zones, components: componentsIn(model, name) },
    })),
    journeys: prediction.journeys.map((journey) => journeyData(model, prediction, journey)),
    notCountedInAvailability: notCounted(model),
    components: [...model.components.keys()],
    scenarios: [...model.scenarios.keys()],
    plans: [...model.plans.keys()],
    drills: [...model.drills.keys()],
    risks: [...model.risks.keys()],
    costUsdPerMonth: cost?.currency === "USD" ? moneyOf(cost.total) : null,
    cost: cost === null ? null : costData(cost),
    carbonKgPerMonth: kilogramsOf(carbon.total?.value),
    carbon: {
      kilogramsPerMonth: kilogramsOf(carbon.total?.value),
      redundancyKilogramsPerMonth: kilogramsOf(carbon.redundancy?.value),
      isComplete: carbon.missing.length === 0,
    },
    budgets: judgedBudgets(prediction),
    skippedDocuments: skipped,
  };
}

function costData({ currency, total, redundancy, missing }: PlatformCost): Data {
  return {
    currency,
    perMonth: moneyOf(total),
    redundancyPerMonth: moneyOf(redundancy),
    isComplete: missing.length === 0,
  };
}

function moneyOf(figure: PlatformCost["total"]): number | null {
  return figure === null ? null : figure.value.microsPerMonth / 1e6;
}

function kilogramsOf(grams: number | undefined): number | null {
  return grams === undefined ? null : grams / 1_000;
}

function journeyData(model: Model, whole: Prediction, prediction: JourneyPrediction): Data {
  const { journey, recoveries } = prediction;
  return {
    name: journey.name,
    entry: journey.entry,
    owner: journey.owner,
    availability: availabilityData(prediction, missedAvailabilities(whole, prediction, stepsMax)),
    objectives: journey.objectives.map(
      ({ scope, rto, rpo, availability, maximumTolerableOutage, sources }) => ({
        ...{ scope, rtoSeconds: rto, rpoSeconds: rpo, availabilityRatio: availability },
        ...{ maximumTolerableOutageSeconds: maximumTolerableOutage, sources },
      }),
    ),
    scenarios: recoveries.filter((each) => isShown(model, each)).map((each) => scenarioData(model, each)),
  };
}

function availabilityData(
  { availability, availabilityVerdicts }: JourneyPrediction,
  whys: ReturnType<typeof missedAvailabilities>,
): Data {
  const objectives = availabilityVerdicts.map(({ objective }) => objective);
  const scopes = availabilityVerdicts.map(({ scope, objective, predicted, unavailability, verdict }) => ({
    ...{ scope, objectiveRatio: objective, predictedRatio: predicted, verdict },
    ...(predicted === null && { unavailabilityBounds: unavailability }),
    because: whys.get(scope) ?? [],
  }));
  const objectiveRatio = objectives.length === 0 ? null : Math.max(...objectives);
  if (availability.run === null) {
    return {
      ...{ objectiveRatio, predictedRatio: null, unavailability: null, minutesPerYear: null },
      ...{ isExact: false, unavailabilityBounds: availability.unavailability, scopes },
    };
  }
  const { run, outages, lessThanWhole, users, regions } = availability;
  return {
    objectiveRatio,
    predictedRatio: run.availability,
    unavailability: run.unavailability,
    minutesPerYear: outages.minutesPerYear,
    outagesPerYear: outages.perYear,
    meanOutageSeconds: outages.meanHours === null ? null : outages.meanHours * 3_600,
    lessThanWholeUnavailability: lessThanWhole.unavailability,
    ...{ isExact: true, kind: "estimated", scopes },
    cells: users
      .filter(({ cell }) => cell !== null)
      .map(({ cell, share, run: of }) => ({
        name: cell,
        shareRatio: share,
        unavailability: of.unavailability,
      })),
    regions: regions.map(({ region, run: of }) => ({ name: region, unavailability: of.unavailability })),
  };
}

function scenarioData(model: Model, judged: JudgedRecovery): Data {
  const { recovery, time, loss } = judged;
  const { outcome, objective, scope, journey, scenario } = recovery;
  const met = [time, loss].every((verdict) => verdict === "met");
  return {
    ...{ name: scenario, scope, outcome: outcome.kind, standIns: recovery.standIns },
    rtoSeconds: { objective: objective?.rto ?? null, ...timeData(outcome, time) },
    rpoSeconds: { objective: objective?.rpo ?? null, ...lossData(judged) },
    objectivesMet: objective === null ? null : met,
    degradedModes: judged.modes.map(modeData),
    ...(outcome.kind === "impossible" ? { because: outcome.because } : {}),
    ...(outcome.kind === "recovers" ? { coverageRatio: outcome.coverage } : {}),
    changes:
      outcome.kind === "untouched" ? [] : outcome.changes.map(({ change, effort }) => ({ change, effort })),
    plans: plansFor(model, journey, scenario),
    drills: drillsFor(model, journey, scenario),
  };
}

function modeData({ recovery: { mode, rto, isVerified, sooner, outcome }, time: verdict }: JudgedMode): Data {
  return {
    ...{ name: mode, isVerified, sooner, outcome: outcome.kind },
    rtoSeconds: { objective: rto, ...timeData(outcome, verdict) },
    ...(outcome.kind === "impossible" ? { because: outcome.because } : {}),
  };
}

function timeData(outcome: Outcome, verdict: Verdict): Data {
  if (outcome.kind === "untouched") return { predicted: 0, phases: noPhases, verdict };
  if (outcome.kind === "impossible") return { predicted: null, phases: null, verdict };
  const { time } = outcome;
  return {
    predicted: time.p95,
    phases: time.phases,
    ...{ verdict, kind: "estimated", quantile: 0.95 },
    ...{ mean: time.mean, p50: time.p50, p99: time.p99, withinObjectiveRatio: time.withinObjective },
    longest: { phase: time.longest.phase, what: time.longest.what, because: time.longest.because },
  };
}

const noPhases = Object.fromEntries(phaseNames.map((phase) => [phase, 0]));

function lossData({ recovery: { outcome }, loss: verdict }: JudgedRecovery): Data {
  if (outcome.kind === "untouched") return { predicted: 0, verdict };
  if (outcome.kind === "impossible") return { predicted: null, verdict };
  const { loss } = outcome;
  return {
    ...{ predicted: loss.p95, verdict, kind: "estimated", quantile: 0.95 },
    ...{ mean: loss.mean, because: loss.because },
  };
}
