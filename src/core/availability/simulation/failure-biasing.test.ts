import { describe, expect, it } from "vitest";
import { alternating, holds, hour, subjectOf } from "../../../../test/simulated-subjects.ts";
import { ratio, seconds } from "../../units/units.ts";
import type { Gate } from "../fault-graph.ts";
import type { Repair } from "../../model/reliability.ts";
import type { Law } from "../law.ts";
import { noConditions } from "./conditions.ts";
import { type Estimate, estimatesOf, type OutputEstimates } from "./estimate.ts";
import { type BiasedOutput, biasedOutput, runBiased } from "./failure-biasing.ts";
import { whole } from "./part.ts";
import type { Subject } from "./subject.ts";

function biased(subject: Subject, confidence: number, replications = 200): OutputEstimates {
  const [output] = subject.outputs;
  const ready = output === undefined ? null : biasedOutput(subject, output);
  if (ready === null) throw new Error("not for failure biasing");
  return estimated(ready, { seed: 1, replications, confidence });
}

interface Wanted {
  readonly seed: number;
  readonly replications: number;
  readonly confidence: number;
}

function estimated(ready: BiasedOutput, { confidence, ...wanted }: Wanted): OutputEstimates {
  const effort = { ...wanted, years: 1 };
  const outputs = [runBiased(ready, effort, whole)];
  const shards = { count: 1, done: [0] };
  const part = { kind: "simulation-part", subjectDigest: "", effort, shards, events: 0, outputs } as const;
  const [estimates] = estimatesOf(part, ratio(confidence));
  if (estimates === undefined) throw new Error("no output");
  return estimates;
}

function halfWidth(estimate: Estimate | null): number {
  return estimate?.kind === "interval" ? (estimate.high - estimate.low) / 2 / estimate.value : Number.NaN;
}

function units(count: number, law: Law): readonly Law[] {
  return Array.from({ length: count }, () => law);
}

function atLeast(least: number, count: number): Gate {
  return { name: "top", kind: "at-least", least, inputs: Array.from({ length: count }, (_, at) => at) };
}

