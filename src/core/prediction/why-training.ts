import type { Component, TrainingJob as DeclaredJob } from "../model/component.ts";
import { type Journey, type Model, the } from "../model/model.ts";
import { reachableFrom } from "../model/reachable.ts";
import {
  bestInterval,
  effectiveTrainingTimeRatio,
  efficiency,
  intervalCost,
  jobMeanTimeToFailure,
  lostWorkPerFailure,
  reachedRpo,
  type TrainingJob,
} from "../training/training.ts";
import type { Figure } from "../units/figure.ts";
import type { Seconds } from "../units/units.ts";

/** What is predicted of the training jobs that a journey comes to; nothing where it comes to none. */
export function whyTraining(model: Model, { entry }: Journey): readonly Figure<unknown>[] {
  return reachableFrom(model, entry).flatMap((name) => trainingFigures(the(model.components, name)));
}

/** Of a component that is a training job: how much of its time is kept, and what the best interval would be. */
export function trainingFigures({ name, job, placements }: Component): readonly Figure<unknown>[] {
  const [place] = placements;
  if (job === null || place === undefined) return [];
  const time = jobMeanTimeToFailure(
    job.measuredMtbf === null
      ? { kind: "nodes", nodes: job.nodes, nodeMtbf: place.failure.mtbf }
      : { kind: "measured", meanTimeToFailure: job.measuredMtbf },
  );
  const of: TrainingJob = { meanTimeToFailure: time, ...declaredTimes(job) };
  const interval = declaredFigure("checkpoint interval", job.checkpointEvery);
  return [
    time,
    interval,
    bestInterval(of),
    effectiveTrainingTimeRatio(of, interval),
    efficiency(of, interval),
    intervalCost(of, interval),
    lostWorkPerFailure(of, interval),
    reachedRpo(of, interval),
  ].map((figure) => ({ ...figure, name: `${name}: ${figure.name}` }));
}

function declaredTimes(job: DeclaredJob): Pick<TrainingJob, "checkpointWrite" | "restart"> {
  return {
    checkpointWrite: declaredFigure("time of writing a checkpoint", job.checkpointWrite),
    restart: declaredFigure("time of a restart", job.restart),
  };
}

function declaredFigure(name: string, value: Seconds): Figure<Seconds> {
  return { name, value, kind: "declared", because: "It is declared.", from: [] };
}
