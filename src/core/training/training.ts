import { invariant, unreachable } from "../problem/problem.ts";
import type { Figure } from "../units/figure.ts";
import { countedText, roughTimeText } from "../units/shown.ts";
import { percentText } from "../units/text.ts";
import { type Ratio, ratio, type Seconds, seconds } from "../units/units.ts";
import {
  type CheckpointTimes,
  efficiencyAt,
  ettrAt,
  lostTimePerFailure,
  optimalInterval,
} from "./checkpoint.ts";

/** A job that computes, writes checkpoints, and restarts from the last one. */
export interface TrainingJob {
  /** Of the whole job: see `jobMeanTimeToFailure`. */
  readonly meanTimeToFailure: Figure<Seconds>;
  /** The time for which writing a checkpoint stops the computing. */
  readonly checkpointWrite: Figure<Seconds>;
  /** From a failure until the job computes again. */
  readonly restart: Figure<Seconds>;
}

/** What is known of a job's failures. A time measured on jobs of its size counts before any rate of nodes. */
export type JobFailures =
  | { readonly kind: "measured"; readonly meanTimeToFailure: Seconds }
  | { readonly kind: "nodes"; readonly nodes: number; readonly nodeMtbf: Seconds };

/** Rates of nodes are published per 1,000 node-days. @throws InvariantBroken unless the rate is above 0 */
export function nodeMtbf(failuresPerThousandNodeDays: number): Seconds {
  invariant(failuresPerThousandNodeDays > 0, `a rate is above 0, got ${failuresPerThousandNodeDays}`);
  return seconds((1_000 * 86_400) / failuresPerThousandNodeDays);
}

/** @throws InvariantBroken unless nodes are a whole number from 1 */
export function jobMeanTimeToFailure(failures: JobFailures): Figure<Seconds> {
  const name = "mean time to failure of the job";
  switch (failures.kind) {
    case "measured":
      return {
        name,
        value: failures.meanTimeToFailure,
        kind: "measured",
        because: "It was measured on jobs of this size.",
        from: [],
      };
    case "nodes": {
      const { nodes } = failures;
      invariant(Number.isInteger(nodes) && nodes >= 1, `nodes are a whole number from 1, got ${nodes}`);
      return {
        name,
        value: seconds(failures.nodeMtbf / nodes),
        kind: "estimated",
        because: `Any of ${countedText(nodes, "node")} stops the job, each after ${roughTimeText(failures.nodeMtbf)} on average; what stops jobs besides nodes is left out.`,
        from: [],
      };
    }
    default:
      return unreachable(failures);
  }
}

/** The interval between checkpoints that keeps most of the time. */
export function bestInterval(job: TrainingJob): Figure<Seconds> {
  return {
    name: "best checkpoint interval",
    value: optimalInterval(timesOf(job)),
    kind: "estimated",
    because: `A write of ${roughTimeText(job.checkpointWrite.value)} weighs as much as the work that a failure every ${roughTimeText(job.meanTimeToFailure.value)} takes (Daly 2006, solved exactly).`,
    from: [job.meanTimeToFailure, job.checkpointWrite],
  };
}

/** Share of the time whose progress is kept: goodput. */
export function efficiency(job: TrainingJob, interval: Figure<Seconds>): Figure<Ratio> {
  return {
    name: "training efficiency",
    value: efficiencyAt(timesOf(job), interval.value),
    kind: "estimated",
    because: `Writes, lost work and restarts take the rest, at a checkpoint every ${roughTimeText(interval.value)} of computing (Daly 2006).`,
    from: [...figuresOf(job), interval],
  };
}

/** Effective training time ratio as Meta estimates it: close to `efficiency` where little is lost, and comparable with published ones. */
export function effectiveTrainingTimeRatio(job: TrainingJob, interval: Figure<Seconds>): Figure<Ratio> {
  return {
    name: "effective training time ratio (ETTR)",
    value: ettrAt(timesOf(job), interval.value),
    kind: "estimated",
    because:
      "Each failure takes a restart and half an interval, and each interval a write (Kokolis et al. 2024, for small losses).",
    from: [...figuresOf(job), interval],
  };
}

/** What one failure takes on average: the time since the last finished checkpoint. */
export function lostWorkPerFailure(job: TrainingJob, interval: Figure<Seconds>): Figure<Seconds> {
  return {
    name: "lost work per failure",
    value: lostTimePerFailure(timesOf(job), interval.value),
    kind: "estimated",
    because: `A failure strikes somewhere between two checkpoints that are ${roughTimeText(seconds(interval.value + job.checkpointWrite.value))} apart.`,
    from: [job.meanTimeToFailure, job.checkpointWrite, interval],
  };
}

/** What an interval costs: the share of the work of the best interval that is not done with this one. */
export function intervalCost(job: TrainingJob, interval: Figure<Seconds>): Figure<Ratio> {
  const best = bestInterval(job);
  const [chosen, reachable] = [efficiency(job, interval), efficiency(job, best)];
  const lost = reachable.value === 0 ? 0 : Math.max(0, 1 - chosen.value / reachable.value);
  return {
    name: "cost of the checkpoint interval",
    value: ratio(lost),
    kind: "estimated",
    because: `It keeps ${shareText(chosen.value)} of the time, where a checkpoint every ${roughTimeText(best.value)} would keep ${shareText(reachable.value)}.`,
    from: [chosen, reachable],
  };
}

/** The longest span of work that a failure can take: it strikes just before a write ends. */
export function reachedRpo(job: TrainingJob, interval: Figure<Seconds>): Figure<Seconds> {
  return {
    name: "reached RPO",
    value: seconds(interval.value + job.checkpointWrite.value),
    kind: "estimated",
    because: "A failure just before a checkpoint is written loses the interval and the write.",
    from: [interval, job.checkpointWrite],
  };
}

function timesOf(job: TrainingJob): CheckpointTimes {
  return {
    meanTimeToFailure: job.meanTimeToFailure.value,
    write: job.checkpointWrite.value,
    restart: job.restart.value,
  };
}

function figuresOf(job: TrainingJob): readonly Figure<Seconds>[] {
  return [job.meanTimeToFailure, job.checkpointWrite, job.restart];
}

/** `93.29 %` */
function shareText(share: Ratio): string {
  return percentText.print(ratio(Number(share.toFixed(4))));
}
