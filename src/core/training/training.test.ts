import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { relativeError } from "../../../test/relative-error.ts";
import { InvariantBroken } from "../problem/problem.ts";
import type { Figure } from "../units/figure.ts";
import { type Seconds, seconds } from "../units/units.ts";
import {
  type CheckpointTimes,
  dalyFirstOrderInterval,
  dalyHigherOrderInterval,
  efficiencyAt,
  ettrAt,
  lostTimePerFailure,
  optimalInterval,
  youngInterval,
} from "./checkpoint.ts";
import {
  bestInterval,
  effectiveTrainingTimeRatio,
  efficiency,
  intervalCost,
  jobMeanTimeToFailure,
  lostWorkPerFailure,
  nodeMtbf,
  reachedRpo,
  type TrainingJob,
} from "./training.ts";

const hour = 3_600;

function times(meanTimeToFailure: number, write: number, restart: number): CheckpointTimes {
  return {
    meanTimeToFailure: seconds(meanTimeToFailure),
    write: seconds(write),
    restart: seconds(restart),
  };
}

const declared = (name: string, value: number): Figure<Seconds> => ({
  name,
  value: seconds(value),
  kind: "declared",
  because: "It is written so.",
  from: [],
});

/** Llama 3: 419 unplanned interruptions in 54 days. */
const llamaMtti = (54 * 24 * hour) / 419;

const pod = times(8 * hour, 60, 120);

describe("a checkpoint every so often", () => {
  it("H1: is best after 1,819.249 s", () => {
    expect(relativeError(optimalInterval(pod), 1_819.24903112)).toBeLessThan(1e-11);
    expect(relativeError(youngInterval(pod), 1_859.03200618)).toBeLessThan(1e-11);
  });

  it("H2: keeps so much of the time", () => {
    expect(relativeError(efficiencyAt(pod, optimalInterval(pod)), 0.932936286671)).toBeLessThan(1e-11);
    expect(relativeError(efficiencyAt(pod, youngInterval(pod)), 0.932922491385)).toBeLessThan(1e-11);
    expect(relativeError(efficiencyAt(pod, seconds(hour)), 0.918594523734)).toBeLessThan(1e-11);
  });

  // Computed by minimising the expected time to finish, for jobs as they were published.
  it.each([
    {
      name: "16,384 GPUs",
      job: times(llamaMtti, 60, 600),
      seconds: [1_156, 1_096, 1_116, 1_116],
      shares: [85.3, 78.7],
    },
    {
      name: "a short write",
      job: times(llamaMtti, 20, 600),
      seconds: [667, 647, 654, 654],
      shares: [89.2, 79.7],
    },
    {
      name: "a slow store",
      job: times(llamaMtti, 300, 900),
      seconds: [2_585, 2_285, 2_389, 2_389],
      shares: [72.5, 71.1],
    },
    {
      name: "1,024 GPUs",
      job: times(7.9 * hour, 60, 600),
      seconds: [1_847, 1_787, 1_808, 1_808],
      shares: [91.7, 90.2],
    },
    {
      name: "512 GPUs",
      job: times(57.7 * hour, 120, 600),
      seconds: [7_060, 6_940, 6_980, 6_980],
      shares: [96.4, 95.6],
    },
    {
      name: "a write of 10 min",
      job: times(2 * hour, 600, 900),
      seconds: [2_939, 2_339, 2_553, 2_554],
      shares: [57, 55.7],
    },
  ])("by Young, Daly and exactly: $name", ({ job, seconds: expected, shares }) => {
    const intervals = [youngInterval, dalyFirstOrderInterval, dalyHigherOrderInterval, optimalInterval];
    for (const [at, interval] of intervals.entries()) {
      expect(Math.abs(interval(job) - (expected[at] as number))).toBeLessThanOrEqual(1);
    }
    const kept = [optimalInterval(job), seconds(hour)].map((interval) => 100 * efficiencyAt(job, interval));
    for (const [at, share] of kept.entries())
      expect(Math.abs(share - (shares[at] as number))).toBeLessThan(0.06);
  });

  it("has a best interval that no other beats", () => {
    const span = fc.double({ min: -6, max: 6, noNaN: true }).map((exponent) => 10 ** exponent);
    fc.assert(
      fc.property(span, span, fc.double({ min: 0.5, max: 2, noNaN: true }), (mean, write, factor) => {
        const job = times(mean, write, 0);
        const best = optimalInterval(job);
        expect(efficiencyAt(job, seconds(best * factor))).toBeLessThanOrEqual(
          efficiencyAt(job, best) * (1 + 1e-14),
        );
        expect(best).toBeLessThanOrEqual(mean);
        expect(best).toBeLessThanOrEqual(youngInterval(job));
      }),
    );
  });

  it("takes writes of no time, and writes longer than any span without a failure", () => {
    expect(optimalInterval(times(hour, 0, 0))).toBe(0);
    expect(efficiencyAt(times(hour, 0, 0), seconds(0))).toBe(1);
    expect(ettrAt(times(hour, 0, 0), seconds(0))).toBe(1);
    expect(lostTimePerFailure(times(hour, 0, 0), seconds(0))).toBe(0);
    const hopeless = times(1, 1e6, 1e6);
    expect(optimalInterval(hopeless)).toBe(1);
    expect(dalyFirstOrderInterval(hopeless)).toBe(0);
    expect(dalyHigherOrderInterval(hopeless)).toBe(1);
    expect(efficiencyAt(hopeless, seconds(1))).toBe(0);
    expect(ettrAt(hopeless, seconds(1))).toBe(0);
    expect(lostTimePerFailure(hopeless, seconds(1))).toBe(1);
  });

  it("keeps the digits of the best interval where a write is a millionth of a millionth of the mean time", () => {
    const tiny = times(1e12, 1e-6, 0);
    // −ln(1 − u) − u = u²/2 + u³/3 + u⁴/4 = e gives u = √(2e) − 2e/3 + √(2e)³/36 …
    const root = Math.sqrt(2e-18);
    expect(relativeError(optimalInterval(tiny), 1e12 * (root - root ** 2 / 3))).toBeLessThan(1e-15);
  });

  it("refuses a mean time of 0", () => {
    for (const formula of [efficiencyAt, ettrAt, lostTimePerFailure, optimalInterval]) {
      expect(() => formula(times(0, 1, 1), seconds(1))).toThrow(InvariantBroken);
    }
  });
});

