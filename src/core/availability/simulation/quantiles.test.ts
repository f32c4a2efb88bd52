import { describe, expect, it } from "vitest";
import { betaQuantile, gammaQuantile, normalQuantile, studentQuantile } from "./quantiles.ts";

describe("quantiles", () => {
  it.each([
    [0.975, 1, 12.7062047361747],
    [0.975, 4, 2.77644510519779],
    [0.995, 9, 3.24983554401537],
    [0.995, 199, 2.60076022],
    [0.025, 9, -2.2621571627982],
  ])("of Student's t at %f with %i degrees of freedom are those of the tables", (p, degrees, value) => {
    expect(studentQuantile(p, degrees)).toBeCloseTo(value, 7);
  });

  it.each([
    // Half of chi-squared with twice as many degrees of freedom.
    [0.025, 1, 0.0506356159685798 / 2],
    [0.975, 4, 17.5345461394773 / 2],
    [0.95, 1, -Math.log(0.05)],
  ])("of gamma at %f with shape %f are those of the tables", (p, shape, value) => {
    expect(gammaQuantile(p, shape)).toBeCloseTo(value, 9);
  });

  it("of gamma with a large shape come near those of the normal distribution", () => {
    const shape = 1e6;
    expect((gammaQuantile(0.975, shape) - shape) / Math.sqrt(shape)).toBeCloseTo(1.96, 2);
  });

  it("of beta bound a chance of which nothing was seen in n tries by 1 - (1 - p)^(1/n)", () => {
    expect(betaQuantile(0.95, { a: 1, b: 60 })).toBeCloseTo(1 - 0.05 ** (1 / 60), 12);
  });

  it("of the normal distribution are those of the tables", () => {
    expect(normalQuantile(0.995)).toBeCloseTo(2.5758293, 4);
  });
});
