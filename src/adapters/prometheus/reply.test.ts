import { describe, expect, it } from "vitest";
import { matrixIn, vectorIn } from "./reply.ts";

const metric = { __name__: "up", job: "a" };
const vector = (...result: readonly unknown[]): unknown => ({ resultType: "vector", result });
const matrix = (...result: readonly unknown[]): unknown => ({ resultType: "matrix", result });

describe("what Prometheus answers", () => {
  it("is read as labels with numbers, those that JSON does not have among them", () => {
    const values = ["1.5", "NaN", "+Inf", "-Inf"];
    const read = vectorIn(vector(...values.map((value) => ({ metric, value: [1.8e9, value] }))));
    expect(read?.map(({ value }) => value)).toEqual([1.5, Number.NaN, Infinity, -Infinity]);
    expect(read?.[0]).toEqual({ labels: metric, at: 1.8e9, value: 1.5 });
    expect(
      matrixIn(
        matrix({
          metric,
          values: [
            [60, "1"],
            [120, "2"],
          ],
        }),
      ),
    ).toEqual([
      {
        labels: metric,
        points: [
          [60, 1],
          [120, 2],
        ],
      },
    ]);
  });

  it("may be native histograms, which have no value", () => {
    const histogram = { count: "1", sum: "1" };
    expect(vectorIn(vector({ metric, histogram: [60, histogram] }))).toEqual([]);
    expect(matrixIn(matrix({ metric, histograms: [[60, histogram]] }))).toEqual([
      { labels: metric, points: [] },
    ]);
  });

  it.each<readonly [string, unknown]>([
    ["nothing", undefined],
    ["a list", []],
    ["without a result", { resultType: "vector" }],
    ["of another kind", { ...(matrix() as object), resultType: "scalar" }],
    ["of what is no object", vector(null)],
    ["without labels", vector({ value: [60, "1"] })],
    ["with a value of no letters", vector({ metric, value: [60, ""] })],
    ["with a label that is no text", vector({ metric: { job: 1 }, value: [60, "1"] })],
    ["with a value that is none", vector({ metric, value: null })],
    ["with a value alone", vector({ metric, value: ["1"] })],
    ["with a value that is a number", vector({ metric, value: [60, 1] })],
    ["with an instant that is a text", vector({ metric, value: ["60", "1"] })],
    ["with too many parts", vector({ metric, value: [60, "1", 2] })],
    ["right but for its last", vector({ metric, value: [60, "1"] }, { metric, value: [60] })],
  ])("is no vector: %s", (_, data) => {
    expect(vectorIn(data)).toBe(null);
  });

  it.each<readonly [string, unknown]>([
    ["a vector", vector({ metric, value: [60, "1"] })],
    ["with values that are no list", matrix({ metric, values: { 0: [60, "1"] } })],
    ["right but for its last point", matrix({ metric, values: [[60, "1"], [120]] })],
    ["without labels", matrix({ values: [[60, "1"]] })],
  ])("is no matrix: %s", (_, data) => {
    expect(matrixIn(data)).toBe(null);
  });
});
