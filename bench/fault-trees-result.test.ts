import { describe, expect, it } from "vitest";
import { faultTreesText, isSame, type ModelResult, summaryOf } from "./fault-trees-result.ts";

const model: ModelResult = {
  model: "m",
  events: 10,
  scramCore: [0.004, 0.004, 0.004],
  coldCore: [0.0015, 0.001, 0.003],
  warmCore: [0.001, 0.001, 0.002],
  chances: { scram: 0.123457, holdfast: 0.1234567 },
  counting: {
    ...{ cutSets: "12", scramCore: 4, holdfastCore: [0.2], scramCpu: 15, holdfastCpu: 1 },
    isScramWhole: true,
  },
};

describe("what the fault-tree bench says", () => {
  it("compares medians: a geometric mean and sums when warm, and sums when cold", () => {
    const other = { ...model, scramCore: [0.001], coldCore: [0.001], warmCore: [0.0015] };
    const summary = summaryOf([model, other]);
    expect(summary.warmRatio).toBeCloseTo(Math.sqrt(0.25 * 1.5), 12);
    expect(summary.warmTotalRatio).toBeCloseTo(0.5, 12);
    expect(summary.coldTotalRatio).toBeCloseTo(0.5, 12);
    expect(summary.countingFactor).toBeCloseTo(20, 12);
    expect(summary.verdict).toBe("met");
  });

  it("leaves out what one of the two did not solve, and shows it", () => {
    const alone = { ...model, scramCore: [], chances: { scram: null, holdfast: 0.5 } };
    const summary = summaryOf([model, alone]);
    expect(summary.warmRatio).toBeCloseTo(0.25, 12);
    expect(faultTreesText([alone], summaryOf([alone]))).toContain("one answer");
    expect(summaryOf([alone]).verdict).toBe("missed");
  });

  it("counts the time of what did not end, and says that it would have been more", () => {
    const gaveUp = { ...model.counting, scramCore: null, scramCpu: 60, isScramWhole: false };
    const lost = { ...gaveUp, cutSets: null, holdfastCore: [], scramCpu: 1000 };
    const results = [model, { ...model, counting: gaveUp }, { ...model, counting: lost }];
    const summary = summaryOf(results);
    expect(summary.countingCpuFactor).toBeCloseTo(37.5, 12);
    expect(summary.countingFactor).toBeCloseTo(20, 12);
    expect(faultTreesText(results, summary)).toContain("> 60.00");
  });

  it("misses when the answers differ, whatever the speed", () => {
    const wrong = { ...model, chances: { scram: 0.1, holdfast: 0.1001 } };
    expect(isSame(wrong)).toBe("different");
    expect(summaryOf([wrong]).verdict).toBe("missed");
    expect(summaryOf([model]).verdict).toBe("met");
  });

  it("prints every figure beside its target", () => {
    const text = faultTreesText([model], summaryOf([model]));
    expect(text).toContain("4.00 (4.00)");
    expect(text).toMatch(/warm \/ SCRAM, geometric mean +\| +0\.25 \| ≤ 1 +\| met/);
    expect(text).toMatch(
      /counting, processor time of all processes, at least times less +\| +15\.00 \| ≥ 10 +\| met/,
    );
    // Shown, and held against nothing.
    expect(text).toMatch(/cold \/ SCRAM, sums +\| +0\.38 \| – +\| –/);
    expect(text).toMatch(/counting, core time, times less, geometric mean +\| +20\.00 \| – +\| –/);
  });
});