describe("the work that a failure takes", () => {
  it("is half the way between checkpoints where failures are rare, and less where they are not", () => {
    expect(relativeError(lostTimePerFailure(times(1e15, 60, 0), seconds(1_740)), 900)).toBeLessThan(1e-12);
    expect(relativeError(lostTimePerFailure(times(1, 0, 0), seconds(1)), 1 - 1 / Math.expm1(1))).toBeLessThan(
      1e-15,
    );
    expect(relativeError(lostTimePerFailure(times(1, 0, 0), seconds(2)), 1 - 2 / Math.expm1(2))).toBeLessThan(
      1e-15,
    );
  });

  it("and efficiency tell one story: time kept, over time kept, written, lost and spent on restarts", () => {
    const job = times(4 * hour, 60, 0);
    const interval = seconds(1_500);
    const segment = interval + job.write;
    const failuresPerSegment = Math.expm1(segment / job.meanTimeToFailure);
    const whole = segment + failuresPerSegment * lostTimePerFailure(job, interval);
    expect(relativeError(efficiencyAt(job, interval), interval / whole)).toBeLessThan(1e-14);
  });
});

describe("a training job", () => {
  const job: TrainingJob = {
    meanTimeToFailure: jobMeanTimeToFailure({ kind: "measured", meanTimeToFailure: seconds(8 * hour) }),
    checkpointWrite: declared("checkpoint write", 60),
    restart: declared("restart", 120),
  };
  const hourly = declared("checkpoint interval", hour);

  it("of many nodes fails as often as all of them, which is right for large jobs and wrong for small ones", () => {
    const hoursOf = (gpus: number): number =>
      jobMeanTimeToFailure({ kind: "nodes", nodes: gpus / 8, nodeMtbf: nodeMtbf(6.5) }).value / hour;
    expect(hoursOf(16_384)).toBeCloseTo(1.8, 2);
    expect(hoursOf(131_072)).toBeCloseTo(0.23, 2);
    // Measured: 7.9 h, so that a measured time must be able to take its place.
    expect(hoursOf(1_024)).toBeCloseTo(28.8, 1);
    expect(job.meanTimeToFailure).toMatchObject({ value: 8 * hour, kind: "measured" });
  });

  it("says why: what each answer is, and what it came from", () => {
    expect(bestInterval(job)).toMatchObject({
      name: "best checkpoint interval",
      kind: "estimated",
      because:
        "A write of 60 s weighs as much as the work that a failure every 8 h takes (Daly 2006, solved exactly).",
      from: [job.meanTimeToFailure, job.checkpointWrite],
    });
    expect(efficiency(job, hourly).value).toBeCloseTo(0.918594523734, 11);
    expect(efficiency(job, hourly).from).toContain(hourly);
    expect(lostWorkPerFailure(job, hourly).value).toBeCloseTo(lostTimePerFailure(pod, seconds(hour)), 12);
  });

  it("pays for its interval with the work that the best one would have done", () => {
    const cost = intervalCost(job, hourly);
    expect(relativeError(cost.value, 1 - 0.918594523734 / 0.932936286671)).toBeLessThan(1e-9);
    expect(cost.because).toBe(
      "It keeps 91.86 % of the time, where a checkpoint every 30.3 min would keep 93.29 %.",
    );
    expect(intervalCost(job, bestInterval(job)).value).toBe(0);
  });

  it("loses at most an interval and a write", () => {
    expect(reachedRpo(job, hourly).value).toBe(3_660);
  });

  it("has an ETTR as Meta estimates it, close to its efficiency where little is lost", () => {
    const ettr = effectiveTrainingTimeRatio(job, hourly).value;
    expect(relativeError(ettr, (1 - (120 + 1_800) / (8 * hour)) / (1 + 60 / 3_600))).toBeLessThan(1e-15);
    expect(Math.abs(ettr - efficiency(job, hourly).value)).toBeLessThan(0.01);
  });

  it("refuses half a node and a rate of 0", () => {
    const nodes = { kind: "nodes", nodes: 0.5, nodeMtbf: seconds(1) } as const;
    expect(() => jobMeanTimeToFailure(nodes)).toThrow(InvariantBroken);
    expect(() => nodeMtbf(0)).toThrow(InvariantBroken);
  });
});