describe("failure biasing", () => {
  // I1, I3 and I4 of the reference cases; with crews of their own the share is the same whatever shape repairs have.
  const cases = [
    { name: "I1", least: 5, count: 5, mtbf: 1000, share: 9.9501496507e-16 },
    { name: "I3", least: 5, count: 10, mtbf: 1000, share: 2.49701835095e-13 },
    { name: "I4", least: 3, count: 3, mtbf: 10_000, share: 9.9970005999e-13 },
  ];

  it.each(cases)("finds $name within 5 %", ({ least, count, mtbf, share }) => {
    for (const repair of [{ kind: "exponential" }, { kind: "fixed" }] as const) {
      const subject = subjectOf(units(count, alternating(mtbf, 1, repair)), [atLeast(least, count)]);
      const { unavailability } = biased(subject, 0.95);
      expect(holds(unavailability, share)).toBe(true);
      expect(halfWidth(unavailability)).toBeLessThan(0.05);
    }
  });

  it.each(cases)("finds $name with repairs of a heavy tail", ({ least, count, mtbf, share }) => {
    const repair: Repair = { kind: "log-normal", sigma: 1.5 };
    const subject = subjectOf(units(count, alternating(mtbf, 1, repair)), [atLeast(least, count)]);
    const { unavailability } = biased(subject, 0.95);
    expect(holds(unavailability, share)).toBe(true);
    expect(halfWidth(unavailability)).toBeLessThan(0.3);
  });

  it("finds the frequency of I1, and the time to the first failure of I2", () => {
    const subject = subjectOf(units(5, alternating(1000, 1)), [atLeast(5, 5)]);
    const { outagesPerYear, meanTimeToFailureSeconds, meanOutageSeconds } = biased(subject, 0.95);
    expect(holds(outagesPerYear, 4.97507482535e-15 * 8760)).toBe(true);
    expect(holds(meanTimeToFailureSeconds, 2.01052286052e14 * hour)).toBe(true);
    expect(halfWidth(meanTimeToFailureSeconds)).toBeLessThan(0.05);
    // All five are failed until the first is repaired; where nothing has a memory that is reckoned, not drawn.
    expect(meanOutageSeconds).toMatchObject({ kind: "interval" });
    expect(meanOutageSeconds?.high).toBeCloseTo(hour / 5, 6);
  });

  it("finds limited crews, cold spares, and a standby with coverage", () => {
    const replicas: Law = {
      kind: "replicas",
      units: 4,
      required: 2,
      active: 2,
      spareFailureShare: ratio(0),
      crews: 1,
      mtbf: seconds(1000 * hour),
      mttr: seconds(hour),
      repair: { kind: "exponential" },
    };
    const or: Gate = { name: "top", kind: "or", inputs: [0] };
    // Births of 2, 2, 2 and 1 by deaths of 1, in thousandths: U = (8e-9 + 8e-12) / (1 + 2e-3 + 4e-6 + 8e-9 + 8e-12).
    const spares = biased(subjectOf([replicas], [or]), 0.99);
    expect(holds(spares.unavailability, (8e-9 + 8e-12) / 1.002004008008)).toBe(true);
    const standby: Law = {
      kind: "standby",
      units: 2,
      mtbf: seconds(720 * hour),
      mttr: seconds(2 * hour),
      standbyFailureShare: ratio(1),
      crews: 2,
      coverage: ratio(0.999),
      switchover: seconds(30),
      manual: seconds(1800),
    };
    const b4 = biased(subjectOf([standby], [or]), 0.99, 400);
    expect(holds(b4.unavailability, 1.98622512781e-5)).toBe(true);
    const b5 = { ...standby, coverage: ratio(0.5), switchover: seconds(300), manual: seconds(14_400) };
    expect(holds(biased(subjectOf([b5], [or]), 0.99, 400).unavailability, 2.81968191539e-3)).toBe(true);
    const three = subjectOf([standby, standby, standby], [{ name: "top", kind: "and", inputs: [0, 1, 2] }]);
    const cubed = biased(three, 0.99, 400);
    expect(holds(cubed.unavailability, 1.98622512781e-5 ** 3)).toBe(true);
  });

  it("finds a rare cut among parts that fail often and do not matter to it", () => {
    const laws = [...units(2, alternating(100_000, 1)), ...units(20, alternating(1000, 1))];
    const rest = { name: "rest", kind: "and", inputs: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11] } as const;
    const pair = { name: "pair", kind: "and", inputs: [0, 1] } as const;
    const subject = subjectOf(laws, [rest, pair, { name: "top", kind: "or", inputs: [22, 23] }]);
    expect(holds(biased(subject, 0.99).unavailability, 1 / 100_001 ** 2)).toBe(true);
  });

  it("is not taken where events depend on one another, where all of them seldom work, or where it is always failed", () => {
    const two = subjectOf(units(2, alternating(1000, 1)), [atLeast(2, 2)]);
    const [output] = two.outputs;
    if (output === undefined) throw new Error("no output");
    const cascades = [{ from: 0, to: [1], probability: ratio(0.1) }];
    expect(biasedOutput({ ...two, conditions: { ...noConditions, cascades } }, output)).toBeNull();
    expect(biasedOutput(two, { ...output, node: ~output.node })).toBeNull();
    const many = subjectOf(units(200, alternating(100, 1)), [atLeast(50, 200)]);
    expect(biasedOutput(many, many.outputs[0] ?? output)).toBeNull();
    expect(biasedOutput(two, output)).not.toBeNull();
  });

  it("has intervals of 99 % that hold the truth for 99 of 100 seeds", () => {
    const subject = subjectOf(units(3, alternating(1000, 1, { kind: "log-normal", sigma: 1 })), [
      atLeast(3, 3),
    ]);
    const [output] = subject.outputs;
    const ready = output === undefined ? null : biasedOutput(subject, output);
    if (ready === null) throw new Error("not for failure biasing");
    const held = Array.from({ length: 200 }, (_, seed) => {
      const { unavailability } = estimated(ready, { seed, replications: 10, confidence: 0.99 });
      return holds(unavailability, 1 / 1001 ** 3);
    });
    expect(held.filter(Boolean).length).toBeGreaterThanOrEqual(195);
  });
});
