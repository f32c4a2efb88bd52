import { describe, expect, it } from "vitest";
import { and, graphOf, or } from "../../../test/fault-graphs.ts";
import { solved } from "./solve.ts";
import { type Doubt, uncertaintyOf } from "./uncertainty.ts";

/** Numbers that look random, the same ones each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const doubt = (mean: number, errorFactor: number, parameter: number | null = null): Doubt => ({
  mean,
  errorFactor,
  parameter,
});

describe("the uncertainty of a chance", () => {
  it("of one event is that of the event: quantiles of a log-normal distribution", () => {
    const graph = solved(graphOf([0], [or(0)]), 1);
    const { mean, p5, p50, p95 } = uncertaintyOf(graph, [doubt(1e-3, 3)], {
      samples: 40_000,
      random: seeded(1),
    });
    const median = 1e-3 * Math.exp(-((Math.log(3) / 1.6448536269514722) ** 2) / 2);
    expect(mean / 1e-3).toBeCloseTo(1, 1);
    expect(p50 / median).toBeCloseTo(1, 1);
    expect(p95 / (3 * median)).toBeCloseTo(1, 1);
    expect(p5 / (median / 3)).toBeCloseTo(1, 1);
  });

  it("is larger when both events of a pair are doubted as one", () => {
    const graph = solved(graphOf([0, 0], [and(0, 1)]), 2);
    const apart = uncertaintyOf(graph, [doubt(1e-3, 5), doubt(1e-3, 5)], {
      samples: 20_000,
      random: seeded(2),
    });
    const asOne = uncertaintyOf(graph, [doubt(1e-3, 5, 7), doubt(1e-3, 5, 7)], {
      samples: 20_000,
      random: seeded(2),
    });
    // The mean of a square: e^(sigma²) times the square of the mean.
    expect(asOne.mean / (1e-6 * Math.exp((Math.log(5) / 1.6448536269514722) ** 2))).toBeCloseTo(1, 0);
    expect(apart.mean / 1e-6).toBeCloseTo(1, 0);
    expect(asOne.p95).toBeGreaterThan(apart.p95);
  });

  it("is the same for the same seed, none where nothing is doubted, and never above 1", () => {
    const graph = solved(graphOf([0], [or(0)]), 1);
    const once = uncertaintyOf(graph, [doubt(0.5, 10)], { samples: 100, random: seeded(3) });
    expect(uncertaintyOf(graph, [doubt(0.5, 10)], { samples: 100, random: seeded(3) })).toEqual(once);
    expect(once.p95).toBeLessThanOrEqual(1);
    const sure = uncertaintyOf(graph, [doubt(0.25, 1)], { samples: 7, random: seeded(3) });
    expect(sure).toEqual({ mean: 0.25, p5: 0.25, p50: 0.25, p95: 0.25 });
  });
});
