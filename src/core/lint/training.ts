import type { Component, TrainingJob } from "../model/component.ts";
import { efficiencyAt, optimalInterval } from "../training/checkpoint.ts";
import { jobMeanTimeToFailure } from "../training/training.ts";
import type { Seconds } from "../units/units.ts";
import { type Found, spot } from "./finding.ts";
import type { Rule } from "./rule.ts";
import { leastOf, type Survey } from "./survey.ts";
import { about, shareOf, timeOf } from "./wording.ts";

interface Job {
  readonly component: Component;
  readonly job: TrainingJob;
}

function jobsIn({ model }: Survey): readonly Job[] {
  return [...model.components.values()].flatMap((component) => {
    const { job } = component;
    return job === null ? [] : [{ component, job }];
  });
}

function meanTimeToFailure({ component, job }: Job): Seconds | null {
  if (job.measuredMtbf !== null) return job.measuredMtbf;
  const [first] = component.placements;
  if (first === undefined) return null;
  return jobMeanTimeToFailure({ kind: "nodes", nodes: job.nodes, nodeMtbf: first.failure.mtbf }).value;
}

/** Less than this share of the time is not worth a word. */
const lostShareMin = 0.02;

function checkpointsOffOptimum(survey: Survey): readonly Found[] {
  return jobsIn(survey).flatMap(({ component, job }): readonly Found[] => {
    const mean = meanTimeToFailure({ component, job });
    if (mean === null || mean === 0) return [];
    const times = { meanTimeToFailure: mean, write: job.checkpointWrite, restart: job.restart };
    const best = optimalInterval(times);
    const lost = efficiencyAt(times, best) - efficiencyAt(times, job.checkpointEvery);
    const demand = leastOf(survey.demands(component), "rpo");
    // An RPO may ask for more checkpoints than the machines would like.
    const isForced = job.checkpointEvery < best && demand !== null && demand.objective.rpo < best;
    if (lost < lostShareMin || isForced) return [];
    const what = `Component "${component.name}": a checkpoint every ${timeOf(job.checkpointEvery)} loses ${shareOf(lost)} of the machines' time over one every ${about(best)}`;
    return [{ what, at: spot("Component", component, "job", "checkpointEvery") }];
  });
}

function noSpareNode(survey: Survey): readonly Found[] {
  return jobsIn(survey).flatMap(({ component, job }) =>
    // Where it runs on a good day; what stands by for that has its own trouble.
    component.placements
      .slice(0, 1)
      .flatMap(({ region, replicas, spares, failure }, index): readonly Found[] => {
        if (replicas !== job.nodes || spares > 0 || failure.mttr <= job.restart) return [];
        const what = `Component "${component.name}": the job needs all ${job.nodes} nodes of ${region}, and waits ${about(failure.mttr)} for a repair where a restart takes ${timeOf(job.restart)}`;
        return [{ what, at: spot("Component", component, "placements", index) }];
      }),
  );
}

export const trainingRules: readonly Rule[] = [
  {
    id: "HF058",
    code: "training/checkpoint-off-optimum",
    title: "checkpoints far from their best interval",
    severity: "note",
    why: "too many checkpoints cost time to write, and too few cost the work that an interruption throws away",
    mend: "write them at the interval that the message names",
    source: { title: "Daly, A higher order estimate of the optimum checkpoint interval", date: "2006" },
    find: checkpointsOffOptimum,
  },
  {
    id: "HF059",
    code: "training/no-spare-node",
    title: "a job without a node to restart on",
    severity: "warning",
    why: "a job whose every node must work stands still while the failed one is repaired, unless another takes its place",
    mend: "keep spares, as many as fail while one is repaired",
    source: {
      title: "Zhang et al., OPT: 992 accelerators with 12 buffer nodes (metaseq chronicles)",
      date: "2022",
    },
    find: noSpareNode,
  },
];
