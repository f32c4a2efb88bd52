import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spreadOf } from "./statistics.ts";

const measurements = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });

describe("what a set of measurements says", () => {
  it("is nothing when nothing was measured", () => {
    expect(spreadOf([])).toBeNull();
  });

  it("is the one value when there was one measurement", () => {
    expect(spreadOf([0.8])).toEqual({ n: 1, median: 0.8, p95: 0.8, worst: 0.8 });
  });

  it("has the middle value as its median, whatever the order", () => {
    expect(spreadOf([3, 1, 2])?.median).toBe(2);
  });

  it("has the mean of the two middle values as its median when their number is even", () => {
    expect(spreadOf([4, 1, 2, 10])?.median).toBe(3);
  });

  it("has the second largest of twenty as its 95th percentile", () => {
    const twenty = Array.from({ length: 20 }, (_, index) => index + 1);
    expect(spreadOf(twenty)).toEqual({ n: 20, median: 10.5, p95: 19, worst: 20 });
  });

  it("never puts the median above the 95th percentile, nor that above the worst", () => {
    fc.assert(
      fc.property(measurements, (values) => {
        const spread = spreadOf(values);
        return spread !== null && spread.median <= spread.p95 && spread.p95 <= spread.worst;
      }),
    );
  });
});
